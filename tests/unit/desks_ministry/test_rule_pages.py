"""The pages of validity rules: what they take from bad input, and what they tell."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from packages.vaxproof.tests.rule_samples import VACCINATED, rule
from tests.factories.validity_rules import NOW, drafted, make_rule_officers, publish_starting_rules, published
from vaxpass.offices.models import Officer
from vaxpass.offices.scope import Actor
from vaxpass.validity_rules import actions, queries
from vaxpass.validity_rules.models import Proposal
from vaxpass.validity_rules.rules import Status

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def officers() -> tuple[Actor, Actor]:
    return make_rule_officers()


@pytest.fixture
def operator(officers: tuple[Actor, Actor]) -> Actor:
    return officers[0]


@pytest.fixture
def approver(officers: tuple[Actor, Actor]) -> Actor:
    return officers[1]


def as_officer(actor: Actor) -> Client:
    client = Client()
    client.force_login(Officer.objects.get(pk=actor.officer_id), BACKEND)
    return client


FORM = {
    "identifier": "VR-VN-0009",
    "country": "VN",
    "purpose": "entry",
    "region": "",
    "type": "Acceptance",
    "certificate_type": "Vaccination",
    "version": "1.0.0",
    "description_vi": "Mũi tiêm gần nhất đã qua ít nhất 14 ngày.",
    "description_en": "At least 14 days have passed since the last dose.",
    "valid_from": "2026-06-10T07:00",
    "valid_to": "2028-06-10T07:00",
    "logic": json.dumps(rule()["Logic"]),
    "note": "",
}


def write(operator: Actor, **changes: str) -> Any:
    return as_officer(operator).post("/ministry/rules/new/", FORM | changes)


def upload(operator: Actor, content: bytes, purpose: str = "entry") -> Any:
    file = SimpleUploadedFile("rules.json", content)
    return as_officer(operator).post("/ministry/rules/import/", {"file": file, "purpose": purpose})


def test_a_rule_written_by_hand_becomes_a_draft_in_vietnams_time(operator: Actor) -> None:
    answer = write(operator)
    assert answer.status_code == 302
    (change,) = queries.changes_of(Proposal.objects.get().pk)
    assert change.rule is not None
    assert change.rule.to_json()["ValidFrom"] == "2026-06-10T00:00:00Z"
    assert change.rule.affected_fields == ("v.0.dt",)


ENDLESS: Any = 0
for _ in range(8):
    ENDLESS = {"reduce": [[0] * 50, ENDLESS, 0]}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"logic": '{"and": [true,'}, "không phải JSON: sai ở dòng 1"),
        ({"logic": '{"or": [true, false]}'}, "CertLogic không có phép toán “or”"),
        ({"logic": '{"if": [true, false]}'}, "“if” cần 3 toán hạng; ở đây có 2"),
        ({"logic": '{"plusTime": ["2021", 1, "week"]}'}, "phải là một trong: year, month, day, hour"),
        ({"logic": "true"}, "Quy tắc thiếu một mục hoặc có mục sai định dạng"),
        ({"logic": "[1, 2]"}, "Quy tắc thiếu một mục hoặc có mục sai định dạng"),
        ({"logic": "[" * 50_000}, "không phải JSON"),
        ({"logic": '{"!":[' * 250 + "1" + "]}" * 250}, "lồng nhau quá 200 tầng"),
        ({"logic": json.dumps({"in": ["a", ["a"] * 30_000]})}, "Biểu thức quá lớn"),
        ({"logic": '{"===": ["\\u0000", {"var": "payload.v"}]}'}, "Không đọc được quy tắc này"),
        ({"logic": ""}, "Trường này là bắt buộc"),
        ({"identifier": "X"}, "Quy tắc thiếu một mục hoặc có mục sai định dạng"),
        ({"identifier": "TR-VN-0009"}, "Hai chữ đầu của mã quy tắc không khớp"),
        ({"country": "LA"}, "Nước trong mã quy tắc khác"),
        ({"version": "1"}, "Quy tắc thiếu một mục hoặc có mục sai định dạng"),
        ({"version": "1.0.0", "identifier": "VR-VN-0001"}, "Phiên bản không cao hơn phiên bản đang có"),
        ({"valid_to": "2026-06-01T07:00"}, "Ngày bắt đầu không trước ngày kết thúc"),
        ({"valid_to": "not a day"}, "Nhập một ngày/thời gian hợp lệ"),
        ({"description_en": "short"}, "Quy tắc không có mô tả tiếng Anh từ 20 ký tự"),
        ({"purpose": "Du lịch"}, "Mục đích phải là chữ thường không dấu"),
        ({"type": "Refusal"}, "Refusal"),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_makes_no_draft(
    operator: Actor, approver: Actor, changes: dict[str, str], told: str
) -> None:
    before = published(operator, approver)
    answer = write(operator, **changes)
    assert answer.status_code == 422
    assert told in answer.text, answer.text[answer.text.find("error-summary") :][:1500]
    assert list(Proposal.objects.values_list("pk", flat=True)) == [before]


def test_logic_that_always_fails_or_never_ends_is_remarked_on_the_draft(operator: Actor) -> None:
    never = {"if": [True, False, {"var": "payload.v"}]}
    shown = as_officer(operator).get(write(operator, logic=json.dumps(never)).url)
    assert "không giấy mẫu nào đạt" in shown.text
    endless = {"===": [ENDLESS, {"var": "payload.v"}]}
    shown = as_officer(operator).get(write(operator, logic=json.dumps(endless)).url)
    assert "không tính được với giấy mẫu nào" in shown.text


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Tệp trống"),
        (b"hello", "Tệp không phải JSON hay ZIP"),
        (b"[]", "Trong tệp không có quy tắc nào"),
        (b"[" + b" " * 10_000_000 + b"]", "Tệp quá lớn"),
        (b"PK\x03\x04", "Tệp không phải JSON hay ZIP"),
    ],
)
def test_a_file_that_is_none_is_told(operator: Actor, content: bytes, told: str) -> None:
    answer = upload(operator, content)
    assert answer.status_code == 422
    assert told in answer.text
    assert not Proposal.objects.exists()


def test_a_file_shows_the_right_rules_and_what_is_wrong_with_the_others(operator: Actor) -> None:
    bad = rule(Identifier="VR-VN-0002", Logic={"or": [True, False]})
    answer = upload(operator, json.dumps([rule(), bad, rule(Identifier="VR-VN-0003", Engine="DROOLS")]).encode())
    shown = as_officer(operator).get(answer.url)
    assert "VR-VN-0001" in shown.text
    assert "CertLogic không có phép toán “or”" in shown.text
    assert "RULE_ENGINE_UNKNOWN" in shown.text
    assert "Gửi duyệt" in shown.text
    assert upload(operator, json.dumps(rule()).encode(), "Nhập cảnh").status_code == 422


def test_the_whole_way_on_the_pages(operator: Actor, approver: Actor) -> None:
    proposal = drafted(operator)
    assert as_officer(approver).get(f"/ministry/rules/proposals/{proposal}/").status_code == 404
    at = f"/ministry/rules/proposals/{proposal}/"
    assert as_officer(operator).post(f"{at}send/").status_code == 302
    asked = as_officer(approver).post(f"{at}approve/")
    assert "Duyệt đề nghị" in asked.text
    assert queries.published_sets(NOW) == ()
    assert as_officer(approver).post(f"{at}approve/", {"confirmed": "yes"}).status_code == 302
    assert len(queries.published_sets(NOW)) == 1
    assert "VR-VN-0001" in as_officer(approver).get("/ministry/rules/VN/entry/").text
    assert as_officer(operator).get("/ministry/rules/VN/entry/VR-VN-0001/").status_code == 200


def test_an_edit_shows_the_difference_and_keeps_other_languages(operator: Actor, approver: Actor) -> None:
    german = [*rule()["Description"], {"lang": "de", "desc": "Vierzehn Tage seit der letzten Dosis."}]
    published(operator, approver, rule(Description=german))
    client = as_officer(operator)
    at = "/ministry/rules/VN/entry/VR-VN-0001/edit/"
    assert 'value="1.0.1"' in client.get(at).text
    logic = json.dumps(rule()["Logic"]).replace("14", "21")
    answer = client.post(at, FORM | {"version": "1.0.1", "logic": logic, "identifier": "VR-VN-7777"})
    assert answer.status_code == 302
    (change,) = queries.changes_of(Proposal.objects.latest("pk").pk)
    assert change.key.identifier == "VR-VN-0001"
    assert change.rule is not None
    assert change.rule.descriptions["de"].startswith("Vierzehn")
    shown = client.get(answer["Location"]).text
    assert "1.0.0 → 1.0.1" in shown
    assert 'class="line-gone"><span class="mark">-</span>' in shown
    assert 'class="line-new"><span class="mark">+</span>' in shown


def test_retiring_and_refusing(operator: Actor, approver: Actor) -> None:
    published(operator, approver)
    client = as_officer(operator)
    at = "/ministry/rules/VN/entry/VR-VN-0001/retire/"
    assert client.post(at, {"note": ""}).status_code == 422
    assert client.post(at, {"note": "Thay bằng quy tắc khác"}).status_code == 302
    proposal = Proposal.objects.latest("pk")
    actions.send(operator, proposal.pk, now=NOW)
    decide = as_officer(approver)
    decide.post(f"/ministry/rules/proposals/{proposal.pk}/refuse/", {"reason": ""})
    assert queries.get_proposal(proposal.pk, operator.officer_id).status is Status.OPEN
    decide.post(f"/ministry/rules/proposals/{proposal.pk}/refuse/", {"reason": "Chưa cần"})
    assert "Chưa cần" in client.get(f"/ministry/rules/proposals/{proposal.pk}/").text


def bench(actor: Actor, **changes: Any) -> Any:
    given = {"rules": "VN/entry", "at": "2026-06-01T12:00", "region": "", "pasted": "", "samples": []}
    return as_officer(actor).post("/ministry/rules/bench/", given | changes)


def test_the_bench_says_why_a_sample_fails(operator: Actor, approver: Actor) -> None:
    publish_starting_rules(operator, approver)
    shown = bench(operator, samples=["SAMPLE_FIRST_OF_TWO", "SAMPLE_COMPLETE"]).text
    assert "Một mũi trong hai, 30 ngày trước" in shown
    assert "Đã tiêm đủ số mũi của liệu trình." in shown
    assert "Số mũi đã tiêm: 1; Số mũi của liệu trình: 2" in shown
    assert "Đáp ứng mọi quy tắc." in shown


def test_the_bench_judges_what_is_pasted_and_keeps_nothing(operator: Actor, approver: Actor) -> None:
    publish_starting_rules(operator, approver)
    shown = bench(operator, pasted=json.dumps(VACCINATED)).text
    assert "Giấy chứng nhận dán vào" in shown
    assert "Ngày tiêm: 01/05/2026" in shown


@pytest.mark.parametrize(
    "pasted",
    ["HC1:", "HC1:NONSENSE", "{", "{}", '{"v": 5}', '{"v": [5]}', '{"v":[{"dn":1e400}]}', "[" * 9_000, "hello", "\0"],
)
def test_the_bench_takes_any_text(operator: Actor, approver: Actor, pasted: str) -> None:
    publish_starting_rules(operator, approver)
    assert bench(operator, pasted=pasted).status_code in {200, 422}


def test_the_bench_tries_a_proposal_before_it_is_approved(operator: Actor, approver: Actor) -> None:
    never = rule(Logic={"if": [True, False, {"var": "payload.v.0.dt"}]})
    proposal = drafted(operator, never)
    shown = bench(operator, samples=["SAMPLE_COMPLETE"], proposal=str(proposal)).text
    assert "Có quy tắc không đạt." in shown
    assert bench(approver, samples=["SAMPLE_COMPLETE"], proposal=str(proposal)).status_code == 404
    assert bench(operator, proposal="9" * 40, at="x", rules="XX/none").status_code in {200, 422}
