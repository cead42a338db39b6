from datetime import UTC, datetime
from uuid import uuid4

from tests.contract.messaging.conftest import sms
from vaxpass.adapters.messaging.folder import FolderChannel, kept_messages
from vaxpass.notices.ports import Attachment, Verdict


def test_messages_lie_in_the_folder_once_newest_first(tmp_path):
    phones, mail = FolderChannel(tmp_path / "m", "sms"), FolderChannel(tmp_path / "m", "email")
    first = sms()
    second = sms(
        uid=uuid4(), address="a@example.com", subject="S", attachment=Attachment("p.pdf", "application/pdf", b"x")
    )
    assert {answer.verdict for answer in phones.send([first, first])} == {Verdict.ACCEPTED}
    mail.send([second])
    phones.send([first])
    kept = kept_messages(tmp_path / "m", 10)
    assert [(one.uid, one.channel, one.to, one.attachment) for one in kept] == [
        (second.uid, "email", "a@example.com", "p.pdf"),
        (first.uid, "sms", first.address, ""),
    ]
    assert all(one.at <= datetime.now(UTC) for one in kept)
    assert len(kept_messages(tmp_path / "m", 1)) == 1
    assert phones.reports("").found == ()


def test_the_folder_is_its_owner_s_alone(tmp_path):
    FolderChannel(tmp_path / "m", "sms")
    assert (tmp_path / "m").stat().st_mode & 0o777 == 0o700


def test_addresses_that_are_listed_as_wrong_are_refused(tmp_path):
    phones, mail = FolderChannel(tmp_path, "sms"), FolderChannel(tmp_path, "email")
    (tmp_path / "wrong.txt").write_text("0912345678\na@example.com\n")
    (answer,) = phones.send([sms()])
    (mailed,) = mail.send([sms(address="a@example.com")])
    assert (answer.code, mailed.code) == ("NOTICE_NUMBER_UNKNOWN", "NOTICE_MAILBOX_UNKNOWN")
    assert phones.send([sms(address="0987654321")])[0].verdict is Verdict.ACCEPTED
    assert len(kept_messages(tmp_path, 5)) == 1
