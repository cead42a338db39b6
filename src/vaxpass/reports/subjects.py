"""The record that a report is about, as it stands now: read for many reports at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from vaxpass.records import lines, queries
from vaxpass.records.facts import DoseFacts, IdentityFacts, ReceivedDose, VersionFacts
from vaxpass.records.names import name_key
from vaxpass.records.sealing import open_seal
from vaxpass.records.states import ENDED
from vaxpass.reports.claims import Difference, differences, from_json, proposal
from vaxpass.reports.models import Report, ReportStep
from vaxpass.reports.rules import WITHDRAWING, Claimed, StepKind, Wrong


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is about.

    `version`: the newest version of the dose. `people`: every version of the people concerned.
    `claimed`: the last claim, where the same error was reported again.
    """

    version: VersionFacts | None
    people: tuple[VersionFacts, ...]
    claimed: Claimed

    @property
    def identity(self) -> IdentityFacts | None:
        """Who is meant, as far as somebody was proven: as the dose says, else as the person's last live dose does."""
        if self.version is not None:
            return self.version.identity
        live = [version for version in self.people if version.state not in ENDED]
        return live[-1].identity if live else None

    @property
    def dose(self) -> DoseFacts | None:
        """The dose that is meant."""
        return None if self.version is None else self.version.dose


def read_subjects(reports: Sequence[Report], chosen: dict[int, int] | None = None) -> dict[int, Subject]:
    """Read what some reports are about; `chosen`: the version that an officer found, by report."""
    meant = {report.pk: report.version_id or (chosen or {}).get(report.pk) for report in reports}
    newest = lines.newest_of({version_id for version_id in meant.values() if version_id is not None})
    versions = {version.version_id: version for version in queries.get_versions(sorted(set(newest.values())))}
    found = {pk: versions.get(newest.get(version_id or 0, 0)) for pk, version_id in meant.items()}
    people = {person for report in reports for person in report.person_ids}
    people |= {version.person_id for version in found.values() if version is not None}
    of_people = queries.versions_of_people(sorted(people))
    claims = _last_claims(reports)
    return {report.pk: _subject(report, found[report.pk], of_people, claims) for report in reports}


def _subject(
    report: Report, version: VersionFacts | None, of_people: Iterable[VersionFacts], claims: dict[int, str]
) -> Subject:
    ids = set(report.person_ids) | ({version.person_id} if version else set())
    people = tuple(one for one in of_people if one.person_id in ids)
    return Subject(version, people, from_json(claims.get(report.pk) or open_seal(report.claimed_sealed)))


def _last_claims(reports: Sequence[Report]) -> dict[int, str]:
    again = ReportStep.objects.filter(report_id__in=[report.pk for report in reports], kind=StepKind.FILED_AGAIN)
    rows = again.order_by("id").values_list("report_id", "text_sealed")
    return {report_id: open_seal(sealed) for report_id, sealed in rows if sealed}


def proposed(subject: Subject, wrongs: Sequence[Wrong], *, today: date) -> ReceivedDose | None:
    """Give the record as the citizen says it should be; None where nothing can be proposed."""
    if set(wrongs) & WITHDRAWING or (subject.version is None and Wrong.MISSING_DOSE not in wrongs):
        return None
    dose = None if Wrong.MISSING_DOSE in wrongs else subject.dose
    claimed = _of_dose_alone(subject.claimed) if subject.identity and Wrong.MISSING_DOSE in wrongs else subject.claimed
    return proposal(subject.identity, dose, claimed, wrongs, today=today)


def _of_dose_alone(claimed: Claimed) -> Claimed:
    """Who was proven stays who he is in the record, whatever was typed beside the missing dose."""
    return replace(claimed, full_name="", birth_date="", sex="", nationality="", number="", phone="", address="")


def differing(subject: Subject, wrongs: Sequence[Wrong], *, today: date) -> tuple[Difference, ...]:
    """Name the fields in which claim and record differ."""
    dose = None if Wrong.MISSING_DOSE in wrongs else subject.dose
    return differences(subject.identity, dose, subject.claimed, today=today)


def carrying_the_same(subject: Subject, fields: Iterable[str]) -> list[VersionFacts]:
    """List the person's other live versions that carry the same wrong values in some fields of the identity.

    A wrong digit makes another person of the same citizen: of those whom the reporter proved to be, the ones with the
    same number or the same words in their name.
    """
    lead = subject.version
    if lead is None:
        return []
    return [
        other
        for other in subject.people
        if other.version_id != lead.version_id
        and other.state not in ENDED
        and _is_the_same(lead, other)
        and all(getattr(other.identity, name) == getattr(lead.identity, name) for name in fields)
    ]


def _is_the_same(lead: VersionFacts, other: VersionFacts) -> bool:
    if lead.person_id == other.person_id:
        return True
    one, two = lead.identity, other.identity
    return bool(one.number and one.number == two.number) or name_key(one.full_name) == name_key(two.full_name)
