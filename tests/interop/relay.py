"""Between the lines of `sasl-shim`, whose client is ours, and a real server on loopback: what the scripts for them share.

With --binding TYPE the first line is `binding TYPE=B64`: what this end sees of the channel, for our client. Then come a
server's lines. A failure is the name of the peer with what it said.
"""

import argparse
import hashlib
import socket
import ssl
from base64 import b64encode

from shim_lines import fail, field, hear, say, succeed

# Seconds that a server may take to answer.
PATIENCE = 10


def parse(doc):
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("mechanism")
    parser.add_argument("user", help="where the protocol itself has to name one")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--socket", help="of the file system, in place of the port")
    parser.add_argument("--tls", choices=["1.2", "1.3"], help="the only version")
    parser.add_argument("--at-once", action="store_true", help="TLS from the first octet on, where there is a choice")
    parser.add_argument("--unique", action="store_true", help="the binding `ldap` is that of tls-unique")
    parser.add_argument("--authority", help="of the server's certificate, in PEM; without it there is no TLS")
    parser.add_argument("--certificate", help="the client's, in PEM")
    parser.add_argument("--key")
    parser.add_argument("--binding", metavar="TYPE")
    return parser.parse_args()


def connect(arguments):
    if arguments.socket:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(PATIENCE)
        connection.connect(arguments.socket)
        return connection
    return socket.create_connection(("127.0.0.1", arguments.port), PATIENCE)


def protect(connection, arguments):
    """The connection with TLS, if it shall have it. The binding is told as soon as it is known."""
    if not arguments.authority:
        return connection
    context = ssl.create_default_context(cafile=arguments.authority)
    version = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}[arguments.tls]
    context.minimum_version = context.maximum_version = version
    if arguments.certificate:
        context.load_cert_chain(arguments.certificate, arguments.key)
    connection = context.wrap_socket(connection, server_hostname="localhost")
    if arguments.binding:
        value = binding(connection, arguments)
        say("binding", f"{arguments.binding}={b64encode(value).decode()}")
    return connection


def binding(connection, arguments):
    name = arguments.binding
    if name == "tls-unique" or arguments.unique:
        unique = connection.get_channel_binding("tls-unique")
        return b"tls-unique:" + unique if name == "ldap" else unique
    # RFC 5929 section 4.1; the certificates here are signed with SHA-256.
    end_point = hashlib.sha256(connection.getpeercert(binary_form=True)).digest()
    return {"tls-server-end-point": end_point, "ldap": b"tls-server-end-point:" + end_point}[name]


def take(stream, length):
    octets = stream.read(length)
    if len(octets) != length:
        raise EOFError("the server hung up")
    return octets


def relay(peer, server, arguments):
    """The exchange. The server's `begin` and `respond` return `challenge` and its octets, `success` and the additional data,
    or `failure` and a word; its `identity` is asked, after a success, who it thinks has come in."""
    verb, initial = hear("initial")
    if verb is None:
        fail("server", peer, "cancelled")
    verb, said = server.begin(arguments.mechanism, initial)
    while verb == "challenge":
        say("challenge", field(said))
        heard, response = hear("response")
        if heard is None:
            fail("server", peer, "cancelled")
        verb, said = server.respond(response)
    if verb == "failure":
        fail("server", peer, said)
    succeed("server", server.identity(), additional=said)
