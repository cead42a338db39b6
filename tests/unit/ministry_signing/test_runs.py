from datetime import date, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import IntegrityError, connection, transaction
from vaxproof import Algorithm, Answer, TrustList
from vaxproof.issue import to_hc1
from vaxproof.verify import verify

from tests.factories import NOW, make_officer
from tests.factories.signing import (
    DAYS,
    Key,
    Ministry,
    approved_run,
    attest,
    attested_person,
    enter,
    make_key,
    prepared_run,
    sign_and_record,
)
from vaxpass.ministry_signing import actions, preparing, queries, signing
from vaxpass.ministry_signing.models import Run, RunItem
from vaxpass.ministry_signing.rules import RunScope, RunState
from vaxpass.offices.models import Officer
from vaxpass.offices.queries import get_actor
from vaxpass.offices.scope import Refused, Unavailable
from vaxpass.passports.models import LogCounter, LogLeaf, Passport
from vaxpass.passports.rules import LeafKind, Status
from vaxpass.records import actions as records
from vaxpass.records.queries import get_versions
from vaxpass.records.states import State, Verb


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_run_makes_passports_that_verify(ministry: Ministry, algorithm: Algorithm) -> None:
    key = make_key(algorithm)
    versions = attested_person(ministry, 1)
    run_id, chunks = approved_run(ministry, key)
    assert sign_and_record(chunks, key) == [1]
    (passport,) = Passport.objects.all()
    verdict = verify(to_hc1(bytes(passport.cose)), TrustList.from_der(key.certificates), at=NOW + timedelta(days=1))
    assert verdict.answer is Answer.VALID
    assert verdict.claims is not None
    entry = verdict.claims.entry
    assert (entry["dn"], entry["sd"], entry["ci"]) == (2, 2, passport.uvci)
    assert verdict.claims.issued_at == NOW
    assert verdict.claims.expires_at == NOW.replace(year=NOW.year + 1)
    assert passport.version_id == versions[-1]
    assert {version.state for version in get_versions(versions)} == {State.CERTIFIED}
    assert queries.get_run(run_id).state == RunState.DONE


def test_no_passport_outlives_the_certificate(ministry: Ministry) -> None:
    key = make_key(end=NOW + timedelta(days=90))
    attested_person(ministry, 1)
    run = queries.get_run(prepared_run(ministry, key))
    assert run.expires_at == NOW + timedelta(days=90)


def test_who_is_not_ready_is_counted_by_reason(ministry: Ministry, key: Key) -> None:
    attested_person(ministry, 1)
    attested_person(ministry, 2, days=DAYS[:1])
    late = attested_person(ministry, 3)
    enter(ministry, 3, date(2021, 9, 20))
    run = queries.get_run(prepared_run(ministry, key))
    assert (run.considered, run.ready, run.reasons) == (3, 1, {"SERIES_INCOMPLETE": 1, "EARLIER_DOSE_WAITS": 1})
    (found,) = queries.findings(run.survey_id, "EARLIER_DOSE_WAITS")
    assert found.version_id == late[-1]


def test_a_survey_counts_the_same_and_writes_no_item(ministry: Ministry) -> None:
    attested_person(ministry, 1)
    attested_person(ministry, 2, days=DAYS[:1])
    for _ in range(2):
        survey_id = preparing.begin_survey(now=NOW)
        while preparing.survey_chunk(survey_id, now=NOW, size=1):
            pass
    survey = queries.newest_survey()
    assert survey is not None
    assert (survey.id, survey.considered, survey.ready, survey.reasons) == (survey_id, 2, 1, {"SERIES_INCOMPLETE": 1})
    assert not RunItem.objects.exists()


def test_a_person_stands_in_one_open_run(ministry: Ministry, key: Key) -> None:
    attested_person(ministry, 1)
    first = prepared_run(ministry, key)
    assert queries.get_run(prepared_run(ministry, key)).considered == 0
    actions.refuse(ministry.approver, first, "RUN_NOT_NOW", now=NOW)
    assert queries.get_run(prepared_run(ministry, key)).ready == 1


def test_a_run_takes_no_more_than_its_limit_and_the_next_goes_on_from_there(ministry: Ministry, key: Key) -> None:
    for serial, days in enumerate((DAYS, DAYS[:1], DAYS, DAYS[:1], DAYS), start=1):
        attested_person(ministry, serial, days=days)
    run = queries.get_run(prepared_run(ministry, key, limit=2))
    assert (run.ready, run.considered, run.reasons) == (2, 3, {"SERIES_INCOMPLETE": 1})
    rest = queries.get_run(prepared_run(ministry, key, limit=2))
    assert (rest.ready, rest.considered, rest.reasons) == (1, 3, {"SERIES_INCOMPLETE": 2})


@pytest.mark.parametrize("limit", [0, 200_001])
def test_a_run_of_illegal_size_is_refused(ministry: Ministry, limit: int) -> None:
    with pytest.raises(Refused, match="RUN_SIZE_ILLEGAL"):
        actions.ask_for_run(ministry.operator, RunScope(limit=limit), now=NOW)


def test_a_facilitys_run_leaves_others_out(ministry: Ministry, key: Key) -> None:
    attested_person(ministry, 1)
    run_id = actions.ask_for_run(ministry.operator, RunScope(facility_id=ministry.facility + 999), now=NOW)
    preparing.fix_key(run_id, key, "Bộ Y tế", now=NOW)
    assert not preparing.prepare_chunk(run_id, now=NOW)
    assert queries.get_run(run_id).considered == 0


# Two people ---------------------------------------------------------------------------------------------------------


def test_nobody_approves_an_own_run(ministry: Ministry, key: Key) -> None:
    both = make_officer("both", ministry.operator.office_id, "ministry_operator", "ministry_approver")
    actor = get_actor(Officer.objects.get(pk=both))
    attested_person(ministry, 1)
    run_id = actions.ask_for_run(actor, RunScope(), now=NOW)
    preparing.fix_key(run_id, key, "Bộ Y tế", now=NOW)
    while preparing.prepare_chunk(run_id, now=NOW):
        pass
    for verb in (
        lambda: actions.approve(actor, run_id, now=NOW),
        lambda: actions.refuse(actor, run_id, "RUN_NOT_NOW", now=NOW),
        lambda: actions.decide_holds(actor, run_id, [], release=True, now=NOW),
    ):
        with pytest.raises(Refused, match="RUN_OWN"):
            verb()


def test_rights_are_asked_at_every_verb(ministry: Ministry, key: Key) -> None:
    attested_person(ministry, 1)
    run_id = prepared_run(ministry, key)
    for verb in (
        lambda: actions.ask_for_run(ministry.approver, RunScope(), now=NOW),
        lambda: actions.approve(ministry.inspector, run_id, now=NOW),
        lambda: actions.refuse(ministry.operator, run_id, "RUN_NOT_NOW", now=NOW),
        lambda: actions.decide_holds(ministry.clerk, run_id, [], release=True, now=NOW),
    ):
        with pytest.raises(Refused, match="RIGHT_MISSING"):
            verb()


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE ministry_signing_run SET decided_by_id = prepared_by_id", "run_decided_by_another"),
        ("UPDATE ministry_signing_run SET state = 'APPROVED'", "run_decided_by_somebody"),
        ("UPDATE ministry_signing_run SET prepared_by_id = 0", "who prepared a run stays"),
        ("UPDATE ministry_signing_run SET expires_at = now()", "key and times of a run stay"),
        ("UPDATE ministry_signing_run SET state = 'DONE', decided_by_id = 0", "a decided run stays decided"),
        ("UPDATE ministry_signing_runitem SET payload = ''", "only ever appended"),
        ("DELETE FROM ministry_signing_runitem", "only ever appended"),
        ("UPDATE ministry_signing_runchunk SET recorded_at = now()", "nothing is recorded without an approval"),
        (
            "UPDATE ministry_signing_runhold SET decision = 'RELEASED', decided_by_id = prepared_by_id",
            "hold_decided_by_another",
        ),
        ("UPDATE ministry_signing_runhold SET prepared_by_id = 0", "a hold is decided before its run is"),
    ],
)
def test_the_database_refuses_what_the_rules_refuse(
    ministry: Ministry, key: Key, statement: str, constraint: str
) -> None:
    attested_person(ministry, 1, days=(date(2021, 9, 1), date(2021, 9, 5)))  # too close: held
    prepared_run(ministry, key)
    _refused_in_sql(statement, constraint)


def _refused_in_sql(statement: str, message: str) -> None:
    with pytest.raises(IntegrityError, match=message), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


# Brakes -------------------------------------------------------------------------------------------------------------


def test_a_held_person_is_signed_only_when_released(ministry: Ministry, key: Key) -> None:
    close = (date(2021, 9, 1), date(2021, 9, 5))
    for serial in (1, 2, 3):
        attested_person(ministry, serial, days=close)
    run_id = prepared_run(ministry, key)
    assert queries.count_brakes(run_id) == {"DOSES_TOO_CLOSE": 3}
    with pytest.raises(Refused, match="RUN_EMPTY"):
        actions.approve(ministry.approver, run_id, now=NOW)
    one, two, _ = [hold.item_id for hold in queries.holds(run_id).order_by("pk")]
    actions.decide_holds(ministry.approver, run_id, [one], release=True, now=NOW)
    actions.decide_holds(ministry.approver, run_id, [two], release=False, now=NOW)
    assert sign_and_record(actions.approve(ministry.approver, run_id, now=NOW), key) == [1]
    assert [passport.pk for passport in Passport.objects.all()] == [one]
    run = queries.get_run(run_id)
    assert (run.state, run.recorded, run.dropped, run.percent) == (RunState.DONE, 1, 2, 100)
    assert {drop.code for drop in queries.drops(run_id)} == {"KEPT_BACK"}


def test_a_facilitys_burst_holds_its_people_back(ministry: Ministry, key: Key, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vaxpass.ministry_signing.rules.BURST_FLOOR", 3)
    monkeypatch.setattr("vaxpass.ministry_signing.rules.BURST_FACTOR", 3)
    monkeypatch.setattr("vaxpass.ministry_signing.examining.BURST_FLOOR", 3)
    for serial in (1, 2, 3):
        attested_person(ministry, serial, days=(DAYS[0] - timedelta(days=serial), DAYS[1]))
    run_id = prepared_run(ministry, key)
    assert queries.count_brakes(run_id) == {"FACILITY_BURST": 3}


# Crashes ------------------------------------------------------------------------------------------------------------


def test_killed_between_signing_and_recording_nobody_is_lost_or_doubled(ministry: Ministry, key: Key) -> None:
    for serial in (1, 2, 3):
        attested_person(ministry, serial)
    run_id, chunks = approved_run(ministry, key, size=1)
    identifiers = set(RunItem.objects.values_list("uvci", flat=True))
    signing.sign_chunk(chunks[0], key)  # and killed: the signatures are gone
    assert sign_and_record(chunks[:2], key) == [1, 1]  # and killed between two chunks
    assert sign_and_record(queries.open_chunks(run_id), key) == [1]
    assert sign_and_record(chunks, key) == [None, None, None]  # done already
    assert set(Passport.objects.values_list("uvci", flat=True)) == identifiers
    assert Passport.objects.count() == LogLeaf.objects.count() == 3
    assert list(LogLeaf.objects.order_by("position").values_list("position", flat=True)) == [0, 1, 2]


def test_killed_while_recording_leaves_nothing_behind(
    ministry: Ministry, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = attested_person(ministry, 1)
    run_id, chunks = approved_run(ministry, key)
    with monkeypatch.context() as patch:
        patch.setattr("vaxpass.passports.actions.append_leaves", _killed)
        with pytest.raises(KeyboardInterrupt):
            sign_and_record(chunks, key)
    assert not Passport.objects.exists()
    assert {version.state for version in get_versions(versions)} == {State.ATTESTED}
    assert sign_and_record(queries.open_chunks(run_id), key) == [1]


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_killed_while_preparing_the_run_goes_on_where_it_stood(ministry: Ministry, key: Key) -> None:
    for serial in (1, 2, 3):
        attested_person(ministry, serial)
    run_id = actions.ask_for_run(ministry.operator, RunScope(), now=NOW)
    assert not preparing.prepare_chunk(run_id, now=NOW, size=1)  # no key yet, nothing happens
    preparing.fix_key(run_id, key, "Bộ Y tế", now=NOW)
    preparing.prepare_chunk(run_id, now=NOW, size=1)
    preparing.fix_key(run_id, make_key(Algorithm.PS256), "Bộ Y tế", now=NOW)  # the resumed job; the first key stays
    while preparing.prepare_chunk(run_id, now=NOW, size=1):
        pass
    assert queries.get_run(run_id).ready == RunItem.objects.values("person_id").distinct().count() == 3
    assert queries.get_run(run_id).algorithm == "ES256"


def test_a_dead_key_leaves_an_approved_run_that_resumes(ministry: Ministry, key: Key) -> None:
    for serial in (1, 2, 3):
        attested_person(ministry, serial)
    run_id, chunks = approved_run(ministry, key)
    key.dies_after = 1
    with pytest.raises(Unavailable, match="SIGNING_TOKEN_ABSENT"):
        sign_and_record(chunks, key)
    actions.note_trouble(run_id, "SIGNING_TOKEN_ABSENT", now=NOW)
    assert (queries.count_troubled(), Passport.objects.count()) == (1, 0)
    key.dies_after = None
    assert sign_and_record(queries.open_chunks(run_id), key) == [3]
    assert queries.get_run(run_id).trouble == ""


def test_another_key_than_the_prepared_one_never_signs(ministry: Ministry, key: Key) -> None:
    attested_person(ministry, 1)
    _, chunks = approved_run(ministry, key)
    with pytest.raises(Refused, match="RUN_KEY_CHANGED"):
        signing.sign_chunk(chunks[0], make_key(Algorithm.PS256))


def test_a_key_that_does_not_fit_its_certificate_is_found_at_once(ministry: Ministry, key: Key) -> None:
    attested_person(ministry, 1)
    _, chunks = approved_run(ministry, key)
    wrong = Key(ec.generate_private_key(ec.SECP256R1()), key.certificates[0])
    with pytest.raises(Unavailable, match="SIGNATURE_WRONG"):
        signing.sign_chunk(chunks[0], wrong)


def test_nothing_is_signed_before_the_approval(ministry: Ministry, key: Key) -> None:
    attested_person(ministry, 1)
    run_id = prepared_run(ministry, key)
    assert queries.open_chunks(run_id) == []
    chunk = Run.objects.get(pk=run_id).runchunk_set.get().pk
    with pytest.raises(Refused, match="RUN_NOT_APPROVED"):
        signing.sign_chunk(chunk, key)
    assert key.signed == 0


def test_a_run_that_grew_old_is_not_approved(ministry: Ministry, key: Key) -> None:
    attested_person(ministry, 1)
    run_id = prepared_run(ministry, key)
    with pytest.raises(Refused, match="RUN_STALE"):
        actions.approve(ministry.approver, run_id, now=NOW + timedelta(days=15))


# What changes meanwhile ---------------------------------------------------------------------------------------------


def test_a_version_replaced_meanwhile_leaves_the_run(ministry: Ministry, key: Key) -> None:
    stays, changed = attested_person(ministry, 1), attested_person(ministry, 2)
    run_id, chunks = approved_run(ministry, key)

    def replace() -> None:
        records.move_all(changed[:1], Verb.REPLACE, now=NOW)

    assert sign_and_record(chunks, key, between=replace) == [1]
    assert Passport.objects.get().version_id == stays[-1]
    (drop,) = queries.drops(run_id)
    assert (drop.code, drop.version_id) == ("VERSION_CHANGED", changed[-1])
    assert get_versions(changed[1:])[0].state == State.ATTESTED


def test_a_dose_added_before_the_last_one_leaves_the_run(ministry: Ministry, key: Key) -> None:
    attested_person(ministry, 1)
    run_id, chunks = approved_run(ministry, key)
    assert sign_and_record(chunks, key, between=lambda: attest(enter(ministry, 1, date(2021, 9, 15)))) == [0]
    assert [drop.code for drop in queries.drops(run_id)] == ["DOSE_ADDED_EARLIER"]
    assert queries.get_run(run_id).state == RunState.DONE
    assert not LogLeaf.objects.exists()


def test_a_booster_supersedes_and_never_two_are_live(ministry: Ministry, key: Key) -> None:
    attested_person(ministry, 1)
    sign_and_record(approved_run(ministry, key)[1], key)
    booster = enter(ministry, 1, date(2022, 1, 10))
    attest(booster)
    assert sign_and_record(approved_run(ministry, key)[1], key) == [1]
    old, new = Passport.objects.order_by("pk")
    assert (old.status, new.status) == (Status.SUPERSEDED, Status.LIVE)
    assert (new.version_id, new.dose_number, new.series_size) == (booster, 3, 3)
    assert [leaf.kind for leaf in LogLeaf.objects.order_by("position")] == [LeafKind.ISSUE, LeafKind.ISSUE]
    assert LogCounter.objects.get().size == 2
