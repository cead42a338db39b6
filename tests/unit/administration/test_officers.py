"""System administrators give accounts and roles, never to themselves."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.factories import NOW, make_office, make_officer
from vaxpass.offices import administering
from vaxpass.offices.models import Act, Officer, OfficerRole
from vaxpass.offices.queries import get_actor, roles_held
from vaxpass.offices.scope import Actor, Refused

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def administrator() -> Officer:
    return Officer.objects.get(pk=make_officer("root", make_office("MOH", "ministry"), "system_administrator"))


@pytest.fixture
def actor(administrator: Officer) -> Actor:
    return get_actor(administrator)


@pytest.fixture
def clerk() -> Officer:
    return Officer.objects.get(pk=make_officer("clerk", make_office(), "facility_clerk"))


@pytest.fixture
def desk(client: Client, administrator: Officer) -> Client:
    client.force_login(administrator, backend=BACKEND)
    return client


def code_of(call: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    return refused.value.code


def codes(officer: Officer) -> list[str]:
    return [role.code for role in roles_held(officer.pk, "en")]


def test_a_role_is_granted_and_ended_and_both_are_acts(actor: Actor, clerk: Officer) -> None:
    administering.grant_role(actor, officer_id=clerk.pk, role="facility_head", now=NOW)
    assert codes(clerk) == ["facility_clerk", "facility_head"]
    administering.end_role(actor, officer_id=clerk.pk, role="facility_clerk", now=NOW)
    assert codes(clerk) == ["facility_head"]
    assert OfficerRole.objects.get(role="facility_head").granted_by_id == actor.officer_id
    acts = Act.objects.exclude(verb="enrol").values_list("verb", "subject")
    assert set(acts) == {("grant_role", f"officer/{clerk.pk}"), ("end_role", f"officer/{clerk.pk}")}


@pytest.mark.parametrize(
    ("role", "code"),
    [
        ("ministry_signer", "ROLE_NOT_FOR_OFFICE"),
        ("no_such_role", "ROLE_NOT_FOR_OFFICE"),
        ("facility_clerk", "ROLE_HELD_ALREADY"),
    ],
)
def test_a_role_must_fit_and_is_held_once(actor: Actor, clerk: Officer, role: str, code: str) -> None:
    assert code_of(administering.grant_role, actor, officer_id=clerk.pk, role=role, now=NOW) == code


def test_nobody_changes_the_own_account(actor: Actor) -> None:
    oneself = {"officer_id": actor.officer_id, "now": NOW}
    assert code_of(administering.grant_role, actor, role="ministry_signer", **oneself) == "NOT_FOR_ONESELF"
    assert code_of(administering.end_role, actor, role="system_administrator", **oneself) == "NOT_FOR_ONESELF"
    assert code_of(administering.switch, actor, active=False, **oneself) == "NOT_FOR_ONESELF"
    assert code_of(administering.renew_access, actor, **oneself) == "NOT_FOR_ONESELF"


def test_others_may_not_administer(clerk: Officer, administrator: Officer) -> None:
    own = get_actor(clerk)
    assert code_of(administering.switch, own, officer_id=administrator.pk, active=False, now=NOW) == "RIGHT_MISSING"
    assert code_of(administering.renew_access, own, officer_id=administrator.pk, now=NOW) == "RIGHT_MISSING"


def test_ending_what_is_not_held_is_said(actor: Actor, clerk: Officer) -> None:
    code = code_of(administering.end_role, actor, officer_id=clerk.pk, role="facility_head", now=NOW)
    assert code == "ROLE_NOT_HELD"
    assert code_of(administering.switch, actor, officer_id=999_999, active=True, now=NOW) == "OFFICER_UNKNOWN"


def test_a_switched_off_officer_is_out_at_once(desk: Client, clerk: Officer) -> None:
    theirs = Client()
    theirs.force_login(clerk, backend=BACKEND)
    assert theirs.get("/account/").status_code == 200
    asked = desk.post(f"/officers/{clerk.pk}/switch", {"active": "no"})
    assert "confirmed" in asked.text
    assert theirs.get("/account/").status_code == 200, "asking alone changes nothing"
    desk.post(f"/officers/{clerk.pk}/switch", {"active": "no", "confirmed": "yes"})
    assert theirs.get("/account/").status_code == 302


def test_renewed_access_ends_sessions_and_forgets_the_second_factor(desk: Client, clerk: Officer) -> None:
    Authenticator.objects.create(user=clerk, type="totp", data={"secret": "x"})
    theirs = Client()
    theirs.force_login(clerk, backend=BACKEND)
    answer = desk.post(f"/officers/{clerk.pk}/renew", {"confirmed": "yes"})
    assert answer["Cache-Control"] == "no-store"
    assert theirs.get("/account/").status_code == 302
    assert not Authenticator.objects.filter(user=clerk).exists()
    clerk.refresh_from_db()
    assert clerk.check_password(answer.context["password"])


def enrol(desk: Client, **changes: Any) -> Any:
    make_office("40A01")
    typed = {"full_name": "Lê Thị Bình", "username": "binh", "office_code": "40a01", "roles": ["facility_clerk"]}
    return desk.post("/officers/new", {**typed, **changes})


def test_enrolling_shows_the_first_password_once(desk: Client) -> None:
    answer = enrol(desk)
    officer = Officer.objects.get(username="binh")
    assert officer.check_password(answer.context["password"])
    assert answer.context["password"] in answer.text
    assert answer.context["password"] not in desk.get(f"/officers/{officer.pk}").text
    assert not officer.second_factor_waived


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"username": "root"}, "đã có người dùng"),
        ({"office_code": "NONE9"}, "NONE9"),
        ({"roles": ["ministry_signer"]}, "loại đơn vị"),
        ({"username": "Không hợp lệ"}, "username"),
    ],
)
def test_a_refused_enrolment_keeps_what_was_typed(desk: Client, changes: dict[str, Any], words: str) -> None:
    answer = enrol(desk, **changes)
    assert answer.status_code == 422
    assert "Lê Thị Bình" in answer.text
    assert words in answer.text
    assert not Officer.objects.filter(username="binh").exists()


def test_the_list_filters_and_sorts(desk: Client, clerk: Officer) -> None:
    everybody = desk.get("/officers/").context["table"]
    assert everybody.count == 2
    facilities = desk.get("/officers/?kind=facility").context["table"]
    assert [row[1].value for row in facilities.rows] == ["clerk"]
    assert desk.get("/officers/?code=none&sort=nonsense&page=99").status_code == 200


def test_the_administrator_has_a_desk(desk: Client) -> None:
    assert desk.get("/desk")["Location"] == "/officers/"
