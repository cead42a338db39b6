"""Offices of two provinces with their officers, citizens with a dose each, and reports about these doses."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from tests.factories import NOW, make_office, make_officer, received
from vaxpass.records import actions as records
from vaxpass.records import queries
from vaxpass.records.facts import Origin
from vaxpass.records.receiving import receive
from vaxpass.records.states import Verb
from vaxpass.reports.actions import file
from vaxpass.reports.evidence import Evidence, SourceType
from vaxpass.reports.rules import Claimed, Filing, ReporterProof, Wrong


@dataclass(frozen=True)
class Scene:
    """Ids of offices; each has an officer whose name is the field's."""

    facility: int
    other: int
    commune: int
    district: int
    province: int
    elsewhere: int
    ministry: int


def make_scene() -> Scene:
    scene = Scene(
        facility=make_office("40A01", district_code="401", commune_code="00001"),
        other=make_office("40B02", district_code="402"),
        commune=make_office("40X01", "commune", commune_code="00001", district_code="401"),
        district=make_office("H401", "district", district_code="401"),
        province=make_office("T40", "province"),
        elsewhere=make_office("T01", "province", province_code="01"),
        ministry=make_office("BYT", "ministry"),
    )
    roles = {
        "facility": "facility_clerk", "other": "facility_clerk", "commune": "commune_officer",
        "district": "district_officer", "province": "provincial_officer", "elsewhere": "provincial_officer",
        "ministry": "ministry_operator",
    }  # fmt: skip
    for name, role in roles.items():
        make_officer(name, getattr(scene, name), role)
    make_officer("colleague", scene.facility, "facility_clerk")
    make_officer("inspector", scene.ministry, "ministry_inspector")
    return scene


def dose_of(scene: Scene, serial: int = 1, facility: int | None = None, **columns: object) -> int:
    """Enter a verified dose of the citizen with this serial number; give the version's id."""
    where = facility or scene.facility
    row = received(serial, **{"phone": f"09{serial:08d}", **columns})
    officer = make_officer(f"entered{serial}-{where}", where, "facility_clerk")
    (stored,) = receive([row], Origin(where, officer, where, NOW)).version_ids.values()
    records.move([stored], Verb.CONFIRM_IDENTITY, now=NOW)
    return stored


def picture(content: bytes) -> Evidence:
    """Make a photo of a content that is a JPEG already."""
    return Evidence(content, 640, 480, SourceType.JPEG)


def filed(version_id: int | None, *wrongs: Wrong, photos: tuple[bytes, ...] = (), **columns: object) -> int:
    """File a report, proven for a version, unproven for None; fields of the claim by their names; give its id."""
    claimed = Claimed(**{name: str(columns.pop(name)) for name in [*columns] if name in Claimed.__slots__})
    now = columns.pop("now", None) or datetime.now(UTC)
    filing = Filing(
        wrongs, claimed, ReporterProof.NEW_PHONE, "Trần Văn Hỏi", "0911111111", province_code="40", language="vi"
    )
    if version_id is not None:
        version = queries.get_versions([version_id])[0]
        proven = {"proof": ReporterProof.PHONE, "version_id": version_id, "person_ids": (version.person_id,)}
        filing = replace(filing, **proven, reporter_phone=version.identity.phone)  # type: ignore[arg-type]  # test values
    filing = replace(filing, **columns)  # type: ignore[arg-type]  # test values
    assert isinstance(now, datetime)
    return file(filing, [picture(one) for one in photos], now=now).report_id
