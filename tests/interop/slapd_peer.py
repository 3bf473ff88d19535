"""One bind to OpenLDAP's slapd (RFC 4511 section 4.2), with our client's messages from standard input.

slapd knows no channel binding by the name that RFC 5802 has for it: the type is `ldap`, the value begins with the other
name, and the mechanism is sent without its -PLUS, as libldap does it. A failure is `slapd` with the reason that
its diagnostic message has.
"""

import io
import re

from relay import connect, parse, protect, relay, take

SEQUENCE, INTEGER, OCTETS, ENUMERATED = 0x30, 0x02, 0x04, 0x0A
BIND, BIND_ANSWER, SASL, SASL_ANSWER = 0x60, 0x61, 0xA3, 0x87
EXTENDED, EXTENDED_ANSWER, REQUEST_NAME, RESPONSE_VALUE = 0x77, 0x78, 0x80, 0x8B

WHO_AM_I = b"1.3.6.1.4.1.4203.1.11.3"
SUCCESS, IN_PROGRESS = 0, 14


def element(tag, value):
    """BER, with the length in one octet or in two after one that says so."""
    length = len(value).to_bytes(1, "big") if len(value) < 0x80 else b"\x82" + len(value).to_bytes(2, "big")
    return bytes([tag]) + length + value


def read(stream):
    """The tag and the value of the next element."""
    tag, length = take(stream, 2)
    if length & 0x80:
        length = int.from_bytes(take(stream, length & 0x7F), "big")
    return tag, take(stream, length)


def elements(octets):
    stream = io.BytesIO(octets)
    while stream.tell() < len(octets):
        yield read(stream)


class Slapd:
    def __init__(self, connection):
        self.stream = connection.makefile("rwb")
        self.number = 0

    def ask(self, request, answer):
        """The result code of the answer, and its elements by their tags."""
        self.number += 1
        self.stream.write(element(SEQUENCE, element(INTEGER, bytes([self.number])) + request))
        self.stream.flush()
        _, (tag, body) = elements(read(self.stream)[1])
        if tag != answer:
            raise ValueError(f"slapd says {tag:#x}")
        found = dict(elements(body))
        return found[ENUMERATED][0], found

    def begin(self, mechanism, initial):
        self.mechanism = mechanism.removesuffix("-PLUS").encode()
        return self.exchange(initial)

    def respond(self, response):
        return self.exchange(response)

    def exchange(self, message):
        credentials = b"" if message is None else element(OCTETS, message)
        choice = element(SASL, element(OCTETS, self.mechanism) + credentials)
        bind = element(BIND, element(INTEGER, b"\3") + element(OCTETS, b"") + choice)
        code, found = self.ask(bind, BIND_ANSWER)
        if code == IN_PROGRESS:
            return "challenge", found.get(SASL_ANSWER, b"")
        if code == SUCCESS:
            return "success", found.get(SASL_ANSWER)
        return "failure", self.reason(found[OCTETS].decode())

    def reason(self, diagnostic):
        """From `SASL(-5): bad protocol / cancel: Channel bindings mismatch in SCRAM-SHA-256` the last, without what it is in."""
        return re.split(r" in |\. ", diagnostic.split(": ", 2)[-1])[0].lower().replace(" ", "-")

    def identity(self):
        """RFC 4532, where the configuration has made an entry of the name."""
        _, found = self.ask(element(EXTENDED, element(REQUEST_NAME, WHO_AM_I)), EXTENDED_ANSWER)
        return re.fullmatch("dn:uid=(.+),dc=localhost", found[RESPONSE_VALUE].decode())[1]


arguments = parse(__doc__)
relay("slapd", Slapd(protect(connect(arguments), arguments)), arguments)
