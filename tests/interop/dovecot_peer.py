"""One login to Dovecot over IMAP (RFC 9051 section 6.2.2), with our client's messages from standard input.

A failure is `dovecot` with the response code of its NO, or its BAD.
"""

import re
from base64 import b64decode, b64encode

from relay import connect, parse, protect, relay


class Imap:
    def __init__(self, connection):
        self.stream = connection.makefile("rwb")
        self.capabilities = self.line()

    def line(self):
        line = self.stream.readline()
        if not line.endswith(b"\r\n"):
            raise EOFError("Dovecot hung up")
        return line.decode().strip()

    def say(self, line):
        self.stream.write(line.encode() + b"\r\n")
        self.stream.flush()

    def begin(self, mechanism, initial):
        if f"AUTH={mechanism}" not in re.split(r"[ \]]", self.capabilities):
            return "failure", "not-offered"
        # RFC 4959 section 3: "=" is the empty one.
        self.say(f"1 AUTHENTICATE {mechanism}" + ("" if initial is None else " " + (b64encode(initial).decode() or "=")))
        return self.answer()

    def respond(self, response):
        self.say(b64encode(response).decode())
        return self.answer()

    def answer(self):
        while True:
            word, _, rest = self.line().partition(" ")
            if word == "+":
                return "challenge", b64decode(rest, validate=True)
            if word == "1":
                verdict, _, rest = rest.partition(" ")
                code = re.match(r"\[([A-Z-]+)", rest)
                return ("success", None) if verdict == "OK" else ("failure", code[1] if code else verdict)

    def identity(self):
        """The configuration puts the user's name before the mailboxes, in the modified UTF-7 of RFC 3501 section 5.1.3."""
        self.say("2 NAMESPACE")
        while True:
            found = re.fullmatch(r'\* NAMESPACE \(\("(.+)/" "/"\)\) NIL NIL', self.line())
            if found:
                return re.sub(r"&[^-]*-", lambda each: each[0].replace("&", "+").replace(",", "/"), found[1]).encode().decode("utf-7")


arguments = parse(__doc__)
relay("dovecot", Imap(protect(connect(arguments), arguments)), arguments)
