"""Preparing: going through the people step by step, writing the fixed bytes of those who are ready.

Nothing but the stored record goes into the bytes: no function here takes a payload, a hash or a name from outside.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection, transaction
from vaxproof import Algorithm, ProofError, Vaccination, issue, read_certificate
from vaxproof.names import split_vietnamese_name

from vaxpass.facility_signing.ports import SigningKey
from vaxpass.ministry_signing import examining, named
from vaxpass.ministry_signing.examining import Examined, Finding, Ready
from vaxpass.ministry_signing.identifiers import fresh_uvci
from vaxpass.ministry_signing.models import Finding as FindingRow
from vaxpass.ministry_signing.models import Run, RunChunk, Survey
from vaxpass.ministry_signing.rules import FacilityDay, RunKind, RunState
from vaxpass.offices.queries import facility_names
from vaxpass.offices.scope import Refused
from vaxpass.records import series
from vaxpass.records.copying import copy_rows

CHUNK = 4_000
"""People examined in one transaction, and items signed and recorded in one."""
_ONE_PREPARES_AT_A_TIME = 5_772_001

_FINDING = {"survey_id": "int8", "code": "varchar", "person_id": "int8", "version_id": "int8"}
_ITEM = {
    "id": "int8", "run_id": "int8", "person_id": "int8", "facility_id": "int8", "version_id": "int8",
    "version_ids": "int8[]", "dose_number": "int2", "series_size": "int2", "uvci": "varchar", "payload": "bytea",
}  # fmt: skip
_HOLD = {
    "item_id": "int8", "run_id": "int8", "version_id": "int8", "codes": "varchar[]", "prepared_by_id": "int8",
    "decision": "varchar",
}  # fmt: skip


def fix_key(run_id: int, key: SigningKey, issuer_name: str, *, now: datetime) -> None:
    """Write down whose key and which times go into the bytes: `exp` is in twelve months or with the certificate's end.

    A run whose key is fixed keeps it. `now` becomes `iat` (whole seconds).
    """
    issued_at = now.replace(microsecond=0)
    end = read_certificate(key.certificates[0]).not_after
    Run.objects.filter(pk=run_id, kid=b"").update(
        kid=key.key_id,
        algorithm=key.algorithm.value,
        issuer_name=issuer_name,
        issued_at=issued_at,
        expires_at=issue.expiry(issued_at, end),
        bursts=[[facility_id, day.isoformat()] for facility_id, day in sorted(_find_bursts(run_id))],
        trouble="",
        trouble_at=None,
    )


def _find_bursts(run_id: int) -> set[FacilityDay]:
    """Whose doses are certified already was looked at then; a mended dose is looked at among its facility's."""
    run = Run.objects.get(pk=run_id)
    if run.kind == RunKind.ORDINARY:
        return examining.find_bursts()
    return examining.find_bursts(named.facilities_of(run_id)) if run.kind == RunKind.CORRECTED else set()


def _next_people(run: Run, size: int) -> list[int]:
    after = run.survey.last_person
    if run.kind != RunKind.ORDINARY:
        return named.next_people(run.pk, after, size)
    facilities = examining.facilities_of(run.province_code, run.facility_id)
    return series.next_people_with_attested_dose(after, size, facilities)


def prepare_chunk(run_id: int, *, now: datetime, size: int = CHUNK) -> bool:
    """Examine the next people and write the fixed bytes of those who are ready; say whether more are to come.

    Rows, findings and the place reached are one transaction, so a killed step leaves nothing behind.
    """
    with transaction.atomic():
        run = Run.objects.select_for_update().select_related("survey").get(pk=run_id)
        if run.state != RunState.PREPARING or not run.kid:
            return False
        _take_turns()
        room = run.size_limit - run.survey.ready - run.survey.held
        found = examining.examine(_next_people(run, size), _bursts_of(run)).at_most(room)
        _write_items(run, found)
        more = found.last_person is not None and run.survey.ready + run.survey.held < run.size_limit
        if not more:
            _finish_preparing(run, now)
        run.survey.save()
    return more


def _take_turns() -> None:
    """Two runs prepared at once would both take the same people."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_PREPARES_AT_A_TIME])


def _bursts_of(run: Run) -> set[FacilityDay]:
    return {(facility_id, date.fromisoformat(day)) for facility_id, day in run.bursts}


def _finish_preparing(run: Run, now: datetime) -> None:
    run.state = RunState.PREPARED.value
    run.survey.finished_at = now
    run.save(update_fields=["state"])


def _write_items(run: Run, found: Examined) -> None:
    codes = {
        id_: office.code for id_, office in facility_names({r.series.latest.facility_id for r in found.ready}).items()
    }
    rows: list[tuple[Ready, str, bytes]] = []
    findings = list(found.findings)
    for ready in found.ready:
        uvci = fresh_uvci(codes[ready.series.latest.facility_id])
        try:
            rows.append((ready, uvci, _payload(run, ready, uvci)))
        except ProofError as error:  # what only the bytes show: a dose before birth, a name too long
            latest = ready.series.latest
            findings.append(Finding(error.code.value, latest.person_id, latest.version_id))
    _count(run.survey, found, rows, findings)
    _copy_items(run, rows)
    copy_findings(run.survey_id, findings)


def _payload(run: Run, ready: Ready, uvci: str) -> bytes:
    """The bytes that will be signed, built from the stored record alone."""
    latest, series = ready.series.latest, ready.series
    family, given = split_vietnamese_name(latest.full_name)
    vaccination = Vaccination(
        family_name=family,
        given_name=given,
        birth_date=latest.birth_date,
        product_code=latest.product,
        dose_number=series.dose_number,
        series_size=series.series_size,
        given_on=latest.given_on,
        issuer_name=run.issuer_name,
        uvci=uvci,
    )
    if run.issued_at is None or run.expires_at is None:
        raise Refused("RUN_NOT_WAITING")
    kid, algorithm = bytes(run.kid), Algorithm(run.algorithm)
    return issue.prepare(vaccination, run.issued_at, run.expires_at, kid, algorithm).payload_cbor


def _count(
    survey: Survey, found: Examined, rows: Sequence[tuple[Ready, str, bytes]], findings: Sequence[Finding]
) -> None:
    held = sum(bool(ready.brakes) for ready, _, _ in rows)
    survey.last_person = found.last_person or survey.last_person
    survey.considered += len(found.people)
    survey.held += held
    survey.ready += len(rows) - held
    survey.reasons = add_reasons(survey.reasons, findings)


def add_reasons(reasons: dict[str, int], findings: Sequence[Finding]) -> dict[str, int]:
    """Add up how often each reason was found."""
    counts = dict(reasons)
    for finding in findings:
        counts[finding.code] = counts.get(finding.code, 0) + 1
    return counts


def copy_findings(survey_id: int, findings: Sequence[Finding]) -> None:
    """Write findings of one survey."""
    copy_rows("ministry_signing_finding", _FINDING, ((survey_id, f.code, f.person_id, f.version_id) for f in findings))


def _copy_items(run: Run, rows: Sequence[tuple[Ready, str, bytes]]) -> None:
    if not rows:
        return
    ids = _fresh_ids(len(rows))
    copy_rows("ministry_signing_runitem", _ITEM, map(_item_row, ids, [run.pk] * len(rows), rows))
    copy_rows(
        "ministry_signing_runhold",
        _HOLD,
        (
            (id_, run.pk, ready.series.latest.version_id, [str(b) for b in ready.brakes], run.prepared_by_id, "")
            for id_, (ready, _, _) in zip(ids, rows, strict=True)
            if ready.brakes
        ),
    )
    number = RunChunk.objects.filter(run=run).count()
    RunChunk.objects.create(run=run, number=number, first_item=ids[0], last_item=ids[-1])


def _item_row(item_id: int, run_id: int, row: tuple[Ready, str, bytes]) -> tuple[object, ...]:
    ready, uvci, payload = row
    series, latest = ready.series, ready.series.latest
    counted = [dose.version_id for dose in series.counted]
    numbers = (series.dose_number, series.series_size)
    return (item_id, run_id, latest.person_id, latest.facility_id, latest.version_id, counted, *numbers, uvci, payload)


def _fresh_ids(number: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('ministry_signing_runitem_id_seq') FROM generate_series(1, %s)", [number])
        return [row[0] for row in cursor.fetchall()]


# Counting without a run ---------------------------------------------------------------------------------------------


def begin_survey(*, now: datetime) -> int:
    """Begin to count who is ready and who is not, and why; give the survey's id."""
    return Survey.objects.create(begun_at=now).pk


def survey_chunk(survey_id: int, *, now: datetime, size: int = CHUNK) -> bool:
    """Count the next people; say whether more are to come. A finished survey takes the place of the older ones."""
    with transaction.atomic():
        survey = Survey.objects.select_for_update().filter(pk=survey_id, finished_at__isnull=True).first()
        if survey is None:
            return False
        found = examining.examine(series.next_people_with_attested_dose(survey.last_person, size), ())
        _count(survey, found, [(ready, "", b"") for ready in found.ready], found.findings)
        copy_findings(survey.pk, found.findings)
        if found.last_person is None:
            survey.finished_at = now
            _drop_older_surveys(survey_id)
        survey.save()
    return found.last_person is not None


def _drop_older_surveys(survey_id: int) -> None:
    older = list(Survey.objects.filter(for_run=False, pk__lt=survey_id).values_list("pk", flat=True))
    FindingRow.objects.filter(survey_id__in=older).delete()
    Survey.objects.filter(pk__in=older).delete()
