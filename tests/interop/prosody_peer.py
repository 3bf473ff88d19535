"""One login to Prosody over XMPP (RFC 6120 section 6), with our client's messages from standard input.

A failure is `prosody` with the name of the condition.
"""

from base64 import b64decode, b64encode
from xml.etree.ElementTree import XMLPullParser
from xml.sax.saxutils import quoteattr

from relay import connect, parse, protect, relay

STREAMS, TLS, SASL, BIND = (
    "{http://etherx.jabber.org/streams}",
    "{urn:ietf:params:xml:ns:xmpp-tls}",
    "{urn:ietf:params:xml:ns:xmpp-sasl}",
    "{urn:ietf:params:xml:ns:xmpp-bind}",
)


def namespace(tag):
    return f"xmlns={quoteattr(tag[1:-1])}"


class Prosody:
    def __init__(self, arguments):
        self.host = "anon.localhost" if arguments.mechanism == "ANONYMOUS" else "localhost"
        self.connection = connect(arguments)
        if arguments.at_once:
            self.connection = protect(self.connection, arguments)
        features = self.open()
        if arguments.authority and not arguments.at_once:
            self.say(f"<starttls {namespace(TLS)}/>")
            if self.hear().tag != f"{TLS}proceed":
                raise ValueError("Prosody has no TLS")
            self.connection = protect(self.connection, arguments)
            features = self.open()
        self.mechanisms = [found.text for found in features.iter(f"{SASL}mechanism")]

    def say(self, text):
        self.connection.sendall(text.encode())

    def open(self):
        """A stream, and what its server can do."""
        self.parser, self.depth, self.heard = XMLPullParser(["start", "end"]), 0, []
        self.say(
            f"<stream:stream to='{self.host}' version='1.0' xmlns='jabber:client' xmlns:stream='{STREAMS[1:-1]}'>"
        )
        return self.hear()

    def hear(self):
        """The next element of the stream."""
        while not self.heard:
            octets = self.connection.recv(65536)
            if not octets:
                raise EOFError("Prosody hung up")
            self.parser.feed(octets)
            for event, element in self.parser.read_events():
                self.depth += 1 if event == "start" else -1
                if event == "end" and self.depth == 1:
                    self.heard.append(element)
        return self.heard.pop(0)

    def begin(self, mechanism, initial):
        if mechanism not in self.mechanisms:
            return "failure", "not-offered"
        data = "" if initial is None else b64encode(initial).decode() or "="
        self.say(f"<auth {namespace(SASL)} mechanism={quoteattr(mechanism)}>{data}</auth>")
        return self.answer()

    def respond(self, response):
        self.say(f"<response {namespace(SASL)}>{b64encode(response).decode()}</response>")
        return self.answer()

    def answer(self):
        element = self.hear()
        verb = element.tag.removeprefix(SASL)
        if verb == "failure":
            return "failure", element[0].tag.removeprefix(SASL)
        if verb not in ("challenge", "success"):
            raise ValueError(f"Prosody says {element.tag}")
        text = element.text or ""
        # RFC 6120 section 6.4.2: "=" is the empty one.
        return verb, None if verb == "success" and not text else b64decode("" if text == "=" else text)

    def identity(self):
        """Whose resource is bound in the stream that begins after the login."""
        self.open()
        self.say(f"<iq type='set' id='bind'><bind {namespace(BIND)}/></iq>")
        address = self.hear().find(f"{BIND}bind/{BIND}jid").text
        return "anonymous" if address.split("@")[1].startswith("anon.") else address.split("@")[0]


arguments = parse(__doc__)
relay("prosody", Prosody(arguments), arguments)
