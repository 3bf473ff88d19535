"""One SCRAM exchange by scramp over standard input and output, in the lines of `sasl-shim`.

A failure is `e= WORD` if the word stood on the wire, `scramp WORD` if scramp found it by itself and had nobody to tell.
With --forged the server lets its user in and proves itself with a key that is not the user's.
"""

import os

from scramp import ScramClient, ScramException, ScramMechanism

from shim_lines import fail, field, hear, parse, say, succeed


def listen(side, *verbs):
    verb, message = hear(*verbs)
    if verb is None:
        fail(side, "scramp", "cancelled")
    return verb, None if message is None else message.decode()


def word(error):
    return error.server_error.value if error.server_error else "error"


def client(arguments):
    peer = ScramClient([arguments.mechanism], arguments.user, arguments.secret, channel_binding=arguments.binding)
    say("initial", field(peer.get_client_first().encode()))
    message = None
    try:
        verb, message = listen("client", "challenge", "failure")
        if verb == "challenge":
            peer.set_server_first(message)
            say("response", field(peer.get_client_final().encode()))
            verb, message = listen("client", "challenge", "success", "failure")
        if verb == "failure":
            fail("client", "scramp", "refused")
        peer.set_server_final(message or "")
        if verb == "challenge":
            say("response", "=")
            listen("client", "success")
    except ScramException as error:
        fail("client", "e=" if message and message.startswith("e=") else "scramp", word(error))
    succeed("client", arguments.user)


def server(arguments):
    salt, stored_key, server_key, iterations = ScramMechanism(arguments.mechanism).make_auth_info(arguments.secret)
    if arguments.forged:
        server_key = os.urandom(len(server_key))
    seen = []

    def find(name):
        seen.append(name)
        return (salt, stored_key, server_key, iterations) if name == arguments.user else None

    peer = ScramMechanism(arguments.mechanism).make_server(find, channel_binding=arguments.binding)
    try:
        peer.set_client_first(listen("server", "initial")[1])
        say("challenge", field(peer.get_server_first().encode()))
        peer.set_client_final(listen("server", "response")[1])
    except ScramException as error:
        fail("server", "e=", word(error), parting=peer.get_server_final().encode())
    succeed("server", seen[0], additional=peer.get_server_final().encode())


arguments = parse(__doc__)
(client if arguments.side == "client" else server)(arguments)
