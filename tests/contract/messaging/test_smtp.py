"""A real mail server: what it gets, what its answers mean, and that the line is encrypted."""

import ipaddress
import socket
import ssl
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from vaxpass.adapters.messaging.mail import code_of_status
from vaxpass.adapters.messaging.smtp import MailServer, SmtpChannel
from vaxpass.notices.ports import Attachment, Outgoing, Verdict

SENDER = "Bộ Y tế <thongbao@hochieu.example.vn>"
SOON = datetime(2030, 1, 1, tzinfo=UTC)


def mail(**changes):
    fields = {
        "uid": uuid4(),
        "address": "huong@example.com",
        "text": "Đã nhận phản ánh của quý vị.\n",
        "not_after": SOON,
        "subject": "Đã nhận phản ánh PA-ABCD",
        "html": '<html lang="vi"><p>Đã nhận phản ánh của quý vị.</p></html>',
    }
    return Outgoing(**{**fields, **changes})


class Mailbox:
    """What the server does with what it gets; `answers` maps a command to what is said instead of yes."""

    def __init__(self):
        self.received = []
        self.answers = {}

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802 -- the server's name for it
        if "MAIL" in self.answers:
            return self.answers["MAIL"]
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 -- the server's name for it
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 -- the server's name for it
        if "DATA" in self.answers:
            return self.answers["DATA"]
        self.received.append(envelope)
        return "250 taken"

    async def handle_QUIT(self, server, session, envelope):  # noqa: N802 -- the server's name for it
        return self.answers.get("QUIT", "221 bye")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A key and a certificate of 127.0.0.1 that nobody but us trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("mail") / "mail.pem"
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return path


def context_of(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


class Served:
    def __init__(self, mailbox, **options):
        self.controller = Controller(mailbox, hostname="127.0.0.1", port=free_port(), **options)
        self.controller.start()

    @property
    def port(self):
        return self.controller.port

    def stop(self):
        self.controller.stop()


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture
def server(mailbox):
    served = Served(mailbox)
    yield served
    served.stop()


def channel(port, **changes):
    return SmtpChannel(
        MailServer(**{"host": "127.0.0.1", "port": port, "sender": SENDER, "security": "none", **changes})
    )


def send(port, message=None, **changes):
    (answer,) = channel(port, **changes).send([message or mail()])
    return answer


def test_the_mail_arrives_whole(server, mailbox):
    message = mail(attachment=Attachment("passport.pdf", "application/pdf", b"%PDF-1.7 ..."), language="vi")
    assert send(server.port, message, bounces_to="bounces@hochieu.example.vn").verdict is Verdict.ACCEPTED
    (envelope,) = mailbox.received
    got = message_from_bytes(envelope.content, policy=default)
    assert (envelope.mail_from, envelope.rcpt_tos) == ("bounces@hochieu.example.vn", ["huong@example.com"])
    assert (got["Subject"], got["From"], got["To"]) == (message.subject, SENDER, "huong@example.com")
    assert got["Message-ID"] == f"<{message.uid.hex}@hochieu.example.vn>"
    assert (got["Auto-Submitted"], got["Content-Language"]) == ("auto-generated", "vi")
    assert got.get_body(("plain",)).get_content().strip() == message.text.strip()
    assert got.get_body(("html",)).get_content().strip() == message.html
    (attached,) = got.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("passport.pdf", b"%PDF-1.7 ...")


def test_what_no_mail_can_be_made_of_holds_up_nothing(server, mailbox):
    bad, good = mail(address="=?utf-8?q?a=0D=0AB?=@example.com"), mail()
    answers = channel(server.port).send([bad, good])
    assert [one.verdict for one in answers] == [Verdict.REFUSED, Verdict.ACCEPTED]
    assert answers[0].code == "NOTICE_CONTENT_REFUSED"
    assert len(mailbox.received) == 1


def test_a_mail_sent_again_has_the_same_name(server, mailbox):
    message = mail()
    send(server.port, message)
    send(server.port, message)
    assert len({message_from_bytes(one.content)["Message-ID"] for one in mailbox.received}) == 1


def test_a_faulty_good_bye_does_not_undo_what_was_taken(server, mailbox):
    mailbox.answers["QUIT"] = "421 too busy to say good-bye"
    assert send(server.port).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("command", "said", "verdict", "code"),
    [
        ("RCPT", "550 5.1.1 no such user", Verdict.REFUSED, "NOTICE_MAILBOX_UNKNOWN"),
        ("RCPT", "550 no such user", Verdict.REFUSED, "NOTICE_MAILBOX_UNKNOWN"),
        ("RCPT", "552 5.2.2 mailbox full", Verdict.REFUSED, "NOTICE_MAILBOX_FULL"),
        ("RCPT", "550 5.7.1 we do not like you", Verdict.REFUSED, "NOTICE_CONTENT_REFUSED"),
        ("RCPT", "550 5.4.4 no route", Verdict.REFUSED, "NOTICE_MAIL_BOUNCED"),
        ("RCPT", "451 4.7.1 greylisted", Verdict.NO_ANSWER, "SMTP_LATER"),
        ("DATA", "554 5.7.1 spam", Verdict.REFUSED, "NOTICE_CONTENT_REFUSED"),
        ("DATA", "554 spam", Verdict.REFUSED, "NOTICE_CONTENT_REFUSED"),
        ("DATA", "452 4.3.1 disk full", Verdict.NO_ANSWER, "SMTP_LATER"),
        ("MAIL", "552 5.3.4 too large", Verdict.REFUSED, "NOTICE_CONTENT_REFUSED"),
    ],
)
def test_what_the_server_says_of_one_mail(server, mailbox, command, said, verdict, code):
    mailbox.answers[command] = said
    answer = send(server.port)
    assert (answer.verdict, answer.code, answer.is_line_down) == (verdict, code, False)


def test_a_server_that_will_not_have_us_is_a_line_that_is_down(server, mailbox):
    mailbox.answers["MAIL"] = "550 5.7.1 you are not one of ours"
    answer = send(server.port)
    assert (answer.verdict, answer.is_line_down) == (Verdict.NO_ANSWER, True)


def test_nobody_there():
    answer = send(free_port())
    assert (answer.verdict, answer.code, answer.is_line_down) == (Verdict.NO_ANSWER, "SMTP_UNREACHABLE", True)


def test_somebody_there_who_never_greets():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        answer = send(silent.getsockname()[1], timeout=0.2)
    assert (answer.verdict, answer.is_line_down) == (Verdict.NO_ANSWER, True)


def test_starttls_with_a_password(mailbox, certificate):
    def check(server, session, envelope, mechanism, data):
        return AuthResult(success=(data.login, data.password) == (b"vaxpass", b"right"), handled=False)

    served = Served(
        mailbox, tls_context=context_of(certificate), require_starttls=True, auth_required=True, authenticator=check
    )
    try:
        wish = {"security": "starttls", "authorities": str(certificate), "user": "vaxpass"}
        assert send(served.port, **wish, password="right").verdict is Verdict.ACCEPTED
        answer = send(served.port, **wish, password="wrong")
        assert (answer.verdict, answer.code, answer.is_line_down) == (Verdict.NO_ANSWER, "SMTP_UNAUTHORIZED", True)
        assert send(served.port, security="starttls").code == "SMTP_UNREACHABLE"  # a certificate that nobody knows
    finally:
        served.stop()
    assert len(mailbox.received) == 1


def test_a_server_without_encryption_gets_nothing(server, mailbox):
    assert send(server.port, security="starttls").verdict is Verdict.NO_ANSWER
    assert not mailbox.received


def test_tls_from_the_first_byte(mailbox, certificate):
    served = Served(mailbox, ssl_context=context_of(certificate), server_hostname="127.0.0.1")
    try:
        assert send(served.port, security="tls", authorities=str(certificate)).verdict is Verdict.ACCEPTED
    finally:
        served.stop()


def test_plain_text_to_another_machine_is_refused():
    with pytest.raises(ValueError, match="SMTP_NOT_ENCRYPTED"):
        MailServer("mail.example.org", 25, SENDER, security="none")
    with pytest.raises(ValueError, match="SMTP_SECURITY_UNKNOWN"):
        MailServer("mail.example.org", 25, SENDER, security="ssl")


def test_neither_address_nor_password_shows():
    shown = repr(mail()) + repr(MailServer("m.example", 465, SENDER, user="u", password="secret"))
    assert not any(secret in shown for secret in ("huong", "PA-ABCD", "secret"))


def test_a_status_is_read_by_its_meaning():
    assert code_of_status("5.2.1 disabled", of_recipient=True) == "NOTICE_MAILBOX_UNKNOWN"
    assert code_of_status("nothing", of_recipient=False) == "NOTICE_CONTENT_REFUSED"
