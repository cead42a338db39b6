"""A browser whose visitor showed who they are."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

from django.conf import settings
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.factories.signing import Key, Ministry, sign_and_record
from vaxpass.citizens.rules import Citizen, Proof
from vaxpass.desks.citizen.guard import SESSION_KEY
from vaxpass.ministry_signing import actions as runs
from vaxpass.ministry_signing import preparing
from vaxpass.ministry_signing.rules import RunScope
from vaxpass.passports import queries
from vaxpass.passports.facts import PassportFacts

TODAY = datetime.now(UTC) - timedelta(hours=1)


def citizen_of(*person_ids: int, ago: timedelta = timedelta(minutes=1), proof: Proof = Proof.PHONE) -> Citizen:
    """Make a citizen who showed, so long ago, to be these people."""
    return Citizen(frozenset(person_ids), proof, datetime.now(UTC) - ago)


def let_in(page: Page, live_server: LiveServer, *person_ids: int) -> None:
    """Give a browser the session of a citizen who showed to be these people."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = citizen_of(*person_ids).to_session()
    store.save()
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": store.session_key, "url": live_server.url}]
    )


def issue(ministry: Ministry, key: Key, now: datetime = TODAY) -> list[PassportFacts]:
    """Let the ministry sign what is attested, today: a passport of the factories' time has expired long ago."""
    run_id = runs.ask_for_run(ministry.operator, RunScope(limit=1_000), now=now)
    preparing.fix_key(run_id, key, "Bộ Y tế", now=now)
    while preparing.prepare_chunk(run_id, now=now, size=2_000):
        pass
    sign_and_record(runs.approve(ministry.approver, run_id, now=now), key, now=now)
    return queries.facts_of(list(queries.passports().order_by("pk")))
