"""Makes and checks password hashes with passlib, for `cargo xtask interop`.

    passlib_peer.py make SCHEME PASSWORD    prints a verifier
    passlib_peer.py check VERIFIER PASSWORD ends with 0 when it fits, with 1 when it does not
"""

import sys

from passlib import hash as schemes
from passlib.context import CryptContext

# What passlib needs nothing else for.
CHECKED = ["scram", "pbkdf2_sha256", "pbkdf2_sha512", "scrypt", "sha512_crypt"]


def main():
    command, what, password = sys.argv[1:]
    if command == "make":
        print(getattr(schemes, what).hash(password))
        return 0
    if CryptContext(CHECKED).verify(password, what):
        return 0
    print("wrong password", file=sys.stderr)
    return 1


sys.exit(main())
