"""Prints every public name of pysasl and aiosasl as they are installed: tests/data/python-names.txt is this.

A name stands where it is shortest. Listed are: what `__all__` has or, without it, what a module defines and does not hide; of
classes what they and their hidden bases define, what `__init__` sets, and the parameters of `__init__` that are options, as
`Class(option)`; of functions the same options. A group of entry points is `group.(entry points)`.
"""

import ast
import importlib
import importlib.metadata
import inspect
import pkgutil
import textwrap

PACKAGES = ["pysasl", "aiosasl"]

# What stands for an ability and not for how Python works.
SPECIAL = ["__eq__", "__repr__", "__version__"]


def is_public(name):
    return not name.startswith("_") or name in SPECIAL


def modules(package):
    top = importlib.import_module(package)
    found = [module.name for module in pkgutil.walk_packages(top.__path__, f"{package}.")]
    return [top] + [importlib.import_module(name) for name in found if is_public(name.rsplit(".", 1)[1])]


def exported(module):
    """The module's own names; what it imports from its package is its own if it has no `__all__` and is the package."""
    package = module.__name__.split(".")[0]
    for name, value in vars(module).items():
        if hasattr(module, "__all__"):
            wanted = name in module.__all__
        elif inspect.ismodule(value) or not is_public(name):
            wanted = False
        else:
            home = getattr(value, "__module__", None)
            wanted = not (inspect.isclass(value) or inspect.isfunction(value)) or home == module.__name__
            wanted = wanted or (module.__name__ == package and (home or "").startswith(f"{package}."))
            # Constants of other modules, loggers and type variables are no names of this one.
            wanted = wanted and not type(value).__module__.startswith("logging")
            wanted = wanted and (home or package).split(".")[0] in (package, "typing", "typing_extensions")
        if wanted:
            yield name, value


def options(function):
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    return [each.name for each in parameters if each.default is not each.empty]


def set_by(function):
    """The public attributes that it sets on its first argument."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        for target in targets:
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
                if is_public(target.attr):
                    yield target.attr


def members(path, cls):
    defined = {}
    for base in cls.__mro__:
        if base is cls or base.__module__ == cls.__module__ and not is_public(base.__name__):
            defined = {**vars(base), **defined}
    for name, value in defined.items():
        if is_public(name):
            yield f"{path}.{name}"
            function = value.__func__ if isinstance(value, (classmethod, staticmethod)) else value
            if inspect.isfunction(function):
                yield from (f"{path}.{name}({option})" for option in options(function))
    init = vars(cls).get("__init__")
    if inspect.isfunction(init):
        yield from (f"{path}.{name}" for name in set_by(init))
        yield from (f"{path}({option})" for option in options(init))


def names(package):
    seen = {}
    found = set()
    for module in sorted(modules(package), key=lambda module: (module.__name__.count("."), module.__name__)):
        for name, value in exported(module):
            path = f"{module.__name__}.{name}"
            if inspect.isclass(value) or inspect.isfunction(value):
                if seen.setdefault(id(value), path) != path:
                    continue
            found.add(path)
            if inspect.isclass(value) and value.__module__.split(".")[0] == package and not hasattr(value, "_fields"):
                found.update(members(path, value))
            elif hasattr(value, "_fields"):
                found.update(f"{path}.{each}" for each in value._fields)
            elif inspect.isfunction(value):
                found.update(f"{path}({option})" for option in options(value))
    return sorted(found)


print("# Every public name of the Python packages below, that docs/coming-from-python.md has to have a row for.")
print("# Printed by tests/interop/python_names.py; `cargo xtask interop` compares. Versions (PyPI):")
for package in PACKAGES:
    print(f"# {package} {importlib.metadata.version(package)}")
for package in PACKAGES:
    groups = {entry.group for entry in importlib.metadata.distribution(package).entry_points}
    print("\n".join(names(package) + sorted(f"{group}.(entry points)" for group in groups)))
