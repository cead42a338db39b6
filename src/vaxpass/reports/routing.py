"""Which office a report goes to first: the dose's facility, the facility named, the commune of residence, the province.

Dispatch 9458/BYT-CNTT has facilities and commune stations answer; what nobody lower is there for, the province takes.
"""

from dataclasses import dataclass

from vaxpass.offices.queries import OfficeFacts, open_offices
from vaxpass.offices.scope import Refused
from vaxpass.offices.units import successor
from vaxpass.reports.rules import Filing, Level

_LEVELS = {"province": Level.PROVINCE, "ministry": Level.MINISTRY}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a report lies: office, province, and from which level on it is answered."""

    office_id: int
    province_code: str
    level: Level


def route(filing: Filing, dose_facility_id: int | None) -> Place:
    """Give the first office that is open. Refuses REPORT_NO_OFFICE where there is not even a ministry."""
    asked = [dose_facility_id, filing.facility_id, filing.commune_office_id]
    found = {office.id: office for office in open_offices(ids={one for one in asked if one is not None})}
    kinds = ("facility", "facility", "commune")
    for office_id, kind in zip(asked, kinds, strict=True):
        if office_id in found and found[office_id].kind == kind:
            return place_at(found[office_id])
    return above(filing.province_code)


def place_at(office: OfficeFacts) -> Place:
    """Give the place of an office. Refuses REPORT_OFFICE_UNFIT for a kind that answers no reports."""
    if office.kind in {"support", "district"}:
        raise Refused("REPORT_OFFICE_UNFIT")
    return Place(office.id, office.province_code, _LEVELS.get(office.kind, Level.OFFICE))


def above(province_code: str) -> Place:
    """Give the office above the facilities of a province, or of the one that it became; else the ministry."""
    open_ones = {office.province_code: office for office in reversed(open_offices("province"))}
    for code in (province_code, successor(province_code)) if province_code else ():
        if code in open_ones:
            return place_at(open_ones[code])
    for office in open_offices("ministry"):
        return Place(office.id, province_code, Level.MINISTRY)
    raise Refused("REPORT_NO_OFFICE")


def provinces_with_office() -> frozenset[str]:
    """Give the codes of the provinces that have an office of their own."""
    return frozenset(office.province_code for office in open_offices("province"))
