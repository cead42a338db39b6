"""A dozen reports of invented citizens, of different kinds and at different places of their way, with invented papers.

Filed and answered by the very verbs of the pages; what is old was filed with its old time and is told to nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from vaxpass.console.demo_walk import Demo, Say
from vaxpass.corrections.rules import Refusal
from vaxpass.jobs import reports as jobs
from vaxpass.offices.queries import list_offices
from vaxpass.records.facts import DoseFacts, IdentityFacts, VersionFacts
from vaxpass.records.queries import get_versions, version_ids_in_state
from vaxpass.records.states import State
from vaxpass.reports import actions
from vaxpass.reports.evidence import Evidence, read_evidence
from vaxpass.reports.queries import reports_in_scope
from vaxpass.reports.rules import Claimed, Filing, MoreCode, Relation, ReporterProof, Wrong
from vaxpass.synth.papers import Paper, PaperDose, Quality, draw_photo

_LIVE = (State.CERTIFIED, State.ATTESTED, State.VERIFIED)
_HOSPITAL, _RAILWAY, _CENTRE, _COMMUNE = "01002", "01004", "40001", "40X01"
_SEXES = {1: "Nam", 2: "Nữ"}
_EVERY_MONTH_HAS = 28


@dataclass(frozen=True, slots=True)
class _Desk:
    """What the demo's reports are made from: live records by facility, office ids by code, the time."""

    records: dict[str, list[VersionFacts]]
    offices: dict[str, int]
    names: dict[str, str]
    now: datetime

    def take(self, code: str) -> VersionFacts:
        """Take the next record of a facility."""
        return self.records[code].pop(0)


def file_demo_reports(demo: Demo, now: datetime, say: Say) -> None:
    """File the reports, unless there are some."""
    if reports_in_scope(demo.actor("operator")).exists():
        return
    say("• A dozen citizens report errors, with photos of their papers …")
    desk = _read(now)
    _alike(desk)
    _single(desk)
    _strange(desk)
    _on_their_way(demo, desk)


def _read(now: datetime) -> _Desk:
    offices = {office.code: office for office in list_offices()}
    records = {
        code: _different_people(get_versions(version_ids_in_state(offices[code].id, _LIVE, 400)))
        for code in (_HOSPITAL, _RAILWAY)
    }
    ids = {code: office.id for code, office in offices.items()}
    return _Desk(records, ids, {code: office.name_vi for code, office in offices.items()}, now)


def _different_people(versions: Sequence[VersionFacts]) -> list[VersionFacts]:
    """One record of each grown-up with a whole birth date, a number and a phone."""
    fit = {
        one.person_id: one
        for one in reversed(versions)
        if len(one.identity.birth_date) == len("1990-05-17") and one.identity.number and one.identity.phone
    }
    return list(fit.values())


def _alike(desk: _Desk) -> None:
    """Three of one session with one lot typed wrong: a group for a bulk answer."""
    first = desk.take(_HOSPITAL)
    same = [one for one in desk.records[_HOSPITAL] if (one.dose.product, one.dose.lot) == _product_and_lot(first)][:2]
    for one in (first, *same):
        right = f"{one.dose.lot}A"[:30]
        photo = _photo(desk, _HOSPITAL, one.identity, replace(one.dose, lot=right))
        jobs.file_report(_filing(one, Wrong.LOT, lot=right), photo, now=desk.now)
    for one in same:
        desk.records[_HOSPITAL].remove(one)


def _product_and_lot(version: VersionFacts) -> tuple[str, str]:
    return version.dose.product, version.dose.lot


def _single(desk: _Desk) -> None:
    """One of each kind, with papers that are clear, tilted, covered, blurred."""
    born = desk.take(_HOSPITAL)
    right = _another_day(born.identity)
    photo = _photo(desk, _HOSPITAL, right, born.dose)
    jobs.file_report(_filing(born, Wrong.BIRTH_DATE, birth_date=right.birth_date), photo, now=desk.now)
    named = desk.take(_RAILWAY)
    other = replace(named.identity, full_name=f"{named.identity.full_name} Anh")
    photo = _photo(desk, _RAILWAY, other, named.dose, Quality.BLURRED)
    jobs.file_report(_filing(named, Wrong.NAME, full_name=other.full_name), photo, now=desk.now)
    never = desk.take(_RAILWAY)
    note = "Ngày đó tôi đang đi công tác, chưa từng tiêm mũi này."
    jobs.file_report(replace(_filing(never, Wrong.NOT_MINE_DOSE), note=note), [], now=desk.now)
    moved = desk.take(_HOSPITAL)
    phone = f"09{moved.person_id % 10**8:08d}"
    jobs.file_report(_filing(moved, Wrong.PHONE, phone=phone), [], now=desk.now)
    _missing(desk)


def _another_day(who: IdentityFacts) -> IdentityFacts:
    """A slip of the pen: one digit of the day."""
    day = date.fromisoformat(who.birth_date)
    return replace(who, birth_date=day.replace(day=day.day % _EVERY_MONTH_HAS + 1).isoformat())


def _missing(desk: _Desk) -> None:
    one = desk.take(_RAILWAY)
    dose = replace(one.dose, given_on=one.dose.given_on + timedelta(days=120), dose_number=3)
    photo = _photo(desk, _RAILWAY, one.identity, dose, Quality.TILTED)
    claim = {"given_on": f"{dose.given_on:%d/%m/%Y}", "product": dose.product, "lot": dose.lot}
    filing = replace(_filing(one, Wrong.MISSING_DOSE, **claim), version_id=None, facility_id=desk.offices[_RAILWAY])
    jobs.file_report(filing, photo, now=desk.now)


def _strange(desk: _Desk) -> None:
    """Two who proved nothing yet: one names the facility, one only the commune of residence."""
    who = IdentityFacts("Lương Thị Xoan", 2, "1987-03-12", "VN", 1, "040187000321", "0912000321")
    dose = DoseFacts("EU/1/20/1528", "FK0112", date(2021, 10, 2), 1)
    claimed = Claimed(
        who.full_name, who.birth_date, "Nữ", "", who.number, who.phone, "", dose.product, dose.lot, "02/10/2021", "1"
    )
    filing = Filing(
        (Wrong.MISSING_DOSE,), claimed, ReporterProof.NEW_PHONE, who.full_name, who.phone, province_code="40",
        facility_id=desk.offices[_CENTRE],
    )  # fmt: skip
    photo = _photo(desk, _CENTRE, who, dose, Quality.COVERED)
    jobs.file_report(filing, photo, now=desk.now)
    child = replace(claimed, full_name="Lương Gia Bảo", birth_date="2008-11-02", sex="Nam", number="", lot="")
    at_home = replace(
        filing, claimed=child, relation=Relation.CHILD, facility_id=None, commune_office_id=desk.offices[_COMMUNE],
        note="Cháu tiêm lưu động tại trường, không nhớ cơ sở nào.",
    )  # fmt: skip
    jobs.file_report(at_home, [], now=desk.now)


def _on_their_way(demo: Demo, desk: _Desk) -> None:
    """One that waits for the citizen, one refused and objected to, one that nobody answered in time."""
    clerk = demo.actor("clerk.duongsat")
    asked = desk.take(_RAILWAY)
    photo = _photo(desk, _RAILWAY, asked.identity, asked.dose, Quality.BLURRED)
    receipt = jobs.file_report(_filing(asked, Wrong.SEX, sex=_SEXES[3 - asked.identity.sex]), photo, now=desk.now)
    jobs.ask_more(clerk, receipt.report_id, MoreCode.PHOTO_SHARPER, now=desk.now)
    objected, before = desk.take(_RAILWAY), desk.now - timedelta(days=8)
    right = _another_day(objected.identity)
    photo = _photo(desk, _RAILWAY, right, objected.dose)
    filed = actions.file(_filing(objected, Wrong.BIRTH_DATE, birth_date=right.birth_date), photo, now=before)
    actions.refuse(clerk, filed.report_id, Refusal.BIRTH_DATE_DIFFERS, now=before + timedelta(hours=20))
    jobs.object_to(filed.number, "Giấy xác nhận ghi đúng ngày sinh trên căn cước của tôi.", now=desk.now)
    late = desk.take(_HOSPITAL)
    actions.file(_filing(late, Wrong.DUPLICATE), [], now=desk.now - timedelta(days=14))
    jobs.run_on(desk.now)


def _filing(version: VersionFacts, wrong: Wrong, **claim: str) -> Filing:
    return Filing(
        (wrong,),
        Claimed(**claim),
        ReporterProof.PHONE,
        version.identity.full_name,
        version.identity.phone,
        version_id=version.version_id,
        person_ids=(version.person_id,),
    )


def _photo(
    desk: _Desk, facility: str, who: IdentityFacts, dose: DoseFacts, quality: Quality = Quality.CLEAR
) -> list[Evidence]:
    """Draw the paper that says so, and send it through the door of every photo."""
    line = PaperDose(f"{dose.given_on:%d/%m/%Y}", dose.product, dose.lot, desk.names[facility])
    birth = f"{date.fromisoformat(who.birth_date):%d/%m/%Y}"
    paper = Paper(who.full_name, birth, _SEXES[who.sex], who.number, who.phone, who.address, [line])
    return read_evidence("giay-xac-nhan.jpg", draw_photo(paper, quality, located=True))
