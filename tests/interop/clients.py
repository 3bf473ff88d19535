"""One login by a client that is a library of Python. Exit status: 0 in, 3 refused by the server; anything else is neither.

What the library has of its own for a mechanism is used; imaplib and poplib only carry messages, which are made here.
"""

import argparse
import asyncio
import imaplib
import os
import poplib
import smtplib
import ssl
import sys
from base64 import b64encode

# Seconds that the server may take.
PATIENCE = 10


class Refused(Exception):
    pass


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", choices=sorted(LIBRARIES))
    parser.add_argument("mechanism")
    parser.add_argument("user")
    parser.add_argument("secret", help="the password, or what the mechanism has in its place")
    parser.add_argument("--protocol", required=True, help="where the library has several")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--authzid", default="")
    parser.add_argument("--authority", help="of the server's certificate, in PEM; without it there is no TLS")
    parser.add_argument("--tls", choices=["1.2", "1.3"], help="the only version")
    parser.add_argument("--at-once", action="store_true")
    parser.add_argument("--certificate", help="the client's, in PEM")
    parser.add_argument("--key")
    return parser.parse_args()


def context():
    found = ssl.create_default_context(cafile=arguments.authority)
    version = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}[arguments.tls]
    found.minimum_version = found.maximum_version = version
    if arguments.certificate:
        found.load_cert_chain(arguments.certificate, arguments.key)
    return found


def message():
    """What a client says of itself in one message."""
    user, secret = arguments.user, arguments.secret
    return {
        "PLAIN": f"\0{user}\0{secret}",
        "XOAUTH2": f"user={user}\1auth=Bearer {secret}\1\1",
        "OAUTHBEARER": f"n,a={user},\1auth=Bearer {secret}\1\1",
        "EXTERNAL": arguments.authzid,
    }[arguments.mechanism].encode()


def by_smtplib():
    place = {"host": "127.0.0.1", "port": arguments.port, "timeout": PATIENCE}
    if arguments.at_once:
        smtp = smtplib.SMTP_SSL(**place, context=context())
    else:
        # It knows no LMTP with TLS at once.
        if arguments.protocol == "lmtp":
            smtp = smtplib.LMTP(place["host"], place["port"], timeout=PATIENCE)
        else:
            smtp = smtplib.SMTP(**place)
        if arguments.authority:
            smtp.ehlo()
            smtp.starttls(context=context())
    smtp.ehlo()
    smtp.user, smtp.password = arguments.user, arguments.secret
    own = {"PLAIN": smtp.auth_plain, "LOGIN": smtp.auth_login, "CRAM-MD5": smtp.auth_cram_md5}
    if arguments.mechanism not in smtp.esmtp_features["auth"].split():
        raise LookupError(f"the server does not offer {arguments.mechanism}")

    def answer(challenge=None):
        # The library sends an answer to what no answer is known for, such as an error, as it comes.
        return message().decode() if challenge is None else ""

    try:
        smtp.auth(arguments.mechanism, own.get(arguments.mechanism, answer))
    except smtplib.SMTPAuthenticationError as error:
        raise Refused(error) from error
    smtp.quit()


def by_imaplib():
    if arguments.at_once:
        imap = imaplib.IMAP4_SSL("127.0.0.1", arguments.port, ssl_context=context(), timeout=PATIENCE)
    else:
        imap = imaplib.IMAP4("127.0.0.1", arguments.port, timeout=PATIENCE)
        if arguments.authority:
            imap.starttls(context())
    if f"AUTH={arguments.mechanism}" not in imap.capabilities:
        raise LookupError(f"the server does not offer {arguments.mechanism}")
    try:
        if arguments.mechanism == "CRAM-MD5":
            imap.login_cram_md5(arguments.user, arguments.secret)
        elif arguments.mechanism == "LOGIN":
            answers = iter([arguments.user.encode(), arguments.secret.encode()])
            imap.authenticate("LOGIN", lambda challenge: next(answers))
        else:
            answers = iter([message()])
            # The second question is an error of OAUTHBEARER or XOAUTH2.
            imap.authenticate(arguments.mechanism, lambda challenge: next(answers, b"\1"))
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise Refused(error) from error
    imap.logout()


def by_poplib():
    if arguments.at_once:
        pop = poplib.POP3_SSL("127.0.0.1", arguments.port, context=context(), timeout=PATIENCE)
    else:
        pop = poplib.POP3("127.0.0.1", arguments.port, timeout=PATIENCE)
        if arguments.authority:
            pop.stls(context())
    if arguments.mechanism not in pop.capa()["SASL"]:
        raise LookupError(f"the server does not offer {arguments.mechanism}")
    lines = {"LOGIN": [arguments.user.encode(), arguments.secret.encode()]}.get(arguments.mechanism)
    lines = [b64encode(line).decode() for line in lines or [message()]]
    try:
        # It has no AUTH of its own, but what carries a command.
        answer = pop._shortcmd(f"AUTH {arguments.mechanism}")
        while answer.startswith(b"+ "):
            # The last question may be an error of OAUTHBEARER or XOAUTH2.
            answer = pop._shortcmd(lines.pop(0) if lines else "AQ==")
    except poplib.error_proto as error:
        raise Refused(error) from error
    pop.quit()


def by_sievelib():
    # It takes the authorities of the system, which are these.
    if arguments.authority:
        os.environ["SSL_CERT_FILE"] = arguments.authority
    from sievelib.managesieve import Client

    Client.read_timeout = PATIENCE
    client = Client("127.0.0.1", arguments.port)
    user, secret = arguments.user, arguments.secret
    starttls = arguments.authority is not None and not arguments.at_once
    if not client.connect(user, secret, starttls=starttls, ssl=arguments.at_once, authmech=arguments.mechanism):
        if client.errmsg == b"No suitable mechanism found":
            raise LookupError(f"the server does not offer {arguments.mechanism}")
        raise Refused(client.errmsg)
    client.logout()


def by_slixmpp():
    import slixmpp

    who = "anon.localhost" if arguments.mechanism == "ANONYMOUS" else f"{arguments.user}@{arguments.authzid or 'localhost'}"
    client = slixmpp.ClientXMPP(who, arguments.secret, sasl_mech=arguments.mechanism)
    outcome = []

    def told(word):
        def tell(event):
            outcome.append(word)
            client.disconnect()

        return tell

    client.add_event_handler("session_start", told("in"))
    client.add_event_handler("failed_auth", told("refused"))
    client.add_event_handler("failed_all_auth", told("refused"))
    client.add_event_handler("connection_failed", told("no connection"))
    client.enable_direct_tls = arguments.at_once
    client.enable_starttls = arguments.authority is not None and not arguments.at_once
    client.enable_plaintext = arguments.authority is None
    client["feature_mechanisms"].unencrypted_cram = True
    client["feature_mechanisms"].unencrypted_plain = True
    client["feature_mechanisms"].unencrypted_scram = True
    if arguments.authority:
        client.ca_certs = arguments.authority
        made = client.get_ssl_context

        def of_one_version():
            found = made()
            found.minimum_version = found.maximum_version = context().maximum_version
            return found

        client.get_ssl_context = of_one_version
    client.connect("127.0.0.1", arguments.port)
    asyncio.get_event_loop().run_until_complete(asyncio.wait_for(client.disconnected, PATIENCE))
    if not outcome or outcome[0] == "no connection":
        raise EOFError("no answer")
    # Whoever comes in so gets a name that nobody has had.
    print("anonymous@" if client.boundjid.domain.startswith("anon.") else client.boundjid.bare)
    if outcome[0] == "refused":
        raise Refused


LIBRARIES = {
    "imaplib": by_imaplib,
    "poplib": by_poplib,
    "sievelib": by_sievelib,
    "slixmpp": by_slixmpp,
    "smtplib": by_smtplib,
}

arguments = parse()
try:
    LIBRARIES[arguments.library]()
except Refused as refused:
    print("refused:", refused, file=sys.stderr)
    sys.exit(3)
