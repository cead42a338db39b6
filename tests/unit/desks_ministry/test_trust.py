"""The pages about keys, as a browser without a script sees them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from packages.vaxproof.tests.pki import YEAR, did_list, did_method, party
from tests.factories import make_office, make_officer
from vaxpass.offices.models import Officer
from vaxpass.trust import actions, queries

pytestmark = pytest.mark.django_db
NEW = "/ministry/trust/import/"


@pytest.fixture
def who() -> bytes:
    """A list of today, with one entry beside that is refused."""
    now = datetime.now(UTC).replace(microsecond=0)
    authority = party("CSCA DE", authority=True, start=now - YEAR, end=now + YEAR)
    signers = [party(f"DSC {n}", above=authority, start=now - YEAR, end=now + YEAR) for n in range(2)]
    wrong = did_method(signers[0], authority, participant={"code": "#FRA"})
    return did_list([*(did_method(one, authority) for one in signers), wrong])


@pytest.fixture
def desks() -> Any:
    """A browser for each role of the ministry."""
    office = make_office("BYT", "ministry")

    def signed_in(role: str) -> Client:
        officer = Officer.objects.get(pk=make_officer(role, office, role))
        client = Client()
        client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return {role: signed_in(role) for role in ("ministry_operator", "ministry_approver", "ministry_inspector")}


def upload(client: Client, data: bytes) -> Any:
    return client.post(NEW, {"file": SimpleUploadedFile("who.json", data)})


def test_from_the_file_to_the_list(desks: Any, who: bytes) -> None:
    operator, approver = desks["ministry_operator"], desks["ministry_approver"]
    answer = upload(operator, who)
    page = operator.get(answer["Location"])
    assert "Nước ghi trong danh sách khác với nước trong chứng thư" in page.content.decode()
    left = operator.get(answer["Location"] + "left/?reason=FOREIGN_COUNTRY_DIFFERS")
    assert "FR, DE" in left.content.decode()

    answer = operator.post(answer["Location"] + "propose/", {"compared": "FILE", "words": "So với công văn số 12"})
    proposal = answer["Location"]
    assert "So với công văn số 12" in approver.get(proposal).content.decode()
    assert "Nếu quý vị chấp nhận, bên kiểm tra ở khắp nơi sẽ tin" in approver.get(proposal).content.decode()
    assert "đề nghị về khóa chờ quý vị quyết định" in approver.get("/ministry/").content.decode()
    assert "đề nghị về khóa chờ quý vị quyết định" not in operator.get("/ministry/").content.decode()
    assert "ministry_operator" in approver.get("/ministry/trust/proposals/").content.decode()
    assert "chờ cán bộ thứ hai" in operator.get("/ministry/trust/").content.decode()
    assert operator.post(proposal + "approve/", {"confirmed": "yes"}).status_code == 403

    assert "Chấp nhận đề nghị" in approver.post(proposal + "approve/").content.decode()
    assert queries.accepted_keys() == []
    approver.post(proposal + "approve/", {"confirmed": "yes"})
    assert len(queries.accepted_keys()) == 3
    for client in desks.values():
        assert "Đức (DE)" in client.get("/ministry/trust/").content.decode()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<html>404</html>", "bị hỏng hoặc sai định dạng"),
        (b" " * (30 * 1024 * 1024), "Tệp quá lớn"),
        (b"{", "bị hỏng hoặc sai định dạng"),
        (did_list(["did:web:tng-cdn.who.int:trustlist"]), "chỉ trỏ tới các danh sách khác"),
        (did_list([{}], "did:web:tng-cdn-dev.who.int:v2:trustlist:DCC:-:DSC"), "môi trường thử nghiệm"),
        (b"", "rỗng"),
    ],
)
def test_bad_files_are_said_beside_the_field(desks: Any, data: bytes, said: str) -> None:
    answer = upload(desks["ministry_operator"], data)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_proposal_that_says_too_little(desks: Any, who: bytes) -> None:
    operator = desks["ministry_operator"]
    here = upload(operator, who)["Location"] + "propose/"
    for data, said in (
        ({}, "Hãy ghi rõ lý do"),
        ({"compared": "AUTHORITIES", "words": "x"}, "không có khóa mới nào"),
        ({"compared": "AUTHORITIES", "words": "x", "authority": "00" * 32}, "không có trong danh sách"),
        ({"compared": "OTHER", "words": "x"}, ""),
    ):
        answer = operator.post(here, data)
        assert answer.status_code == 422
        assert said.lower() in answer.content.decode().lower()


class TestOurKey:
    @pytest.fixture
    def fingerprint(self) -> str:
        now = datetime.now(UTC).replace(microsecond=0)
        ours = party("DSC Viet Nam", "VN", start=now - YEAR, end=now + YEAR)
        actions.note_own_keys([ours.der], [], now=now)
        return queries.own_keys()[0].key.fingerprint

    def test_withdrawn_by_two(self, desks: Any, fingerprint: str) -> None:
        operator, approver = desks["ministry_operator"], desks["ministry_approver"]
        here = f"/ministry/trust/keys/{fingerprint}/"
        assert "nhật ký công khai" in operator.get(here).content.decode()
        assert "Đề nghị rút" not in approver.get(here).content.decode()
        assert operator.post(here + "withdraw/", {"reason": "KEY_STOLEN"}).status_code == 422
        data = {"reason": "KEY_STOLEN", "spare": "yes", "words": "Mất thẻ"}
        proposal = operator.post(here + "withdraw/", data)["Location"]
        question = approver.post(proposal + "approve/").content.decode()
        assert "không bao giờ dùng lại" in question
        assert "DSC Viet Nam" in question
        approver.post(proposal + "approve/", {"confirmed": "yes"})
        page = desks["ministry_inspector"].get(here).content.decode()
        assert "Khóa bị đánh cắp hoặc sao chép" in page
        assert "vẫn hợp lệ" in page

    def test_refused_with_words(self, desks: Any, fingerprint: str) -> None:
        operator, approver = desks["ministry_operator"], desks["ministry_approver"]
        data = {"reason": "KEY_LOST", "spare": "no", "words": "Hỏng thiết bị"}
        proposal = operator.post(f"/ministry/trust/keys/{fingerprint}/withdraw/", data)["Location"]
        assert approver.post(proposal + "refuse/").status_code == 302
        assert queries.get_proposal(1 * int(proposal.split("/")[-2])).approved is None
        approver.post(proposal + "refuse/", {"words": "Chưa rõ"})
        assert "Chưa rõ" in operator.get(proposal).content.decode()
        assert queries.withdrawals() == {}
