"""Bounces in a Maildir, as mail servers write them; and mails that only look like one."""

from textwrap import dedent
from uuid import uuid4

import pytest

from vaxpass.adapters.messaging.smtp import MailServer, SmtpChannel
from vaxpass.offices.scope import Unavailable

UID = uuid4()


def bounce(status="5.1.1", action="failed", envelope_id="", *, headers=True, kind="text/rfc822-headers", uid=UID):
    """A delivery status notification (RFC 3464) of one recipient."""
    returned = f"Message-ID: <{uid.hex}@hochieu.example.vn>\nSubject: x\n" if headers else ""
    envelope = f"Original-Envelope-Id: {envelope_id}\n" if envelope_id else ""
    told = (
        f"Content-Type: message/delivery-status\n\n{envelope}Reporting-MTA: dns; mail.example\n\n"
        f"Final-Recipient: rfc822; huong@example.com\nAction: {action}\nStatus: {status}\n"
    )
    parts = [
        "Content-Type: text/plain\n\nYour mail did not arrive at huong@example.com.\n",
        told,
        f"Content-Type: {kind}\n\n{returned}\n",
    ]
    head = dedent(
        """\
        From: MAILER-DAEMON@mail.example
        To: bounces@hochieu.example.vn
        Subject: Undelivered
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="edge"

        """
    )
    return head + "".join(f"--edge\n{part}\n" for part in parts) + "--edge--\n"


@pytest.fixture
def maildir(tmp_path):
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def channel(maildir):
    return SmtpChannel(MailServer("127.0.0.1", 25, "a@example.vn", security="none", bounces=maildir))


def put(maildir, content, name="1650000000.M1P1.mail"):
    (maildir / "new" / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def read(channel):
    return [(report.uid, report.code) for report in channel.reports("").found]


@pytest.mark.parametrize(
    "content",
    [
        bounce(),
        bounce(kind="message/rfc822"),
        bounce(headers=False, envelope_id=UID.hex),
        bounce(envelope_id=UID.hex, uid=uuid4()),
        bounce(envelope_id="of somebody else"),
    ],
)
def test_which_notice_bounced_is_found(channel, maildir, content):
    put(maildir, content)
    assert read(channel) == [(UID, "NOTICE_MAILBOX_UNKNOWN")]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("5.1.10", "NOTICE_MAILBOX_UNKNOWN"),
        ("5.2.2", "NOTICE_MAILBOX_FULL"),
        ("5.7.26", "NOTICE_CONTENT_REFUSED"),
        ("5.0.0", "NOTICE_MAIL_BOUNCED"),
    ],
)
def test_why_is_told_by_the_status(channel, maildir, status, code):
    put(maildir, bounce(status))
    assert read(channel) == [(UID, code)]


@pytest.mark.parametrize(
    "content",
    [
        bounce(action="delayed", status="4.4.1"),
        bounce(action="delivered", status="2.0.0"),
        bounce(status="4.2.2"),
        bounce(status="nonsense"),
        bounce(headers=False),
        "Subject: holiday\n\nI am away.\n",
        f"Subject: <{UID.hex}@hochieu.example.vn>\nContent-Type: text/plain\n\nFinal-Recipient: x\nAction: failed\n",
        "Content-Type: multipart/report; boundary=edge\n\n--edge\nContent-Type: message/delivery-status\n",
        b"",
        b"\xff\xfe\x00" * 1000,
        b"Content-Type: multipart/report; boundary=edge\n\n" + b"--edge\n" * 5000,
    ],
)
def test_what_is_no_bounce_is_read_over_and_put_away(channel, maildir, content):
    put(maildir, content)
    batch = channel.reports("")
    assert (batch.found, len(batch.receipts)) == ((), 1)
    channel.acknowledge(batch)
    assert (list((maildir / "new").iterdir()), len(list((maildir / "cur").iterdir()))) == ([], 1)


def test_each_is_read_once_and_again_if_it_was_not_put_away(channel, maildir):
    put(maildir, bounce())
    batch = channel.reports("")
    assert channel.reports("").found
    channel.acknowledge(batch)
    channel.acknowledge(batch)
    assert channel.reports("").receipts == ()
    assert (maildir / "cur" / "1650000000.M1P1.mail:2,S").exists()


def test_many_are_read_in_parts(channel, maildir):
    for number in range(250):
        put(maildir, bounce(uid=uuid4()), f"{number:04d}.mail")
    sizes = []
    while (batch := channel.reports("")).receipts:
        sizes.append(len(batch.found))
        channel.acknowledge(batch)
    assert sizes == [200, 50]


def test_a_folder_that_is_not_there_is_unavailable(tmp_path):
    gone = SmtpChannel(MailServer("127.0.0.1", 25, "a@example.vn", security="none", bounces=tmp_path / "gone"))
    with pytest.raises(Unavailable, match="BOUNCE_FOLDER_UNREADABLE"):
        gone.reports("")


def test_without_a_folder_there_is_nothing_to_read():
    none = SmtpChannel(MailServer("127.0.0.1", 25, "a@example.vn", security="none"))
    assert none.reports("").found == ()
