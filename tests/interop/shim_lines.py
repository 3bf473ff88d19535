"""The lines of `sasl-shim`, for peers in Python: what they are started with, hear and say.

A DATA field is `-` for absent (None), `=` for empty, otherwise base64.
"""

import argparse
import base64
import sys


def parse(doc):
    """The options that every peer has. `binding` is a type and its value."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("side", choices=["client", "server"])
    parser.add_argument("mechanism")
    parser.add_argument("user")
    parser.add_argument("secret", help="the password, or what the mechanism has in its place")
    parser.add_argument("--authzid", default="")
    parser.add_argument("--binding", metavar="TYPE=B64")
    parser.add_argument("--external-identity", default="")
    parser.add_argument("--forged", action="store_true")
    arguments = parser.parse_args()
    if arguments.binding:
        name, value = arguments.binding.split("=", 1)
        arguments.binding = (name, base64.b64decode(value))
    return arguments


def field(octets):
    return "-" if octets is None else base64.b64encode(octets).decode() or "="


def say(*words):
    print(*words, flush=True)


def hear(*verbs):
    """The next line, which has to begin with one of these words: the word and its DATA. None at the end of the input."""
    line = sys.stdin.readline()
    if not line:
        return None, None
    verb, *fields = line.split()
    if verb not in verbs:
        sys.exit(f"unexpected: {line!r}")
    if not fields or fields[0] == "-":
        return verb, None
    return verb, b"" if fields[0] == "=" else base64.b64decode(fields[0], validate=True)


def fail(side, *words, parting=None):
    """The last line, and the end of this peer."""
    say(*(["error", *words] if side == "client" else ["failure", *words, field(parting)]))
    sys.exit(1)


def succeed(side, authcid=None, authzid=None, additional=None):
    """The last line; an empty name is none."""
    names = [f"{key}={field(name.encode() if name else None)}" for key, name in (("authcid", authcid), ("authzid", authzid))]
    say(*(["done"] if side == "client" else ["success", field(additional)]), *names)
