"""The pages of support: from any page's link to the answer, help before, warnings, the public page."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from tests.unit.support.conftest import NOW, NUMBER, Desk, opened, seen
from vaxpass.offices.models import Officer
from vaxpass.records.queries import get_versions
from vaxpass.support import actions
from vaxpass.support.actions import Words
from vaxpass.support.facts import Draft
from vaxpass.support.models import Article, Difficulty, KnownProblem, MeToo
from vaxpass.support.rules import Component, Kind, ProblemState, Status

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TOLD = {"kind": "SIGNING", "urgency": "HINDERED", "subject": "Không ký được lô", "text": "Bấm ký thì báo lỗi."}


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(Officer.objects.get(username=username), backend=BACKEND)
    return client


def text_of(answer) -> str:
    return unescape(answer.content.decode())


@pytest.fixture
def clerk(desk: Desk) -> Client:
    return signed_in("clerk")


@pytest.fixture
def agent(desk: Desk) -> Client:
    return signed_in("agent")


def article(desk: Desk, title: str, **columns) -> int:
    stored = actions.save_article(
        desk.agent, Draft(Kind.SIGNING, title, "Cắm lại USB token rồi thử.", **columns), now=NOW
    )
    actions.publish_article(desk.agent, stored, now=NOW)
    return stored


def problem(desk: Desk) -> int:
    title, text = Words("Ký số chậm", "Signing is slow"), Words("Ký lô nhỏ hơn.", "Sign smaller batches.")
    return actions.tell_problem(desk.agent, Component.SIGNING, title, text, since=NOW, now=NOW)


def test_every_officer_s_page_leads_to_support_with_its_name_and_record(desk: Desk, clerk: Client) -> None:
    page = text_of(clerk.get(f"/facility/records/{desk.version_id}/"))
    assert f"/support/new/?page=facility%3Arecord&record={desk.version_id}" in page
    assert "/support/new/" not in text_of(signed_in("operator").get("/ministry/"))
    assert "/support/new/" not in text_of(Client().get("/"))


def test_an_answer_is_told_on_the_pages_of_the_own_desk(desk: Desk, clerk: Client) -> None:
    waiting = re.compile(r'href="/support/[^"]*"[^>]*>Hỗ trợ <span class="count">1<')
    mine = opened(desk.clerk)
    assert not waiting.search(text_of(clerk.get("/facility/")))
    actions.answer(desk.agent, mine, "Cắm lại USB token.", seen_step=seen(desk.agent, mine), now=NOW)
    assert waiting.search(text_of(clerk.get("/facility/")))
    clerk.get(f"/support/{mine}/")
    assert not waiting.search(text_of(clerk.get("/facility/")))


def test_the_last_refusal_of_the_session_goes_along(desk: Desk, clerk: Client) -> None:
    refused = clerk.get("/facility/records/999999/")
    assert refused.status_code == 404
    assert "/support/new/?page=facility%3Arecord" in text_of(refused)
    page = text_of(clerk.get("/support/new/?page=facility:record&record=999999"))
    assert "RECORD_UNKNOWN" in page
    assert 'name="with_record"' not in page  # out of reach
    clerk.get("/support/999999/")  # support's own refusals do not count
    assert 'value="RECORD_UNKNOWN"' in text_of(clerk.get("/support/new/"))


def test_a_stranger_s_session_brings_no_code(desk: Desk, clerk: Client) -> None:
    clerk.get("/facility/records/999999/")
    assert "RECORD_UNKNOWN" not in text_of(signed_in("stranger").get("/support/new/"))


def test_told_at_once_where_nothing_is_to_be_offered(desk: Desk, clerk: Client) -> None:
    answer = clerk.post("/support/new/", {**TOLD, "page": "facility:batch", "code": "PIN_WRONG"})
    one = Difficulty.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/support/{one.pk}/")
    assert (one.page, one.code, one.version_id) == ("facility:batch", "PIN_WRONG", None)


def test_the_record_is_attached_only_where_it_is_ticked(desk: Desk, clerk: Client) -> None:
    page = text_of(clerk.get(f"/support/new/?page=facility:record&record={desk.version_id}"))
    (tick,) = re.findall(r"<input[^>]*name=\"with_record\"[^>]*>", page)
    assert "checked" not in tick
    clerk.post("/support/new/", {**TOLD, "record": str(desk.version_id)})
    clerk.post("/support/new/", {**TOLD, "record": str(desk.version_id), "with_record": "on"})
    ids = Difficulty.objects.order_by("pk").values_list("version_id", flat=True)
    assert list(ids) == [None, desk.version_id]


def test_help_and_known_problems_are_offered_before(desk: Desk, clerk: Client) -> None:
    by_page, by_words = article(desk, "Trang lô ký", pages=("facility:batch",)), article(desk, "Ký lô báo lỗi")
    known = problem(desk)
    page = text_of(clerk.get("/support/new/?page=facility:batch"))
    assert f"/support/help/{by_page}/helped" in page
    assert f"/support/problems/{known}/me-too" in page
    assert f"/support/help/{by_words}/" not in page
    first = clerk.post("/support/new/", TOLD)
    assert first.status_code == 200
    assert f"/support/help/{by_words}/" in text_of(first)
    assert not Difficulty.objects.exists()
    clerk.post("/support/new/", {**TOLD, "looked": "yes"})
    assert Difficulty.objects.count() == 1


def test_numbers_are_warned_about_before_anything_is_sent(desk: Desk, clerk: Client) -> None:
    text = {**TOLD, "text": f"Người có số {NUMBER}"}
    warned = clerk.post("/support/new/", text)
    assert warned.status_code == 422
    assert 'name="sends_numbers"' in text_of(warned)
    assert "SUPPORT_NUMBERS_FOUND" not in text_of(warned)  # a sentence, not a code
    assert not Difficulty.objects.exists()
    clerk.post("/support/new/", {**text, "cover": "yes"})
    clerk.post("/support/new/", {**text, "sends_numbers": "on"})
    assert list(Difficulty.objects.order_by("pk").values_list("has_numbers", flat=True)) == [False, True]
    covered, sent = Difficulty.objects.order_by("pk")
    assert NUMBER not in text_of(clerk.get(f"/support/{covered.pk}/"))
    assert NUMBER in text_of(clerk.get(f"/support/{sent.pk}/"))


def test_numbers_stay_covered_for_support_until_it_asks(desk: Desk, agent: Client) -> None:
    mine = opened(desk.clerk, text=f"Số {NUMBER}", sends_numbers=True)
    assert NUMBER not in text_of(agent.get(f"/support/{mine}/"))
    assert NUMBER in text_of(agent.post(f"/support/{mine}/numbers"))
    assert NUMBER not in text_of(agent.get(f"/support/{mine}/"))


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "NOTHING"},
        {"urgency": ""},
        {"subject": ""},
        {"text": " "},
        {"record": "1 OR 1=1"},
        {"page": "x" * 200},
        {"text": "a" * 5000},
    ],
)
def test_bad_input_is_said_and_kept_in_the_form(desk: Desk, clerk: Client, changes: dict[str, str]) -> None:
    answer = clerk.post("/support/new/", {**TOLD, **changes})
    assert answer.status_code == 422
    assert not Difficulty.objects.exists()


def test_an_agent_answers_and_is_led_to_the_next(desk: Desk, agent: Client) -> None:
    first, second = opened(desk.clerk), opened(desk.clerk, subject="Một việc khác")
    queue = text_of(agent.get("/support/"))
    assert "Không ký được lô" in queue
    page = text_of(agent.get(f"/support/{first}/"))
    (seen,) = set(re.findall(r'name="seen" value="(\d+)"', page))
    said = {"do": "solve", "seen": seen, "text": "Đã đặt lại."}
    assert agent.post(f"/support/{first}/decide", said)["Location"] == f"/support/{second}/"
    again = agent.post(f"/support/{first}/decide", said)
    assert again.status_code == 422
    assert Difficulty.objects.get(pk=first).status == Status.SOLVED
    assert "Đã đặt lại." in text_of(signed_in("clerk").get(f"/support/{first}/"))


def test_what_was_written_stays_in_the_form_when_somebody_was_quicker(desk: Desk, agent: Client) -> None:
    mine = opened(desk.clerk)
    page = text_of(agent.get(f"/support/{mine}/"))
    (seen,) = set(re.findall(r'name="seen" value="(\d+)"', page))
    actions.answer(desk.colleague_agent, mine, "Tôi xem đây.", seen_step=int(seen), now=NOW)
    late = agent.post(f"/support/{mine}/decide", {"do": "answer", "seen": seen, "text": "Câu của tôi."})
    assert late.status_code == 422
    assert "Câu của tôi." in text_of(late)
    assert "Tôi xem đây." in text_of(late)
    (now_seen,) = set(re.findall(r'name="seen" value="(\d+)"', text_of(late)))
    sent = agent.post(f"/support/{mine}/decide", {"do": "answer", "seen": now_seen, "text": "Câu của tôi."})
    assert sent.status_code == 302


@pytest.mark.parametrize("do", ["", "nothing", "more", "close"])
def test_an_agent_cannot_do_what_is_the_office_s(desk: Desk, agent: Client, do: str) -> None:
    mine = opened(desk.clerk)
    assert agent.post(f"/support/{mine}/decide", {"do": do, "seen": "1", "text": "x"}).status_code == 422
    assert Difficulty.objects.get(pk=mine).status == Status.OPEN


def test_the_office_tells_more_and_opens_again(desk: Desk, clerk: Client) -> None:
    mine = opened(desk.clerk)
    seen = re.findall(r'name="seen" value="(\d+)"', text_of(clerk.get(f"/support/{mine}/")))[0]
    warned = clerk.post(f"/support/{mine}/follow", {"do": "more", "seen": seen, "text": "Gọi 0912345678"})
    assert warned.status_code == 422
    assert 'name="sends_numbers"' in text_of(warned)
    assert clerk.post(f"/support/{mine}/follow", {"do": "more", "seen": seen, "text": "Token VNPT"}).status_code == 302


def test_another_province_s_branch_finds_nothing(desk: Desk) -> None:
    mine = opened(desk.clerk)
    hanoi = signed_in("hanoi")
    assert "Không ký được lô" not in text_of(hanoi.get("/support/?status="))
    for path in (f"/support/{mine}/", f"/support/{mine}/record/", f"/support/help/from/{mine}/"):
        assert hanoi.get(path).status_code == 404
    assert hanoi.post(f"/support/{mine}/numbers").status_code == 404


def test_the_record_page_shows_where_it_stands_and_nobody(desk: Desk, agent: Client) -> None:
    mine = opened(desk.clerk, version_id=desk.version_id)
    assert f"/support/{mine}/record/" in text_of(agent.get(f"/support/{mine}/"))
    page = text_of(agent.get(f"/support/{mine}/record/"))
    (version,) = get_versions([desk.version_id])
    for secret in (version.identity.full_name, version.identity.number, version.identity.phone, "1990", "17/05"):
        assert secret not in page
    assert str(desk.version_id) in page


def test_the_public_page_in_both_languages_without_script(desk: Desk) -> None:
    anybody = Client()
    assert anybody.get("/support/status/").status_code == 200
    known = problem(desk)
    page = text_of(anybody.get("/support/status/"))
    assert "Ký số chậm" in page
    assert "<script" not in page
    anybody.cookies["django_language"] = "en"
    assert "Sign smaller batches." in text_of(anybody.get("/support/status/", headers={"accept-language": "en"}))
    actions.tell_on(desk.agent, known, ProblemState.SOLVED, Words("Xong.", "Done."), now=NOW)
    assert anybody.get("/support/status/").status_code == 200


def test_me_too_in_one_press_and_told_when_it_is_solved(desk: Desk, clerk: Client) -> None:
    known = problem(desk)
    assert clerk.post(f"/support/problems/{known}/me-too").status_code == 302
    assert MeToo.objects.get().officer_id == desk.clerk.officer_id
    agent = signed_in("agent")
    said = {"state": "SOLVED", "text_vi": "Đã thêm máy chủ.", "text_en": "A server was added."}
    assert agent.post(f"/support/problems/{known}/", said).status_code == 302
    assert "Đã thêm máy chủ." in text_of(clerk.get("/support/mine/"))
    assert "Đã thêm máy chủ." not in text_of(clerk.get("/support/mine/"))
    assert agent.post(f"/support/problems/{known}/", said).status_code == 422


def test_a_problem_is_told_by_form(desk: Desk, agent: Client) -> None:
    form = {"component": "ENTRY", "title_vi": "Tệp", "title_en": "File", "text_vi": "Chờ.", "text_en": "Wait."}
    assert agent.post("/support/problems/new/", {**form, "since": "hôm qua"}).status_code == 422
    assert agent.post("/support/problems/new/", {**form, "since": "08:00 20/04/2099"}).status_code == 422
    assert agent.post("/support/problems/new/", form).status_code == 302
    assert KnownProblem.objects.get().component == "ENTRY"
    for path in ("/support/problems/", f"/support/problems/{KnownProblem.objects.get().pk}/"):
        assert agent.get(path).status_code == 200


def test_an_article_grows_from_an_answer(desk: Desk, agent: Client) -> None:
    mine = opened(desk.clerk, subject="Không ký được lô", text=f"Số {NUMBER}", sends_numbers=True)
    assert agent.get(f"/support/help/from/{mine}/").status_code == 422  # not solved
    page = text_of(agent.get(f"/support/{mine}/"))
    seen = re.findall(r'name="seen" value="(\d+)"', page)[0]
    agent.post(f"/support/{mine}/decide", {"do": "solve", "seen": seen, "text": "Đặt lại PIN, gọi 0912345678."})
    grown = text_of(agent.get(f"/support/help/from/{mine}/"))
    assert "Đặt lại PIN" in grown
    assert "0912345678" not in grown
    form = {
        "kind": "SIGNING",
        "title_vi": "Mã PIN sai",
        "body_vi": "Đặt lại PIN.",
        "codes": "PIN_WRONG",
        "publish": "yes",
    }
    answer = agent.post(f"/support/help/from/{mine}/", form)
    stored = Article.objects.get()
    assert (answer["Location"], stored.state, stored.grown_from_id) == (
        f"/support/help/{stored.pk}/",
        "PUBLISHED",
        mine,
    )
    assert agent.post(f"/support/help/{stored.pk}/edit", {**form, "codes": "pin"}).status_code == 422
    assert agent.get(f"/support/help/{stored.pk}/edit").status_code == 200
    assert agent.get("/support/help/all/").status_code == 200


def test_the_help_is_searched_by_post_and_read(desk: Desk, clerk: Client) -> None:
    stored = article(desk, "Không ký số được")
    assert f"/support/help/{stored}/" in text_of(clerk.get("/support/help/"))
    assert f"/support/help/{stored}/" in text_of(clerk.post("/support/help/", {"words": "ky so"}))
    assert f"/support/help/{stored}/" not in text_of(clerk.post("/support/help/", {"words": "hộ chiếu nước ngoài"}))
    assert clerk.get(f"/support/help/{stored}/").status_code == 200
    assert clerk.post(f"/support/help/{stored}/helped").status_code == 302
    assert clerk.get("/support/help/999/").status_code == 404


def test_badges_count_what_is_new(desk: Desk, clerk: Client, agent: Client) -> None:
    mine = opened(desk.clerk)
    waiting = r'<span class="count">1<'
    assert re.search(waiting, text_of(agent.get("/support/help/")))
    actions.answer(desk.agent, mine, "Xong.", seen_step=_last(agent, mine), now=NOW)
    assert re.search(waiting, text_of(clerk.get("/support/help/")))
    clerk.get(f"/support/{mine}/")
    assert not re.search(waiting, text_of(clerk.get("/support/help/")))


def _last(client: Client, difficulty_id: int) -> int:
    return int(re.findall(r'name="seen" value="(\d+)"', text_of(client.get(f"/support/{difficulty_id}/")))[0])


def test_service_levels_are_shown(desk: Desk, agent: Client) -> None:
    assert agent.get("/support/levels/").status_code == 200
    opened(desk.clerk)
    assert "CN40" in text_of(agent.get("/support/levels/"))


def test_support_lands_on_its_desk(desk: Desk, agent: Client) -> None:
    assert agent.get(reverse("desk"), follow=True).redirect_chain[-1][0] == "/support/"
