"""A mail server that was not written here (aiosmtpd): what it is handed it prints, a JSON object a line.

usage: smtpd.py MODE [CERTIFICATE KEY]     MODE: plain, starttls, tls
It ends with its standard input, or after five minutes. Its first line is its port. Of what comes before the @ it makes
an answer: reject, later, silent, hangup, late (refused after the message itself).
"""
import asyncio
import email
import email.policy
import json
import signal
import ssl
import sys

from aiosmtpd.smtp import AuthResult, LoginPassword, SMTP

mode = sys.argv[1]
context = None
if mode != "plain":
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(sys.argv[2], sys.argv[3])


def say(value):
    print(json.dumps(value), flush=True)


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"us er", b"p@ss:w/rd")
    say({"login": good, "mechanism": mechanism})
    return AuthResult(success=good, handled=False)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        if name == "reject":
            return "550 5.1.1 no such user"
        if name == "later":
            return "451 4.7.1 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_MAIL(self, server, session, envelope, address, options):
        if address.startswith("stranger@"):
            return "553 5.7.1 who are you"
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        name = envelope.rcpt_tos[0].split("@")[0]
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = [part for part in message.walk() if part.get_content_maintype() == "text"]
        say({
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": server.transport.get_extra_info("ssl_object") is not None,
            "headers": {key: str(value) for key, value in message.items()},
            "names": {key: [a.display_name for a in message[key].addresses] for key in ("From", "To")},
            "parts": {part.get_content_type(): part.get_content() for part in parts},
            "tree": [part.get_content_type() for part in message.walk()],
            "longest": max(len(line) for line in envelope.content.split(b"\r\n")),
        })
        if name == "silent":
            await asyncio.sleep(60)
        if name == "hangup":
            server.transport.abort()
        if name == "late":
            return "554 5.6.0 the message is not wanted"
        return "250 taken"


def session():
    return SMTP(
        Handler(), hostname="mail.test", enable_SMTPUTF8=False,
        tls_context=context if mode == "starttls" else None, require_starttls=mode == "starttls",
        authenticator=authenticate, auth_required=mode != "plain", auth_require_tls=mode == "starttls")


async def serve():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(session, "127.0.0.1", 0, ssl=context if mode == "tls" else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


signal.alarm(300)
asyncio.run(serve())
