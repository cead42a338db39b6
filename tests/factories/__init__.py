"""Builders of rows at a wanted state; synthetic people only."""

from datetime import UTC, date, datetime

from vaxpass.offices import actions as offices
from vaxpass.records.facts import DoseFacts, IdentityFacts, ReceivedDose

NOW = datetime(2022, 4, 15, 2, 0, tzinfo=UTC)


def make_office(code: str = "40A01", kind: str = "facility", **columns: str) -> int:
    """Open an office."""
    facility_class = "provincial" if kind == "facility" else ""
    return offices.open_office(
        code=code,
        kind=kind,
        name_vi=f"Cơ sở {code}",
        name_en=f"Office {code}",
        opened_on=date(2021, 1, 1),
        facility_class=columns.get("facility_class", facility_class),
        province_code=columns.get("province_code", "" if kind in {"ministry", "support"} else "40"),
        commune_code=columns.get("commune_code", ""),
        district_code=columns.get("district_code", ""),
    )


def make_officer(username: str, office_id: int, *roles: str) -> int:
    """Enrol an officer with roles; the password is the user name, doubled."""
    return offices.enrol_officer(
        username=username,
        full_name=f"Cán bộ {username}",
        office_id=office_id,
        roles=roles,
        password=username * 2,
        now=NOW,
        second_factor_waived=True,
    )


def received(serial: int = 1, **columns: object) -> ReceivedDose:
    """Make an accepted row of a synthetic person; any column of identity or dose can be set."""
    identity = {
        "full_name": "Nguyễn Thị Hường",
        "sex": 2,
        "birth_date": "1990-05-17",
        "nationality": "VN",
        "number_kind": 1,
        "number": f"040190{serial:06d}",
        "phone": f"09{serial:08d}",
    }
    dose = {"product": "EU/1/20/1528", "lot": "FK0112", "given_on": date(2021, 9, 1), "dose_number": 1}
    identity.update({k: v for k, v in columns.items() if k in IdentityFacts.__slots__})
    dose.update({k: v for k, v in columns.items() if k in DoseFacts.__slots__})
    return ReceivedDose(IdentityFacts(**identity), DoseFacts(**dose), row=serial)  # type: ignore[arg-type]  # test values
