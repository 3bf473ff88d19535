"""One SCRAM exchange by scramp over standard input and output, in the lines of `sasl-shim`.

    scramp_peer.py client MECHANISM USER PASSWORD [--binding TYPE=B64]
    scramp_peer.py server MECHANISM USER PASSWORD [--binding TYPE=B64] [--forged]

A DATA field is `-` for absent, `=` for empty, otherwise base64. A failure is `e= WORD` if the word stood on the wire,
`scramp WORD` if scramp found it by itself and had nobody to tell. With --forged the server lets its user in and
proves itself with a key that is not the user's.
"""

import argparse
import base64
import os
import sys

from scramp import ScramClient, ScramException, ScramMechanism


def say(*words):
    print(*words, flush=True)


def data(text):
    return base64.b64encode(text.encode()).decode() or "="


def hear(*verbs):
    """The DATA of the next line, which must begin with one of these words. The end of the input is the end."""
    line = sys.stdin.readline()
    if not line:
        say(FAILED, "scramp", "cancelled", *DATA)
        sys.exit(1)
    verb, *fields = line.split()
    if verb not in verbs:
        sys.exit(f"unexpected: {line!r}")
    if not fields or fields[0] == "-":
        return verb, None
    return verb, "" if fields[0] == "=" else base64.b64decode(fields[0], validate=True).decode()


def word(error):
    return error.server_error.value if error.server_error else "error"


def client(arguments):
    peer = ScramClient([arguments.mechanism], arguments.user, arguments.password, channel_binding=arguments.binding)
    say("initial", data(peer.get_client_first()))
    message = None
    try:
        verb, message = hear("challenge", "failure")
        if verb == "challenge":
            peer.set_server_first(message)
            say("response", data(peer.get_client_final()))
            verb, message = hear("challenge", "success", "failure")
        if verb == "failure":
            say(FAILED, "scramp", "refused")
            sys.exit(1)
        peer.set_server_final(message or "")
        if verb == "challenge":
            say("response", "=")
            hear("success")
    except ScramException as error:
        say(FAILED, "e=" if message and message.startswith("e=") else "scramp", word(error))
        sys.exit(1)
    say("done", f"authcid={data(arguments.user)}", "authzid=-")


def server(arguments):
    salt, stored_key, server_key, iterations = ScramMechanism(arguments.mechanism).make_auth_info(arguments.password)
    if arguments.forged:
        server_key = os.urandom(len(server_key))
    seen = []

    def find(name):
        seen.append(name)
        return (salt, stored_key, server_key, iterations) if name == arguments.user else None

    peer = ScramMechanism(arguments.mechanism).make_server(find, channel_binding=arguments.binding)
    try:
        peer.set_client_first(hear("initial")[1])
        say("challenge", data(peer.get_server_first()))
        peer.set_client_final(hear("response")[1])
    except ScramException as error:
        say(FAILED, "e=", word(error), data(peer.get_server_final()))
        sys.exit(1)
    say("success", data(peer.get_server_final()), f"authcid={data(seen[0])}", "authzid=-")


parser = argparse.ArgumentParser()
parser.add_argument("side", choices=["client", "server"])
parser.add_argument("mechanism")
parser.add_argument("user")
parser.add_argument("password")
parser.add_argument("--binding")
parser.add_argument("--forged", action="store_true")
arguments = parser.parse_args()
if arguments.binding:
    name, value = arguments.binding.split("=", 1)
    arguments.binding = (name, base64.b64decode(value))
FAILED, DATA = ("error", []) if arguments.side == "client" else ("failure", ["-"])
(client if arguments.side == "client" else server)(arguments)
