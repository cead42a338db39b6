"""From an accepted correction to the published revocation, killed at every statement and commit on the way.

Never two passports that both say they hold; never none, but after a withdrawal; run again, it completes. All of it as
the database role that the platform runs as.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.signals import connection_created
from procrastinate.contrib.django.models import ProcrastinateJob
from vaxproof import Algorithm, RevocationList

from tests.factories import NOW, make_officer, received
from tests.factories.killing import kill_everywhere
from tests.factories.publication import make_publisher, own_entries
from tests.factories.signing import (
    DAYS,
    Key,
    Ministry,
    approved_run,
    attested_person,
    make_key,
    make_ministry,
    sign_and_record,
)
from vaxpass.corrections import actions as corrections
from vaxpass.corrections.actions import Wish
from vaxpass.corrections.models import Report
from vaxpass.corrections.rules import Cause, Kind
from vaxpass.corrections.rules import Status as CorrectionStatus
from vaxpass.jobs.ministry_signing import begin_standing_run
from vaxpass.jobs.passports import after_accepted_report, after_correction, after_recording
from vaxpass.ministry_signing import actions as runs
from vaxpass.ministry_signing import preparing, queries, standing
from vaxpass.ministry_signing.models import Run, RunItem
from vaxpass.ministry_signing.rules import RunKind, RunState
from vaxpass.notices.models import Notice
from vaxpass.offices.models import Officer
from vaxpass.offices.queries import get_actor
from vaxpass.offices.scope import Actor, Refused
from vaxpass.passports.issuing import issue_chunk
from vaxpass.passports.models import LogLeaf, Passport
from vaxpass.passports.rules import LeafKind, Status
from vaxpass.publication.actions import Sources, publish
from vaxpass.publication.editions import Press
from vaxpass.records import actions as records
from vaxpass.records import on_request
from vaxpass.records.facts import ReceivedDose
from vaxpass.records.models import VersionState
from vaxpass.records.states import ENDED, State, Verb

pytestmark = pytest.mark.django_db(transaction=True)
ROLE = "vaxpass_app_tested"
LATER = NOW + timedelta(minutes=5)
LOT = {"lot": "FK0113"}
BIRTH_YEAR = {"birth_date": "1991-05-17"}
"""Another birth year makes another person: the whole series moves."""


@dataclass
class Country:
    """A ministry, a holder whose dose is wrong, and a stranger whose passport nothing of this may touch."""

    ministry: Ministry
    head: Actor
    key: Key
    versions: list[int]
    stranger: list[int]
    mended: dict[int, int] = field(default_factory=dict)


@pytest.fixture
def country(transactional_db: None) -> Iterator[Country]:
    ministry, key = make_ministry(), make_key()
    versions, stranger = attested_person(ministry, 1), attested_person(ministry, 2)
    sign_and_record(approved_run(ministry, key)[1], key)
    standing.begin(ministry.operator, RunKind.CORRECTED, now=NOW)
    head = get_actor(Officer.objects.get(pk=make_officer("head", ministry.facility, "facility_head")))
    call_command("grant_app_role", ROLE)
    connection_created.connect(_become_the_application)
    connection.close()
    yield Country(ministry, head, key, versions, stranger)
    connection_created.disconnect(_become_the_application)
    connection.close()


def _become_the_application(**_: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {ROLE}")


# What must hold, whatever died -------------------------------------------------------------------------------------


def _valid(country: Country) -> list[Passport]:
    """The holder's passports that still verify and say that they hold: live ones, and ended claims not revoked."""
    ended = set(VersionState.objects.filter(state__in=ENDED).values_list("version_id", flat=True))
    strangers = set(VersionState.objects.filter(version_id__in=country.stranger).values_list("person_id", flat=True))
    counted = dict(RunItem.objects.values_list("pk", "version_ids"))
    mine = Passport.objects.exclude(person_id__in=strangers).exclude(status=Status.REVOKED)
    return [one for one in mine if one.status == Status.LIVE or ended & set(counted[one.pk])]


def _check_whole(country: Country, passports: int = 1) -> None:
    assert len(_valid(country)) == passports
    revoked = set(Passport.objects.filter(status=Status.REVOKED).values_list("pk", flat=True))
    leaves = LogLeaf.objects.filter(kind=LeafKind.REVOKE).values_list("passport_id", flat=True)
    assert sorted(leaves) == sorted(revoked)
    assert sorted(LogLeaf.objects.values_list("position", flat=True)) == list(range(LogLeaf.objects.count()))
    published = ProcrastinateJob.objects.filter(task_name="publication.publish_now").count()
    assert published == (1 if revoked else 0)  # in the revoking transaction, so never without it and never twice


# The way ------------------------------------------------------------------------------------------------------------


def _ask(country: Country, version_id: int, wish: Wish) -> int:
    return corrections.ask(country.ministry.clerk, version_id, wish, now=NOW)


def _accept(country: Country, report_id: int) -> None:
    """As the desk's button does; who comes again after a lost answer hears that it is decided."""
    report = Report.objects.get(pk=report_id)
    if report.status == CorrectionStatus.ACCEPTED:
        with pytest.raises(Refused, match="CORRECTION_DECIDED_ALREADY"):
            corrections.accept(country.head, report_id, now=NOW)
        return
    with transaction.atomic():
        corrections.accept(country.head, report_id, now=NOW)
        after_accepted_report([report.version_id or 0], now=NOW)


def _replace_all(country: Country, columns: dict[str, str]) -> None:
    """As an accepted report about an identity does: every dose of the person, in one transaction."""
    mended = {id_: received(1, given_on=day, **columns) for id_, day in zip(country.versions, DAYS, strict=True)}
    with transaction.atomic():
        done = on_request.replace_many_identity(country.ministry.clerk, mended, now=NOW)
        if done.new_ids:
            after_correction(list(done.new_ids), now=NOW)


def _walk(country: Country, verb: Verb, to: State) -> Callable[[], None]:
    def step() -> None:
        waiting = VersionState.objects.filter(version_id__gt=max(country.stranger)).exclude(state=to)
        with transaction.atomic():
            records.move_all(list(waiting.values_list("version_id", flat=True)), verb, now=NOW)

    return step


def _prepare(country: Country) -> None:
    run = Run.objects.filter(kind=RunKind.CORRECTED).first()
    assert run is not None
    preparing.fix_key(run.pk, country.key, "Bộ Y tế", now=NOW)
    while preparing.prepare_chunk(run.pk, now=NOW):
        pass


def _approve(country: Country) -> None:
    run = Run.objects.get(kind=RunKind.CORRECTED)
    if run.state == RunState.PREPARED:
        runs.approve(country.ministry.approver, run.pk, now=NOW)


def _issue(country: Country) -> None:
    for chunk_id in queries.open_chunks(Run.objects.get(kind=RunKind.CORRECTED).pk):
        issue_chunk(chunk_id, lambda: country.key, lambda: LATER, after_recording(LATER))


def _walk_to_the_end(country: Country) -> None:
    def check() -> None:
        _check_whole(country)

    kill_everywhere(_walk(country, Verb.CONFIRM_IDENTITY, State.VERIFIED), check)
    kill_everywhere(_walk(country, Verb.ATTEST, State.ATTESTED), check)
    kill_everywhere(lambda: begin_standing_run(RunKind.CORRECTED, NOW), check)
    kill_everywhere(lambda: _prepare(country), check)
    kill_everywhere(lambda: _approve(country), check)
    assert _valid(country)[0].pk == min(Passport.objects.values_list("pk", flat=True))  # the old one, to the last
    deaths = kill_everywhere(lambda: _issue(country), check)
    assert deaths > 20  # the wrapper saw the statements, COPYs and the commit


def _check_ended(country: Country, old: Passport, before: dict[int, tuple[str, bytes]]) -> None:
    old.refresh_from_db()
    assert (old.status, old.status_reason) == (Status.REVOKED, "DOSE_REPLACED")
    new = _valid(country)[0]
    assert (new.status, new.pk > old.pk) == (Status.LIVE, True)
    assert RunItem.objects.count() == Passport.objects.count() == 3  # nothing was signed twice or for anybody else
    told = Notice.objects.filter(template="PASSPORT_READY")
    assert [notice.key for notice in told] == [f"passport/{new.pk}/ready"]
    assert {pk: one for pk, one in _fingerprints().items() if pk in before} == before  # nobody's bytes changed


def _fingerprints() -> dict[int, tuple[str, bytes]]:
    return {one.pk: (one.uvci, sha256(bytes(one.cose)).digest()) for one in Passport.objects.all()}


def _listed(country: Country, folder: Path) -> list[bool]:
    """Publish, killed wherever it may die; say of each passport whether the list then holds it."""
    press = Press(folder / "published", make_publisher())
    sources = Sources(own_entries(country.key.certificates, [], NOW))
    kill_everywhere(lambda: publish(press, sources, LATER), lambda: _check_whole(country))
    listed = RevocationList.from_json((press.directory / "revocation-list.json").read_bytes())
    identifiers = [one.uvci for one in Passport.objects.order_by("pk")]
    nothing, algorithm = bytes(64), Algorithm.ES256
    return [listed.is_revoked(uvci=one, country="VN", signature=nothing, algorithm=algorithm) for one in identifiers]


@pytest.mark.parametrize("wrong", ["one dose", "the whole person"])
def test_a_correction_killed_everywhere(country: Country, wrong: str, tmp_path: Path) -> None:
    old, before = _valid(country)[0], _fingerprints()
    if wrong == "one dose":
        report_id = _ask(country, country.versions[1], Wish(Kind.MEND, Cause.TYPED_WRONG, _mended_lot()))
        kill_everywhere(lambda: _accept(country, report_id), lambda: _check_whole(country))
    else:
        kill_everywhere(lambda: _replace_all(country, BIRTH_YEAR), lambda: _check_whole(country))
    _walk_to_the_end(country)
    _check_ended(country, old, before)
    assert _listed(country, tmp_path) == [one.pk == old.pk for one in Passport.objects.order_by("pk")]
    untouched = VersionState.objects.get(version_id=country.versions[0])
    if wrong == "one dose":  # the other dose keeps its attestation: nothing is re-signed that did not change
        assert (untouched.state, untouched.since) == (State.CERTIFIED, LATER)


def _mended_lot() -> ReceivedDose:
    return received(1, given_on=DAYS[1], **LOT)


def test_a_withdrawal_killed_everywhere(country: Country) -> None:
    """One passport until the record is withdrawn, none from the same instant on."""
    version_id = country.versions[1]
    report_id = _ask(country, version_id, Wish(Kind.WITHDRAW, Cause.NOT_GIVEN))

    def check() -> None:
        withdrawn = VersionState.objects.get(version_id=version_id).state == State.WITHDRAWN
        _check_whole(country, passports=0 if withdrawn else 1)

    kill_everywhere(lambda: _accept(country, report_id), check)
    assert not _valid(country)
    assert Notice.objects.filter(template="PASSPORT_REVOKED").count() == 1


def test_a_successor_that_is_withdrawn_takes_the_old_passport_along(country: Country) -> None:
    report_id = _ask(country, country.versions[1], Wish(Kind.MEND, Cause.TYPED_WRONG, _mended_lot()))
    _accept(country, report_id)
    new = Report.objects.get(pk=report_id).new_version_id or 0
    _walk(country, Verb.CONFIRM_IDENTITY, State.VERIFIED)()

    def withdraw() -> None:
        if VersionState.objects.get(version_id=new).state != State.WITHDRAWN:
            with transaction.atomic():
                records.withdraw(country.ministry.clerk, new, reason="x", now=NOW)
                after_correction([], [new], now=NOW)

    def check() -> None:
        withdrawn = VersionState.objects.get(version_id=new).state == State.WITHDRAWN
        _check_whole(country, passports=0 if withdrawn else 1)

    kill_everywhere(withdraw, check)
    assert not _valid(country)
