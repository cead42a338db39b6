"""A citizen files a report: one error is one report, however often it is told; strangers are limited."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import Max, Q

from vaxpass.campaigns.openings import check_open
from vaxpass.campaigns.rules import Function
from vaxpass.notices.facts import Recipient
from vaxpass.offices.scope import Refused
from vaxpass.offices.workdays import day_in_vietnam
from vaxpass.records import lines, queries
from vaxpass.records.facts import ReceivedDose, VersionFacts
from vaxpass.records.names import name_key, tidy_name
from vaxpass.records.sealing import lookup_hash, open_seal, seal, seal_bytes
from vaxpass.records.states import ENDED
from vaxpass.reports import claims, rules
from vaxpass.reports.actions.steps import take_step, write_steps
from vaxpass.reports.evidence import Evidence
from vaxpass.reports.models import Report, ReportPhoto
from vaxpass.reports.numbers import make_number, show_number
from vaxpass.reports.routing import Place, route
from vaxpass.reports.rules import (
    IDENTITY_WRONGS,
    PROVEN,
    UNDECIDED,
    Filing,
    Receipt,
    ReporterProof,
    ReportStatus,
    StepKind,
    Wrong,
)
from vaxpass.reports.subjects import Subject, proposed
from vaxpass.reports.timing import due_again, due_from

_A_DAY = timedelta(days=1)
_ONE_OF_AN_ERROR = "one_open_report_of_an_error"


def file(filing: Filing, evidence: Sequence[Evidence], *, now: datetime) -> Receipt:
    """File a report and give its receipt. The same error reported again while it is open joins the first report.

    Refuses what rules.check_filing and claims.refuse_bad_claim refuse, RECORD_UNKNOWN, REPORT_RECORD_ENDED,
    REPORT_LIMIT, REPORT_PHOTOS_TOO_MANY, REPORT_NO_OFFICE, PHONE_ILL_FORMED, EMAIL_ILL_FORMED, FUNCTION_CLOSED and
    FUNCTION_ENDED by a directive.
    """
    check_open(Function.CITIZEN_REPORTS, now=now)
    rules.check_filing(filing)
    claims.refuse_bad_claim(filing, today=day_in_vietnam(now))
    version = _version_meant(filing)
    with transaction.atomic():
        report, number = _report(filing, version, route(filing, version.facility_id if version else None), now)
        first = _insert(report)
        if first is not None:
            return _join(first, filing, evidence, now)
        _check_limits(report, now)
        write_steps([report], StepKind.FILED, now=now)
        add_photos(report, evidence, now)
    return Receipt(report.pk, show_number(number))


def _version_meant(filing: Filing) -> VersionFacts | None:
    """Give the record that is wrong; for an error of identity without one, the person's newest live dose."""
    if filing.version_id is not None:
        newest = lines.newest_of([filing.version_id]).get(filing.version_id, 0)
        known = {one.version_id: one for one in queries.get_versions([filing.version_id, newest])}
        if filing.version_id not in known or known[filing.version_id].person_id not in filing.person_ids:
            raise Refused("RECORD_UNKNOWN")
        if known[newest].state in ENDED:
            raise Refused("REPORT_RECORD_ENDED")
        return known[newest]
    if Wrong.MISSING_DOSE in filing.wrongs or not filing.person_ids:
        return None
    live = [one for one in queries.versions_of_people(filing.person_ids) if one.state not in ENDED]
    return max(live, key=lambda one: (one.dose.given_on, one.version_id), default=None)


def _report(filing: Filing, version: VersionFacts | None, place: Place, now: datetime) -> tuple[Report, str]:
    number = make_number()
    # Who proved nothing at all joins nothing: the receipt would open another's report.
    to = Recipient(filing.reporter_phone, filing.reporter_email)
    stranger = filing.proof not in PROVEN
    facility_id = version.facility_id if version else filing.facility_id
    report = Report(
        number_key=lookup_hash("report", number),
        number_sealed=seal(number),
        twin_key=_twin_key(filing, version, to)
        if filing.proof is not ReporterProof.NONE
        else lookup_hash("twin", number),
        group_key=_group_key(filing, version, facility_id, now),
        wrongs=[wrong.value for wrong in rules.wrongs_in_order(filing.wrongs)],
        person_ids=sorted(set(filing.person_ids)),
        version_id=version.version_id if version else None,
        facility_id=facility_id,
        claimed_sealed=seal(claims.to_json(filing.claimed)),
        note_sealed=seal(filing.note.strip()),
        proof=filing.proof.value,
        relation=filing.relation.value,
        reporter_name_sealed=seal(tidy_name(filing.reporter_name)),
        reporter_phone_sealed=seal(to.phone),
        reporter_phone_key=lookup_hash("phone", to.phone) if to.phone else b"",
        reporter_email_sealed=seal(to.email),
        address_key=lookup_hash("report-address", filing.address) if stranger and filing.address else b"",
        language=filing.language,
        filed_at=now,
        status=ReportStatus.OPEN.value,
        level=place.level.value,
        office_id=place.office_id,
        province_code=place.province_code,
        clock_from=now,
        due_at=due_from(now),
    )
    return report, number


def _twin_key(filing: Filing, version: VersionFacts | None, to: Recipient) -> bytes:
    """Reports of one error have one key. A stranger's error is his own: his receipt must not open another's report.

    What VNeID proved is joined by VNeID alone: the newest claim counts, under the proof of the first.
    """
    wrongs = ",".join(rules.wrongs_in_order(filing.wrongs))
    if filing.proof is ReporterProof.EID:
        wrongs += ",eid"
    said = filing.claimed
    if not filing.person_ids:
        who = (name_key(said.full_name), said.birth_date, to.phone or to.email)
        return lookup_hash("report-twin", "stranger", wrongs, *who, said.given_on, str(filing.facility_id))
    if version is not None and not set(filing.wrongs) <= IDENTITY_WRONGS:
        return lookup_hash("report-twin", "dose", wrongs, str(version.dose_id))
    people = ",".join(str(person_id) for person_id in sorted(set(filing.person_ids)))
    return lookup_hash("report-twin", "person", wrongs, people, said.given_on)


def _group_key(filing: Filing, version: VersionFacts | None, facility_id: int | None, now: datetime) -> bytes:
    before = None
    if version is not None:
        before = ReceivedDose(version.identity, version.dose)
    after = before
    if not set(filing.wrongs) & rules.WITHDRAWING:
        people = tuple(queries.versions_of_people(filing.person_ids)) if filing.person_ids else ()
        with_lot = claims.with_some_lot(filing.claimed)  # whoever misses a dose seldom knows its lot
        after = proposed(Subject(version, people, with_lot), filing.wrongs, today=day_in_vietnam(now))
    pattern = claims.change_pattern(before, after, rules.wrongs_in_order(filing.wrongs))
    return lookup_hash("report-group", str(facility_id), pattern) if pattern and facility_id else b""


def _insert(report: Report) -> Report | None:
    """Store a report; where the same error is open already, give that report, locked."""
    try:
        with transaction.atomic():
            report.save(force_insert=True)
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") != _ONE_OF_AN_ERROR:
            raise
        open_ones = Report.objects.filter(twin_key=report.twin_key, status__in=sorted(UNDECIDED))
        first = open_ones.select_for_update().first()
        return first or _insert(report)  # decided between the two statements: then this one is new
    return None


def _join(first: Report, filing: Filing, evidence: Sequence[Evidence], now: datetime) -> Receipt:
    """Put what is new to the first report; a question that was open counts as answered."""
    added = add_photos(first, evidence, now)
    said = claims.to_json(filing.claimed)
    differs = said != open_seal(first.claimed_sealed)
    if differs or added:
        asked = first.status == ReportStatus.MORE_NEEDED
        resumed = {"asked_at": None, "due_at": due_again(first, now)} if asked else {}
        take_step(first, StepKind.FILED_AGAIN, now=now, text=said if differs else "", columns=resumed)
    return Receipt(first.pk, show_number(open_seal(first.number_sealed)), joined=True)


def add_photos(report: Report, evidence: Sequence[Evidence], now: datetime) -> int:
    """Add pictures that are not there yet; give how many. The caller holds the report's row.

    Refuses REPORT_PHOTOS_TOO_MANY.
    """
    kept = ReportPhoto.objects.filter(report_id=report.pk)
    known = {bytes(key) for key in kept.values_list("content_key", flat=True)}
    keyed = {lookup_hash("report-photo", one.content.hex()): one for one in evidence}
    new = {key: one for key, one in keyed.items() if key not in known}
    if len(known) + len(new) > rules.MOST_PHOTOS:
        raise Refused("REPORT_PHOTOS_TOO_MANY")
    last = kept.aggregate(last=Max("n"))["last"] or 0
    ReportPhoto.objects.bulk_create(
        ReportPhoto(
            report_id=report.pk,
            n=last + place,
            content_sealed=seal_bytes(one.content),
            content_key=key,
            width=one.width,
            height=one.height,
            source_type=str(one.source_type),
            added_at=now,
        )
        for place, (key, one) in enumerate(new.items(), start=1)
    )
    return len(new)


def _check_limits(report: Report, now: datetime) -> None:
    """Refuse REPORT_LIMIT where too many came within a day: about a person, from a stranger's phone or address."""
    if report.person_ids:
        person = lookup_hash("report-person", str(report.person_ids[0]))
        limits = [(person, Q(person_ids__overlap=report.person_ids), rules.MOST_OF_PERSON_A_DAY)]
    else:
        phone, address = bytes(report.reporter_phone_key), bytes(report.address_key)
        # By proof apart: who only typed a number must not use up what its owner may report.
        limits = [
            (phone, Q(proof=report.proof, reporter_phone_key=phone), rules.MOST_OF_PHONE_A_DAY),
            (address, Q(person_ids=[], address_key=address), rules.MOST_OF_ADDRESS_A_DAY),
        ]
    for key, condition, most in limits:
        if key and _count(key, condition & Q(filed_at__gt=now - _A_DAY)) > most:
            raise Refused("REPORT_LIMIT")


def _count(key: bytes, condition: Q) -> int:
    with connection.cursor() as cursor:  # two at once wait for each other here, or both would find room
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(key[:7], "big")])
    return Report.objects.filter(condition).count()
