"""Coming in with the electronic identity through the desk, with the provider as a process of its own."""

import json
from datetime import UTC, datetime

import pytest
from django.db import Error, transaction
from django.test import Client

from tests.contract.eid.conftest import SECRET, SimulatedProvider, start_provider, stop_provider
from tests.unit.citizens.conftest import NUMBER, PHONE
from vaxpass.citizens.actions import enter_by_eid
from vaxpass.citizens.models import EidLink, Visit
from vaxpass.citizens.ports import EidClaims
from vaxpass.citizens.rules import Citizen, Proof
from vaxpass.desks.citizen.guard import SESSION_KEY
from vaxpass.notices.models import Notice
from vaxpass.offices.scope import Refused
from vaxpass.records.models import DoseVersion
from vaxpass.records.sealing import open_seal

pytestmark = pytest.mark.django_db
PEOPLE = [
    {"name": "NGUYỄN THỊ HƯỜNG", "birth_date": "1990-05-17", "sex": "F", "number": NUMBER},
    {"name": "Không Có Mũi Nào", "birth_date": "1970-01-01", "sex": "M", "number": "001070000009"},
]


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    people = tmp_path_factory.mktemp("eid") / "people.json"
    people.write_text(json.dumps(PEOPLE), encoding="utf-8")
    running, url = start_provider(people)
    provider = SimulatedProvider(url)
    yield provider
    provider.close()
    stop_provider(running)


@pytest.fixture
def provider(process, settings):
    settings.EID = {
        "issuer": process.url, "client_id": "vaxpass", "client_secret": SECRET, "scope": "openid profile", "claims": {},
    }  # fmt: skip
    yield process
    process.switch()


@pytest.fixture
def browser():
    return Client(REMOTE_ADDR="203.0.113.9")


def back(browser, provider, place=0):
    address = browser.get("/citizen/find/eid/")["Location"]
    return browser.get("/citizen/find/eid/back/", provider.choose(address, place))


def test_who_signs_in_comes_in_and_the_phone_of_the_record_is_warned(recorded, provider, browser):
    person = DoseVersion.objects.get(pk=recorded.dose()).person_id
    recorded.dose(2, number="040190000002", full_name="Người Khác", birth_date="1960-01-01")
    answer = back(browser, provider)
    assert answer["Location"] == "/citizen/record/"
    citizen = Citizen.from_session(browser.session[SESSION_KEY])
    assert (citizen.person_ids, citizen.proof) == (frozenset({person}), Proof.EID)
    assert [(one.person_id, one.proof) for one in Visit.objects.all()] == [(person, "EID")]
    [warning] = Notice.objects.filter(template="VISIT_WARNING")
    assert open_seal(warning.phone_sealed) == PHONE


def test_it_opens_a_record_without_a_phone(recorded, provider, browser):
    recorded.dose(phone="")
    assert back(browser, provider)["Location"] == "/citizen/record/"


def test_a_number_that_was_given_to_somebody_else_opens_nothing(recorded, provider, browser):
    recorded.dose(full_name="Trần Văn Bình", birth_date="1960-01-01")
    answer = back(browser, provider)
    assert answer.status_code == 200
    assert "Không có mũi tiêm nào theo số của quý vị" in answer.content.decode()
    assert SESSION_KEY not in browser.session


def test_who_has_no_record_is_told_so_and_where_to_go(recorded, provider, browser):
    assert "Phản ánh thiếu mũi tiêm" in back(browser, provider, place=1).content.decode()


def test_an_answer_for_another_browser_is_refused(recorded, provider, browser):
    recorded.dose()
    address = browser.get("/citizen/find/eid/")["Location"]
    answer = provider.choose(address)
    other = Client(REMOTE_ADDR="203.0.113.10")
    refused = other.get("/citizen/find/eid/back/", answer)
    assert (refused.status_code, SESSION_KEY in other.session) == (422, False)
    assert "EID_STATE_WRONG" in refused.content.decode()


def test_the_answer_is_taken_once(recorded, provider, browser):
    recorded.dose()
    answer = provider.choose(browser.get("/citizen/find/eid/")["Location"])
    browser.get("/citizen/find/eid/back/", answer)
    assert "EID_STATE_WRONG" in browser.get("/citizen/find/eid/back/", answer).content.decode()


def test_a_refused_token_lets_nobody_in_and_says_why(recorded, provider, browser):
    recorded.dose()
    address = browser.get("/citizen/find/eid/")["Location"]
    answer = provider.choose(address)
    provider.switch(fault="foreign_key")
    page = browser.get("/citizen/find/eid/back/", answer)
    assert page.status_code == 422
    assert "EID_SIGNATURE_WRONG" in page.content.decode()
    assert SESSION_KEY not in browser.session


def test_turning_back_is_no_error_page(provider, browser):
    address = browser.get("/citizen/find/eid/")["Location"]
    page = browser.get("/citizen/find/eid/back/", provider.cancel(address))
    assert "EID_CANCELLED" in page.content.decode()


def test_a_provider_that_is_away_leaves_the_other_way(settings, provider, browser):
    settings.EID = {**settings.EID, "issuer": "http://127.0.0.1:9"}
    page = browser.get("/citizen/find/eid/")
    assert page.status_code == 503
    assert "/citizen/find/" in page.content.decode()


def test_without_a_provider_there_is_no_button(settings, browser):
    settings.EID = {"issuer": "", "client_id": "", "client_secret": "", "scope": "", "claims": {}}
    assert "/citizen/find/eid/" not in browser.get("/citizen/find/").content.decode()
    assert browser.get("/citizen/find/eid/").status_code == 503


def test_the_number_that_an_account_named_first_stays_in_the_database_as_well(recorded):
    recorded.dose()
    enter_by_eid(EidClaims("account", "Nguyễn Thị Hường", "1990-05-17", 2, NUMBER), "https://eid", datetime.now(UTC))
    for change in (EidLink.objects.all().delete, lambda: EidLink.objects.update(number_key=b"another")):
        with pytest.raises(Error), transaction.atomic():
            change()


def test_one_account_never_names_another_number(recorded):
    recorded.dose()
    claims = EidClaims("account", "Nguyễn Thị Hường", "1990-05-17", 2, NUMBER)
    now = datetime.now(UTC)
    assert enter_by_eid(claims, "https://eid.example", now).person_ids
    with pytest.raises(Refused, match="EID_NUMBER_CHANGED"):
        enter_by_eid(EidClaims("account", "Trần Văn Bình", "1960", 1, "040160000002"), "https://eid.example", now)
    assert enter_by_eid(EidClaims("account", "Trần Văn Bình", "1960", 1, "040160000002"), "https://other.example", now)
    assert EidLink.objects.count() == 2
