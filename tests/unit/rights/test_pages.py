"""The pages of rights, as a citizen, a stranger and officers reach them."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

from tests.unit.rights.conftest import Desk
from vaxpass.citizens.rules import Citizen
from vaxpass.desks.citizen.guard import SESSION_KEY
from vaxpass.jobs import rights as jobs
from vaxpass.offices.models import Officer
from vaxpass.records.queries import looks_at
from vaxpass.rights import queries
from vaxpass.rights.rules import Answer, Kind, Matter, Purpose, Status, Wish

DESKS = Path(__file__).resolve().parents[3] / "src/vaxpass/desks"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def let_in(client: Client, citizen: Citizen) -> Client:
    session = client.session
    session[SESSION_KEY] = Citizen(citizen.person_ids, citizen.proof, datetime.now(UTC)).to_session()
    session.save()
    return client


@pytest.fixture
def citizen(client: Client, desk: Desk) -> Client:
    return let_in(client, desk.citizen)


@pytest.fixture
def officer(desk: Desk) -> Client:
    client = Client()
    client.force_login(Officer.objects.get(username="dpo"), backend=BACKEND)
    return client


def filed(desk: Desk, kind: Kind = Kind.OBJECTION, matter: Matter = Matter.LOOKS) -> int:
    now = datetime.now(UTC)
    return jobs.file_demand(desk.citizen, Wish(kind, (matter,), "Vì sao?"), now=now).demand_id


CHOSEN_BY_THE_READER = re.compile(r"{% if [^%]+ %}\s*(checked|selected)\s*{% endif %}")
TICKED = re.compile(r"<input[^>]*type=\"?checkbox[^>]*\schecked")


def test_no_template_for_citizens_ticks_anything_beforehand() -> None:
    """What the reader chose may stay when a form comes back: a tick below an `if` of its own; nothing else may."""
    templates = list((DESKS / "citizen/templates").rglob("*.html"))
    assert len(templates) > 5
    for path in templates:
        assert not re.search(r"\bchecked\b", CHOSEN_BY_THE_READER.sub("", path.read_text())), path
    for path in (DESKS / "citizen").rglob("*.py"):
        assert not re.search(r"initial\s*=\s*True", path.read_text()), path


def test_no_page_for_citizens_comes_with_a_tick(citizen: Client) -> None:
    from vaxpass.desks.citizen.urls import urlpatterns

    plain = [str(one.pattern) for one in urlpatterns if "<" not in str(one.pattern)]
    pages = [f"/citizen/{path}" for path in plain] + [
        f"/citizen/rights/ask/{kind}/" for kind in ("objection", "restriction", "deletion")
    ]
    shown = {page: citizen.get(page, follow=True).content.decode() for page in pages if "service-worker" not in page}
    assert len(shown) > 10
    assert [page for page, text in shown.items() if TICKED.search(text)] == []


def test_nothing_is_sent_without_a_choice(citizen: Client, desk: Desk) -> None:
    answer = citizen.post("/citizen/rights/ask/deletion/", {"words": "Xóa hết"})
    assert answer.status_code == 422
    assert "Xóa hết" in answer.content.decode()
    assert queries.demands_of(desk.citizen.person_ids) == []


def test_a_demand_is_made_shown_and_taken_back(citizen: Client, desk: Desk) -> None:
    answer = citizen.post("/citizen/rights/ask/objection/", {"matters": ["LOOKS"], "words": "Ai đã xem?"})
    (demand,) = queries.demands_of(desk.citizen.person_ids)
    assert answer["Location"] == f"/citizen/rights/demands/{demand.demand_id}/"
    assert demand.number in citizen.get(answer["Location"]).content.decode()
    assert citizen.post("/citizen/rights/ask/objection/", {"matters": ["LOOKS"]}).status_code == 422
    citizen.post(f"/citizen/rights/demands/{demand.demand_id}/back/")
    assert queries.get_own_demand(desk.citizen.person_ids, demand.demand_id).status is Status.WITHDRAWN


def test_a_strangers_demand_is_not_there(desk: Desk) -> None:
    stranger = let_in(Client(), desk.stranger)
    demand_id = filed(desk)
    assert stranger.get(f"/citizen/rights/demands/{demand_id}/").status_code == 404
    assert stranger.post(f"/citizen/rights/demands/{demand_id}/back/").status_code == 404
    assert stranger.get("/citizen/rights/ask/unheard/").status_code == 404


def test_the_copy_as_a_page_and_as_a_file(citizen: Client, desk: Desk) -> None:
    page = citizen.get("/citizen/rights/copy/")
    assert "Nguyễn Thị Hường" in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert citizen.get("/citizen/rights/copy/file/").status_code == 405
    file = citizen.post("/citizen/rights/copy/file/")
    assert file["Content-Disposition"] == 'attachment; filename="vaxpass-personal-data.json"'
    content = json.loads(file.content)
    assert content["sections"][0]["entries"][0]["full_name"] == "Nguyễn Thị Hường"
    assert [one.kind for one in queries.demands_of(desk.citizen.person_ids)] == [Kind.COPY]


def test_one_press_consents_and_one_press_takes_it_back(citizen: Client, desk: Desk) -> None:
    for say, given in (("yes", True), ("no", False)):
        citizen.post("/citizen/rights/consents/", {"purpose": "EMAIL", "say": say})
        assert [one.given for one in queries.consents_of(desk.citizen.person_ids)] == [given]
    assert citizen.post("/citizen/rights/consents/", {"purpose": "EVERYTHING", "say": "yes"}).status_code == 422
    assert citizen.post("/citizen/rights/consents/", {"purpose": "EMAIL"}).status_code == 422


def test_somebody_about_whom_nothing_is_recorded_gets_an_empty_copy(desk: Desk) -> None:
    nobody = let_in(Client(), Citizen(frozenset(), desk.citizen.proof, datetime.now(UTC)))
    for address in ("", "copy/", "consents/", "ask/deletion/"):
        assert nobody.get(f"/citizen/rights/{address}").status_code == 200
    assert json.loads(nobody.post("/citizen/rights/copy/file/").content)["format"] == "vaxpass-personal-data"
    refused = nobody.post("/citizen/rights/ask/objection/", {"matters": ["LOOKS"]})
    assert refused.status_code == 422


def test_the_officer_sees_no_name_and_no_dose_and_the_look_is_written(officer: Client, desk: Desk) -> None:
    demand_id = filed(desk)
    shown = officer.get(f"/ministry/rights/{demand_id}/").content.decode()
    for secret in ("Hường", "040190000001", "0900000001", "FK0112", "17/05/1990"):
        assert secret not in shown
    (person_id,) = desk.citizen.person_ids
    assert [look.purpose for look in looks_at(person_id)] == ["demand"]
    assert "checked" not in shown


def test_the_officer_answers_and_the_citizen_reads_it(officer: Client, citizen: Client, desk: Desk) -> None:
    demand_id = filed(desk, Kind.DELETION, Matter.RECORD)
    assert officer.post(f"/ministry/rights/{demand_id}/answer/", {}).status_code == 422
    wrong = officer.post(f"/ministry/rights/{demand_id}/answer/", {"RECORD": Answer.DONE_DELETED.value})
    assert wrong.status_code == 422
    officer.post(f"/ministry/rights/{demand_id}/extend/", {"why": "Cần hỏi Vụ Pháp chế."})
    assert "Cần hỏi Vụ Pháp chế." in citizen.get(f"/citizen/rights/demands/{demand_id}/").content.decode()
    done = officer.post(f"/ministry/rights/{demand_id}/answer/", {"RECORD": Answer.KEPT_HEALTH_RECORD.value})
    assert done["Location"] == "/ministry/rights/"
    shown = citizen.get(f"/citizen/rights/demands/{demand_id}/").content.decode()
    assert "RIGHTS_KEPT_HEALTH_RECORD" in shown
    again = officer.post(f"/ministry/rights/{demand_id}/answer/", {"RECORD": Answer.KEPT_HEALTH_RECORD.value})
    assert again.status_code == 422


def test_the_list_is_by_the_last_day_and_open_ones_come_first(officer: Client, desk: Desk) -> None:
    filed(desk, Kind.DELETION, Matter.LOOKS)
    filed(desk)
    shown = officer.get("/ministry/rights/").content.decode()
    assert shown.index("Phản đối") < shown.index("Xóa dữ liệu của tôi")
    assert officer.get("/account/desk/", follow=False).status_code in {302, 404}


def test_other_officers_of_the_ministry_do_not_come_in(desk: Desk) -> None:
    demand_id = filed(desk)
    client = Client()
    client.force_login(Officer.objects.get(username="operator"), backend=BACKEND)
    for address in ("", f"{demand_id}/"):
        assert client.get(f"/ministry/rights/{address}").status_code == 403


def test_a_data_protection_officer_is_led_to_the_demands(officer: Client) -> None:
    from django.urls import reverse

    assert officer.get(reverse("desk"))["Location"] == "/ministry/rights/"
    assert "/ministry/rights/" in officer.get("/ministry/rights/").content.decode()


def test_withdrawn_consent_is_not_asked_again_by_itself(citizen: Client, desk: Desk) -> None:
    citizen.post("/citizen/rights/consents/", {"purpose": "EMAIL", "say": "no"})
    assert queries.consent_history(desk.citizen.person_ids) == []  # nothing was given: nothing to take back
    assert queries.people_who_consent(desk.citizen.person_ids, Purpose.EMAIL) == set()
