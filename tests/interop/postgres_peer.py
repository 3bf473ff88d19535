"""One login to PostgreSQL over its own protocol (PostgreSQL 15, chapter 55), with our client's messages from standard input.

A failure is `postgres` with the SQLSTATE. The user is named before the exchange: the name inside SCRAM is ignored.
"""

import struct

from relay import connect, parse, protect, relay, take

SSL_REQUEST = 80877103
PROTOCOL = 3 << 16

# The kinds of the message "R".
OK, SASL, CONTINUE, FINAL = 0, 10, 11, 12


class Refused(Exception):
    pass


class Postgres:
    def __init__(self, arguments):
        connection = connect(arguments)
        if arguments.authority:
            connection.sendall(struct.pack("!ii", 8, SSL_REQUEST))
            if connection.recv(1) != b"S":
                raise EOFError("PostgreSQL has no TLS")
        self.stream = protect(connection, arguments).makefile("rwb")
        start = f"user\0{arguments.user}\0database\0postgres\0client_encoding\0UTF8\0\0".encode()
        self.say(b"", struct.pack("!i", PROTOCOL) + start)
        kind, names = self.authentication()
        if kind != SASL:
            raise ValueError(f"PostgreSQL asks for {kind}")
        self.mechanisms = names.decode().rstrip("\0").split("\0")

    def say(self, tag, body):
        self.stream.write(tag + struct.pack("!i", 4 + len(body)) + body)
        self.stream.flush()

    def hear(self):
        """The next message: its tag and its body."""
        tag = take(self.stream, 1)
        body = take(self.stream, struct.unpack("!i", take(self.stream, 4))[0] - 4)
        if tag == b"E":
            fields = body.decode().split("\0")
            raise Refused(next(field[1:] for field in fields if field.startswith("C")))
        return tag, body

    def authentication(self):
        tag, body = self.hear()
        if tag != b"R":
            raise ValueError(f"PostgreSQL says {tag}")
        return struct.unpack("!i", body[:4])[0], body[4:]

    def begin(self, mechanism, initial):
        if mechanism not in self.mechanisms:
            return "failure", "not-offered"
        length = -1 if initial is None else len(initial)
        return self.exchange(mechanism.encode() + b"\0" + struct.pack("!i", length) + (initial or b""))

    def respond(self, response):
        return self.exchange(response)

    def exchange(self, message):
        try:
            self.say(b"p", message)
            kind, data = self.authentication()
            if kind == CONTINUE:
                return "challenge", data
            if kind == FINAL and self.authentication()[0] == OK:
                return "success", data
            raise ValueError(f"PostgreSQL says {kind}")
        except Refused as refused:
            return "failure", str(refused)

    def identity(self):
        """What the first row of the only column says."""
        self.say(b"Q", b"SELECT current_user\0")
        while True:
            tag, body = self.hear()
            if tag == b"D":
                return body[6:].decode()


arguments = parse(__doc__)
relay("postgres", Postgres(arguments), arguments)
