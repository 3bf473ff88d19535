"""One exchange by aiosasl, which is a client, over standard input and output, in the lines of `sasl-shim`.

A failure is `aiosasl` with the name of the exception. The secret is the password; for ANONYMOUS the trace.
"""

import asyncio

import aiosasl
from aiosasl.channel_binding import ChannelBindingProvider

from shim_lines import fail, field, hear, parse, say, succeed


class Lines(aiosasl.SASLInterface):
    """The protocol."""

    async def initiate(self, mechanism, payload=None):
        say("initial", field(payload))
        return self.answer()

    async def respond(self, payload):
        say("response", field(payload))
        return self.answer()

    async def abort(self):
        return aiosasl.SASLState.FAILURE, None

    def answer(self):
        verb, data = hear("challenge", "success", "failure")
        if verb in ("challenge", "success"):
            return aiosasl.SASLState(verb), data
        raise aiosasl.SASLFailure(verb or "cancelled")


class Binding(ChannelBindingProvider):
    """A channel that is only said to be one."""

    def __init__(self, name, data):
        self.name, self.data = name, data

    @property
    def cb_name(self):
        return self.name.encode()

    def extract_cb_data(self):
        return self.data


async def credentials():
    return arguments.user, arguments.secret


def mechanism():
    if arguments.mechanism == "PLAIN":
        return aiosasl.PLAIN(credentials)
    if arguments.mechanism == "ANONYMOUS":
        return aiosasl.ANONYMOUS(arguments.secret)
    if arguments.mechanism.endswith("-PLUS"):
        return aiosasl.SCRAMPLUS(credentials, Binding(*arguments.binding))
    return aiosasl.SCRAM(credentials, after_scram_plus=arguments.binding is not None)


arguments = parse(__doc__)
chosen = mechanism()
try:
    token = chosen.any_supported([arguments.mechanism])
    asyncio.run(chosen.authenticate(aiosasl.SASLStateMachine(Lines()), token))
except (aiosasl.SASLError, ValueError) as error:
    fail("client", "aiosasl", type(error).__name__)
succeed("client", arguments.user)
