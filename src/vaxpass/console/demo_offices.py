"""The demo's offices and officers: two provinces, facilities of all three classes, an officer for each role."""

from dataclasses import dataclass
from datetime import date, datetime

from vaxpass.offices import actions as offices
from vaxpass.offices.roles import ROLES
from vaxpass.synth import DEMO_FACILITIES

PASSWORD = "ho-chieu-vac-xin"  # noqa: S105 -- the demo's, printed on its start page
OPENED = date(2021, 1, 1)


@dataclass(frozen=True, slots=True)
class DemoOfficer:
    """One officer of the demo."""

    username: str
    full_name: str
    office: str
    role: str
    shown: bool = True


OFFICES = (
    ("T40", "province", "40", "", "Sở Y tế Nghệ An (mẫu)", "Nghe An Department of Health (demo)"),
    ("T01", "province", "01", "", "Sở Y tế Hà Nội (mẫu)", "Ha Noi Department of Health (demo)"),
    ("40X01", "commune", "40", "", "Trạm Y tế xã Mường Lưng, tổ làm sạch (mẫu)", "Muong Lung cleaning team (demo)"),
    ("H40D", "district", "40", "", "Trung tâm Y tế huyện Mường Lưng (mẫu)", "Muong Lung district centre (demo)"),
    ("BYT", "ministry", "", "", "Bộ Y tế (mẫu)", "Ministry of Health (demo)"),
    ("CN40", "support", "40", "", "Chi nhánh hỗ trợ Nghệ An (mẫu)", "Nghe An support branch (demo)"),
)

OFFICERS = (
    DemoOfficer("clerk", "Nguyễn Thị Mai", "40001", "facility_clerk"),
    DemoOfficer("signer", "Trần Văn Bình", "40001", "facility_signer"),
    DemoOfficer("head", "Lê Thị Hồng Ánh", "40001", "facility_head"),
    DemoOfficer("clerk.thanglong", "Phạm Quang Huy", "01002", "facility_clerk"),
    DemoOfficer("signer.thanglong", "Vũ Thị Lan", "01002", "facility_signer"),
    DemoOfficer("clerk.duongsat", "Hoàng Văn Sơn", "01004", "facility_clerk"),
    DemoOfficer("signer.duongsat", "Đỗ Thị Thu", "01004", "facility_signer"),
    DemoOfficer("head.duongsat", "Trịnh Thị Hà", "01004", "facility_head"),
    DemoOfficer("commune", "Lô Thị Bun", "40X01", "commune_officer"),
    DemoOfficer("province", "Hồ Sỹ Đông", "T40", "provincial_officer"),
    DemoOfficer("province.signer", "Phan Thị Nga", "T40", "provincial_signer"),
    DemoOfficer("province.hanoi", "Đặng Đình Đức", "T01", "provincial_officer"),
    DemoOfficer("operator", "Bùi Thị Yến", "BYT", "ministry_operator"),
    DemoOfficer("ministry.signer", "Ngô Văn Quyền", "BYT", "ministry_signer"),
    DemoOfficer("approver", "Dương Thị Hạnh", "BYT", "ministry_approver"),
    DemoOfficer("district", "Vi Thị Xuân", "H40D", "district_officer"),
    DemoOfficer("privacy", "Tạ Minh Khôi", "BYT", "data_protection_officer"),
    DemoOfficer("inspector", "Lý Quốc Việt", "BYT", "ministry_inspector"),
    DemoOfficer("support", "Cao Thị Trang", "CN40", "support_agent"),
    DemoOfficer("it", "Nguyễn Hoàng Giang", "BYT", "it_officer"),
    DemoOfficer("admin", "Mai Xuân Trường", "BYT", "system_administrator"),
    *(
        DemoOfficer(f"{part}.{plan.code}", f"{name} {plan.code}", plan.code, f"facility_{part}", shown=False)
        for plan in DEMO_FACILITIES
        for part, name in (("clerk", "Nhân viên"), ("signer", "Người ký"))
    ),
)


def open_demo_offices() -> dict[str, int]:
    """Open the offices; give their ids by code."""
    ids = {
        code: offices.open_office(
            code=code,
            kind=kind,
            province_code=province,
            commune_code=commune or ("00001" if kind == "commune" else ""),
            district_code="401" if kind in {"commune", "district"} else "",
            name_vi=name_vi,
            name_en=name_en,
            opened_on=OPENED,
        )
        for code, kind, province, commune, name_vi, name_en in OFFICES
    }
    for plan in DEMO_FACILITIES:
        ids[plan.code] = offices.open_office(
            code=plan.code,
            kind="facility",
            facility_class=plan.facility_class,
            province_code=plan.province_code,
            commune_code="00001" if plan.code == "40003" else "",
            district_code="401" if plan.province_code == "40" else "",
            name_vi=plan.name_vi,
            name_en=plan.name_en,
            opened_on=OPENED,
        )
    return ids


def enrol_demo_officers(office_ids: dict[str, int], now: datetime) -> dict[str, int]:
    """Enrol the officers; give their ids by user name."""
    return {
        officer.username: offices.enrol_officer(
            username=officer.username,
            full_name=officer.full_name,
            office_id=office_ids[officer.office],
            roles=[officer.role],
            password=PASSWORD,
            now=now,
            second_factor_waived=True,
        )
        for officer in OFFICERS
    }


def sign_ins() -> list[dict[str, str]]:
    """List the sign-ins that the demo shows."""
    names = {code: name_vi for code, _, _, _, name_vi, _ in OFFICES}
    names.update({plan.code: plan.name_vi for plan in DEMO_FACILITIES})
    return [
        {
            "username": officer.username,
            "password": PASSWORD,
            "office": names[officer.office],
            "role": ROLES[officer.role].name_vi,
        }
        for officer in OFFICERS
        if officer.shown
    ]
