"""The demo's phones and mailboxes: there in the demo, nowhere else."""

import pytest
from django.test import Client

from tests.contract.messaging.conftest import sms
from vaxpass.adapters.messaging.folder import FolderChannel
from vaxpass.notices.ports import Attachment

pytestmark = pytest.mark.django_db
ADDRESS = "/citizen/demo-inbox/"


@pytest.fixture
def folder(settings, tmp_path):
    settings.DEMO, settings.MESSAGES_FOLDER = True, str(tmp_path)
    return tmp_path


def test_what_was_sent_is_shown_newest_first(folder):
    FolderChannel(folder, "sms").send([sms(text="Ma cua quy vi la 482915")])
    passport = Attachment("passport.pdf", "application/pdf", b"%PDF-")
    FolderChannel(folder, "email").send([sms(address="a@example.com", text="<b>x</b>", attachment=passport)])
    answer = Client().get(ADDRESS)
    shown = answer.content.decode()
    assert shown.index("a@example.com") < shown.index("482915")
    assert "passport.pdf" in shown
    assert "&lt;b&gt;x" in shown
    assert answer["Cache-Control"] == "no-store"


def test_an_empty_folder_and_one_that_is_not_there_yet(folder, settings):
    assert Client().get(ADDRESS).status_code == 200
    settings.MESSAGES_FOLDER = str(folder / "gone")
    assert Client().get(ADDRESS).status_code == 200


def test_outside_the_demo_there_is_no_such_page(folder, settings):
    FolderChannel(folder, "sms").send([sms()])
    settings.DEMO = False
    answer = Client().get(ADDRESS)
    assert (answer.status_code, b"482915" in answer.content) == (404, False)
