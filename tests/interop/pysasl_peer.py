"""One exchange by pysasl over standard input and output, in the lines of `sasl-shim`.

A failure is `pysasl` with the name of the exception, or `pysasl refused` where pysasl has none: it leaves the decision to its
application, which is this script. The secret is the password; for XOAUTH2 the token.
"""

import hmac

from pysasl import SASLAuth
from pysasl.creds.client import ClientCredentials
from pysasl.creds.external import ExternalVerificationRequired
from pysasl.exception import AuthenticationError
from pysasl.identity import ClearIdentity
from pysasl.mechanism import ChallengeResponse, ServerChallenge

from shim_lines import fail, field, hear, parse, say, succeed


def client(arguments):
    mechanism = SASLAuth.named([arguments.mechanism.encode()]).get_client(arguments.mechanism.encode())
    credentials = ClientCredentials(arguments.user, arguments.secret, arguments.authzid)
    challenges = []
    # pysasl has one value for no initial response and an empty one, and its LOGIN and CRAM-MD5 have none.
    initial = mechanism.client_attempt(credentials, challenges).response
    say("initial", field(initial or None))
    while True:
        verb, data = hear("challenge", "success", "failure")
        if verb == "success":
            return succeed("client", arguments.user)
        if verb != "challenge":
            fail("client", "pysasl", "refused" if verb else "cancelled")
        challenges.append(ServerChallenge(data))
        try:
            say("response", field(mechanism.client_attempt(credentials, challenges).response))
        except AuthenticationError as error:
            fail("client", "pysasl", type(error).__name__)


def is_verified(credentials, arguments):
    identity = None
    if credentials.authcid in ("", arguments.user):
        identity = ClearIdentity(arguments.user, arguments.secret)
    try:
        return credentials.verify(identity)
    except ExternalVerificationRequired as outside:
        if outside.token is not None:
            is_theirs = hmac.compare_digest(outside.token.encode(), arguments.secret.encode())
            return is_theirs and credentials.authzid == arguments.user
        return arguments.external_identity == arguments.user and credentials.authzid in ("", arguments.user)


def server(arguments):
    mechanism = SASLAuth.named([arguments.mechanism.encode()]).get_server(arguments.mechanism.encode())
    responses = []
    initial = hear("initial")[1]
    if initial is not None:
        responses.append(ChallengeResponse(b"", initial))
    while True:
        try:
            credentials, final = mechanism.server_attempt(responses)
            if not is_verified(credentials, arguments):
                fail("server", "pysasl", "refused")
            return succeed("server", credentials.authcid or arguments.user, credentials.authzid, final)
        except ServerChallenge as challenge:
            say("challenge", field(challenge.data))
            verb, response = hear("response")
            if verb is None:
                fail("server", "pysasl", "cancelled")
            responses.append(ChallengeResponse(challenge.data, response))
        except (AuthenticationError, ValueError) as error:
            fail("server", "pysasl", type(error).__name__)


arguments = parse(__doc__)
(client if arguments.side == "client" else server)(arguments)
