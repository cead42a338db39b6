"""Finding through the desk: who gets in, what everybody is told alike, what stays apart."""

import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import Error, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories import NOW, make_office, make_officer, received
from tests.unit.citizens.conftest import NUMBER, PHONE, Visitor
from vaxpass.citizens.actions import confirm_email, enter
from vaxpass.citizens.codes import Proven
from vaxpass.citizens.models import Challenge, Visit
from vaxpass.citizens.queries import visits_of
from vaxpass.citizens.rules import Citizen, Proof
from vaxpass.desks.citizen import find
from vaxpass.desks.citizen.guard import SESSION_KEY
from vaxpass.jobs.citizens import send_code
from vaxpass.notices.facts import Recipient
from vaxpass.notices.models import Notice
from vaxpass.offices.models import Officer
from vaxpass.offices.queries import get_actor
from vaxpass.records import actions as records
from vaxpass.records.models import DoseVersion, VersionState
from vaxpass.records.sealing import open_seal
from vaxpass.records.states import State, Verb

pytestmark = pytest.mark.django_db


def work():
    """Do what the worker does; give (address, code) of what it put into the outbox."""
    for challenge in Challenge.objects.filter(settled_at=None):
        send_code(challenge_id=challenge.pk)
    return [
        (open_seal(one.phone_sealed) or open_seal(one.email_sealed), json.loads(open_seal(one.facts_sealed))["code"])
        for one in Notice.objects.filter(template="CODE").order_by("pk")
    ]


def person_of(version_id):
    return DoseVersion.objects.get(pk=version_id).person_id


def signed_by_another(version_id):
    records.move([version_id], Verb.CONFIRM_IDENTITY, now=NOW)
    records.move([version_id], Verb.ATTEST, now=NOW)


def citizen_in(visitor):
    return Citizen.from_session(visitor.client.session[SESSION_KEY])


def test_name_birth_date_and_number_then_the_code_to_the_phone_of_the_record(recorded, visitor):
    person = person_of(recorded.dose())
    answer = visitor.ask()
    assert (answer.status_code, answer["Location"]) == (302, "/citizen/find/code/")
    [(phone, code)] = work()
    assert phone == PHONE
    assert visitor.enter(code)["Location"] == "/citizen/record/"
    citizen = citizen_in(visitor)
    assert (citizen.person_ids, citizen.proof) == (frozenset({person}), Proof.PHONE)
    assert [(visit.person_id, visit.proof) for visit in visits_of([person])] == [(person, Proof.PHONE)]


@pytest.mark.parametrize(
    "typed",
    [
        {"number": PHONE},
        {"number": "+84 912 345 678"},
        {"name": "NGUYỄN THỊ HƯỜNG", "birth": "1990"},
        {"name": "Nguyễn Thị Hường", "birth": "1/1/1980"},
        {"name": "Tên Ghi Sai", "birth": "17-5-1990"},
    ],
)
def test_other_ways_to_say_who_it_is(recorded, visitor, typed):
    recorded.dose()
    visitor.ask(**typed)
    assert [phone for phone, _ in work()] == [PHONE]


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "Trần Văn Bình", "birth": "1990"},
        {"number": "040190000002"},
        {"number": "0900000000"},
    ],
)
def test_what_does_not_fit_gets_no_code(recorded, visitor, typed):
    recorded.dose()
    visitor.ask(**typed)
    assert work() == []


def test_somebody_who_became_two_people_by_a_wrong_digit_reaches_both(recorded, visitor):
    versions = [recorded.dose(), recorded.dose(2, number="040190000091"), recorded.dose(3, full_name="Ng Thị Hương")]
    recorded.dose(4, full_name="Người Khác", birth_date="1960-01-01", number="040160000004")  # of the same phone
    visitor.ask()
    [(_, code)] = work()
    visitor.enter(code)
    assert citizen_in(visitor).person_ids == {person_of(version) for version in versions}


def test_a_phone_that_was_typed_is_never_asked_unless_the_record_names_it(recorded, visitor):
    """Whoever knows name, birth date and number, and has a phone of his own, takes nothing over."""
    recorded.dose()
    visitor.ask(number="0987654321")
    visitor.ask()
    assert [phone for phone, _ in work()] == [PHONE]


def test_a_replaced_phone_opens_nothing_any_more(recorded, visitor):
    old = recorded.dose()
    VersionState.objects.filter(version_id=old).update(state=State.REPLACED)
    new = recorded.dose(phone="0987654321")
    visitor.ask(number=PHONE)
    assert work() == []
    visitor.ask()
    assert [phone for phone, _ in work()] == ["0987654321"]
    assert person_of(old) == person_of(new)


def test_one_officer_alone_brings_no_phone_to_a_signed_record(recorded, visitor):
    """A clerk who invents a dose for somebody, with a phone of his own, would otherwise open that record."""
    signed = recorded.dose()
    signed_by_another(signed)
    invented = recorded.dose(phone="0987654321", given_on=date(2021, 11, 1), dose_number=3)
    assert person_of(invented) == person_of(signed)
    visitor.ask(number="0987654321")
    assert work() == []
    visitor.ask()
    assert [phone for phone, _ in work()] == [PHONE]
    signed_by_another(invented)
    Visitor("203.0.113.8").ask(number="0987654321")
    assert [phone for phone, _ in work()] == [PHONE, "0987654321"]


def test_a_record_that_one_officer_invented_beside_it_takes_no_code(recorded, visitor):
    """The number of somebody with a slip in the name: another person's row, with a stranger's phone."""
    signed = recorded.dose()
    signed_by_another(signed)
    invented = recorded.dose(2, phone="0987654321", full_name="Nguyễn Thị Hương Lan")
    assert person_of(invented) != person_of(signed)
    visitor.ask()
    assert [phone for phone, _ in work()] == [PHONE]


def test_a_mended_phone_opens_nothing_before_another_officer_signed_it(recorded, visitor):
    old = recorded.dose()
    signed_by_another(old)
    clerk = get_actor(Officer.objects.get(pk=recorded.clerk))
    records.replace(clerk, old, received(1, phone="0987654321", number=NUMBER), now=NOW)
    for number in ("0987654321", PHONE, NUMBER):
        visitor.ask(number=number)
    assert work() == []


def test_a_mended_record_is_open_meanwhile_to_the_phone_that_was_signed(recorded, visitor):
    old = recorded.dose()
    signed_by_another(old)
    clerk = get_actor(Officer.objects.get(pk=recorded.clerk))
    mended = received(1, phone=PHONE, number=NUMBER, full_name="Nguyễn Thị Hương Giang")
    new = records.replace(clerk, old, mended, now=NOW)
    visitor.ask(name="Nguyễn Thị Hương Giang")
    [(phone, code)] = work()
    assert phone == PHONE
    visitor.enter(code)
    assert citizen_in(visitor).person_ids == {person_of(old), person_of(new)}


def test_a_given_away_phone_does_not_open_its_old_owner_to_its_new_one(recorded, visitor):
    """He types the old owner's name, his own birth date and number: his phone is asked, for his record alone."""
    old = recorded.dose()
    VersionState.objects.filter(version_id=old).update(state=State.REPLACED)
    recorded.dose(phone="0987654321")
    own = recorded.dose(9, full_name="Trần Văn Mới", birth_date="1980-02-03", number="040080000009", phone=PHONE)
    visitor.ask(name="Nguyễn Thị Hường", birth="3/2/1980", number="040080000009")
    [(phone, code)] = work()
    assert phone == PHONE
    visitor.enter(code)
    assert citizen_in(visitor).person_ids == {person_of(own)}


def test_nobody_is_reached_who_has_no_phone_in_the_record(recorded, visitor):
    recorded.dose(phone="")
    answer = visitor.ask()
    assert answer["Location"] == "/citizen/find/code/"
    assert work() == []


def test_the_confirmed_email_is_asked_and_the_phone_warned(recorded, visitor):
    person = person_of(recorded.dose())
    visitor.ask(by="email")
    assert work() == []
    confirm_email({person}, Proven(Recipient(email="huong@example.vn")), datetime.now(UTC))
    visitor.ask(by="email")
    [(email, code)] = work()
    assert email == "huong@example.vn"
    visitor.enter(code)
    assert citizen_in(visitor).proof is Proof.EMAIL
    [warning] = Notice.objects.filter(template="VISIT_WARNING")
    assert open_seal(warning.phone_sealed) == PHONE


def test_the_other_phone_of_a_record_is_warned_and_the_asked_one_not(recorded, visitor):
    recorded.dose()
    recorded.dose(number=NUMBER, phone="0987654321", given_on=datetime(2021, 10, 1, tzinfo=UTC).date())
    visitor.ask(number=PHONE)
    [(_, code)] = work()
    visitor.enter(code)
    assert [open_seal(one.phone_sealed) for one in Notice.objects.filter(template="VISIT_WARNING")] == ["0987654321"]


# -- the same for everybody --


def plain(answer):
    """The page without what is drawn anew for every page."""
    page = re.sub(
        rb'(name="csrfmiddlewaretoken" value|data-captcha|name="question" value)="[^"]*"', b"", answer.content
    )
    return re.sub(rb'<label for="captcha-answer">[^<]*</label>', b"", page)


def shapes(queries):
    """The statements without their values."""
    return [re.sub(r"'(?:[^']|'')*'(?:::\w+)?|\bs\d+_x\d+\b|\b\d+\b", "?", query["sql"]) for query in queries]


def heads(answer):
    """The heads without the clock; the order of directives is drawn anew by each process."""
    kept = {name: value for name, value in answer.headers.items() if name != "Expires"}
    return {name: sorted(value.split("; ")) for name, value in kept.items()}


def journey(**typed):
    """Ask, look at the page, give three wrong codes, ask again; give everything that can be seen of it."""
    visitor = Visitor()
    seen = []
    with CaptureQueriesContext(connection) as queries:
        seen.append(visitor.ask(**typed))
        seen.append(visitor.client.get("/citizen/find/code/"))
    work()  # in a process of its own, not while somebody waits
    with CaptureQueriesContext(connection) as later:
        seen += [visitor.enter("000000") for _ in range(2)]
        seen.append(visitor.client.post("/citizen/find/code/again/"))
        seen.append(visitor.enter("000000"))
    facts = [(one.status_code, heads(one), plain(one)) for one in seen]
    return facts, shapes(queries.captured_queries), shapes(later.captured_queries)


def test_answers_queries_and_writes_are_the_same_whether_or_not_the_person_exists(recorded, monkeypatch):
    recorded.dose()
    recorded.dose(7, number="040190000007", phone="")
    monkeypatch.setattr("secrets.randbelow", lambda _: 7)  # so that neither journey guesses right by chance
    journey()  # warms what is read once a process
    there = journey()
    assert work()  # a code was sent
    without_phone = journey(number="040190000007")
    invented = journey(name="Không Có Ai", number="040190999999")
    assert there == invented
    assert there == without_phone


def test_the_numbers_in_the_session_do_not_tell(recorded):
    recorded.dose()
    sizes = set()
    for typed in ({}, {"number": "040190999999"}):
        visitor = Visitor()
        visitor.ask(**typed)
        session = dict(visitor.client.session)
        assert set(session) == {find.ASKED}
        sizes.add(len(session[find.ASKED]))
    assert len(sizes) == 1


def test_neither_code_nor_name_nor_number_enters_an_address(recorded, visitor):
    recorded.dose()
    answer = visitor.ask()
    [(_, code)] = work()
    assert answer["Location"] == "/citizen/find/code/"
    assert visitor.enter(code)["Location"] == "/citizen/record/"


# -- bad input and limits --


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": " "}, "Họ và tên"),
        ({"birth": "32/13/1990"}, "Không đọc được ngày sinh"),
        ({"number": "abc"}, "Đây không phải số CCCD"),
        ({"by": "pigeon"}, "pigeon"),
    ],
)
def test_what_cannot_be_read_comes_back_with_its_reason_and_asks_nothing(recorded, visitor, typed, words):
    answer = visitor.ask(**typed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Challenge.objects.exists()


def test_without_an_answer_to_the_question_nothing_is_asked(visitor):
    answer = visitor.client.post("/citizen/find/", {"name": "a b", "birth": "1990", "number": NUMBER, "by": "sms"})
    assert answer.status_code == 422
    assert "Chưa có câu trả lời" in answer.content.decode()
    assert not Challenge.objects.exists()


def test_after_some_searches_for_one_number_the_page_says_so_whether_or_not_it_exists(recorded):
    recorded.dose()
    answers = []
    for number in (NUMBER, "040190999999"):
        visitor = Visitor()
        answers.append([visitor.ask(number=number) for _ in range(6)])
    for there, invented in zip(*answers, strict=True):
        assert there.status_code == invented.status_code
        assert plain(there) == plain(invented).replace(b"040190999999", NUMBER.encode())
    assert answers[0][-1].status_code == 429
    assert "trong giờ này" in answers[0][-1].content.decode()


def test_the_code_page_without_a_search_leads_to_the_search(visitor):
    assert visitor.client.get("/citizen/find/code/")["Location"] == "/citizen/find/"
    assert visitor.enter("123456")["Location"] == "/citizen/find/"
    assert visitor.client.post("/citizen/find/code/again/")["Location"] == "/citizen/find/"


def test_pages_are_never_kept_by_a_browser(recorded, visitor):
    assert "no-store" in visitor.client.get("/citizen/find/")["Cache-Control"]
    visitor.ask()
    assert "no-store" in visitor.client.get("/citizen/find/code/")["Cache-Control"]


# -- sessions --


def entered(recorded, visitor):
    recorded.dose()
    visitor.ask()
    visitor.enter(work()[-1][1])
    return visitor


def test_the_session_gets_a_new_key_when_somebody_comes_in(recorded, visitor):
    recorded.dose()
    visitor.ask()
    planted = visitor.client.session.session_key
    visitor.enter(work()[-1][1])
    assert visitor.client.session.session_key != planted
    assert not Session.objects.filter(pk=planted).exists()


def test_after_half_an_hour_the_record_closes(recorded, visitor):
    session = entered(recorded, visitor).client.session
    session[SESSION_KEY]["since"] = (datetime.now(UTC) - timedelta(minutes=31)).isoformat()
    session.save()
    assert visitor.client.get("/citizen/record/")["Location"] == "/citizen/find/"


def test_leaving_closes_it_at_once(recorded, visitor):
    entered(recorded, visitor)
    assert visitor.client.get("/citizen/leave/").status_code == 405
    visitor.client.post("/citizen/leave/")
    assert visitor.client.get("/citizen/record/")["Location"] == "/citizen/find/"


def test_an_officer_who_comes_in_as_a_citizen_is_an_officer_no_more(recorded, visitor):
    officer = Officer.objects.get(pk=make_officer("operator", make_office("BYT", "ministry"), "ministry_operator"))
    visitor.client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert visitor.client.get("/ministry/").status_code == 200
    entered(recorded, visitor)
    assert visitor.client.get("/ministry/").status_code == 302
    assert citizen_in(visitor).person_ids


def test_the_next_citizen_of_a_shared_phone_finds_nothing_of_the_one_before(recorded, visitor):
    recorded.dose()
    recorded.dose(2, full_name="Trần Văn Mới", birth_date="1980-02-03", number="040080000009", phone="0987654321")
    visitor.ask()
    visitor.enter(work()[0][1])
    session = visitor.client.session
    session["report_draft"], session["report_number"] = "hers", "hers"
    session.save()
    visitor.ask(name="Trần Văn Mới", birth="1980", number="0987654321")
    visitor.enter(work()[1][1])
    assert {"report_draft", "report_number"} & set(visitor.client.session.keys()) == set()
    visitor.ask(name="Trần Văn Mới", birth="1980", number="0987654321")
    session = visitor.client.session
    session["report_draft"] = "his"
    session.save()
    visitor.enter(work()[2][1])
    assert visitor.client.session["report_draft"] == "his"  # the same citizen goes on where he was


def test_a_citizen_who_signs_in_as_an_officer_is_a_citizen_no_more(recorded, visitor):
    make_officer("operator", make_office("BYT", "ministry"), "ministry_operator")
    entered(recorded, visitor)
    sent = {"login": "operator", "password": "operator" * 2}
    assert visitor.client.post("/account/login/", sent).status_code == 302
    assert visitor.client.get("/citizen/record/")["Location"] == "/citizen/find/"
    visitor.client.post("/account/logout/")
    assert visitor.client.get("/citizen/record/")["Location"] == "/citizen/find/"


def test_the_language_stays(recorded, visitor):
    visitor.client.post("/language", {"language": "en", "next": "/citizen/find/"})
    recorded.dose()
    page = visitor.client.get("/citizen/find/")
    assert b"Find my record" in page.content
    visitor.client.cookies["django_language"] = "vi"
    visitor.ask()
    visitor.client.cookies["django_language"] = "en"
    visitor.enter(work()[-1][1])
    visitor.client.post("/citizen/leave/")
    assert visitor.client.get("/citizen/find/")["Content-Language"] == "en"


def test_visits_are_appended_alone(recorded, visitor):
    entered(recorded, visitor)
    for change in (Visit.objects.all().delete, lambda: Visit.objects.update(person_id=0)):
        with pytest.raises(Error), transaction.atomic():
            change()


def test_two_records_of_one_phone_are_warned_of_once(recorded, visitor):
    people = {person_of(recorded.dose()), person_of(recorded.dose(2, number="040190000091"))}
    confirm_email(people, Proven(Recipient(email="huong@example.vn")), datetime.now(UTC))
    visitor.ask(by="email")
    visitor.enter(work()[-1][1])
    assert citizen_in(visitor).person_ids == {min(people)}  # the number that was typed is the one record's alone
    enter(Proven(Recipient(email="huong@example.vn"), frozenset(people)), datetime.now(UTC))
    assert Notice.objects.filter(template="VISIT_WARNING").count() == 1


def test_no_log_tells_who_was_looked_for_or_the_code(recorded, visitor, caplog):
    recorded.dose()
    with caplog.at_level("DEBUG"):
        visitor.ask()
        [(_, code)] = work()
        visitor.enter("000000")
        visitor.enter(code)
    said = caplog.text + "".join(str(vars(record)) for record in caplog.records if not hasattr(record, "request"))
    queries = [record for record in caplog.records if record.name.startswith("django.db")]
    assert not queries  # statements would carry values; they are written nowhere
    assert not [word for word in (code, "huong", NUMBER, PHONE, "1990") if word in said]


def test_who_asks_too_often_is_told_to_wait_not_that_something_was_mistyped(recorded, visitor):
    visitor.ask()
    answers = [visitor.client.post("/citizen/find/code/again/") for _ in range(6)]
    text = answers[-1].content.decode()
    assert answers[-1].status_code == 429
    assert "<h2>Hãy chờ rồi thử lại</h2>" in text
    assert "Xin kiểm tra lại" not in text
