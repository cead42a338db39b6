"""What to generate: how many people, at which facilities, from which seed, up to which day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from vaxpass.synth.numbers import MOST_PEOPLE, province_names

if TYPE_CHECKING:
    from datetime import date

FacilityClass = Literal["provincial", "ministry", "sector"]


@dataclass(frozen=True, slots=True)
class FacilityPlan:
    """One facility: its code (in file names), its names, whom it stands under, its province (2 digits)."""

    code: str
    name_vi: str
    name_en: str
    facility_class: FacilityClass
    province_code: str


# Invented places. “(mẫu)” and “(demo)” keep anyone from taking them for real ones.
DEMO_FACILITIES: Final = (
    FacilityPlan("40001", "Trung tâm Y tế huyện Sông Trà (mẫu)", "Song Tra District Health Centre (demo)",
                 "provincial", "40"),
    FacilityPlan("40002", "Bệnh viện Đa khoa Lam Hồng (mẫu)", "Lam Hong General Hospital (demo)",
                 "provincial", "40"),
    FacilityPlan("40003", "Trạm Y tế xã Mường Lưng (mẫu)", "Muong Lung Commune Health Station (demo)",
                 "provincial", "40"),
    FacilityPlan("40004", "Bệnh xá Đoàn Kinh tế 40 (mẫu)", "Economic Corps 40 Infirmary (demo)",
                 "sector", "40"),
    FacilityPlan("01001", "Trung tâm Y tế quận Hồ Sen (mẫu)", "Ho Sen District Health Centre (demo)",
                 "provincial", "01"),
    FacilityPlan("01002", "Bệnh viện Trung ương Thăng Long (mẫu)", "Thang Long Central Hospital (demo)",
                 "ministry", "01"),
    FacilityPlan("01003", "Viện Y học Dự phòng Sông Hồng (mẫu)",
    "Red River Institute of Preventive Medicine (demo)",
                 "ministry", "01"),
    FacilityPlan("01004", "Bệnh viện Đường sắt Bắc Hà (mẫu)", "Bac Ha Railway Hospital (demo)",
                 "sector", "01"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SynthPlan:
    """A whole nation to invent.

    `today`: no dose and no birth after it; rows planted with a future day lie after it.
    `rows_per_file`: a facility's file is followed by another when it is full (the intake takes 100,000).
    """

    seed: int
    people: int
    today: date
    facilities: tuple[FacilityPlan, ...] = DEMO_FACILITIES
    rows_per_file: int = 50_000

    def __post_init__(self) -> None:
        """Refuse a plan that cannot be drawn."""
        if not 0 < self.people <= MOST_PEOPLE:
            raise ValueError("SYNTH_PEOPLE_OUT_OF_RANGE")
        if not self.facilities or len({one.code for one in self.facilities}) < len(self.facilities):
            raise ValueError("SYNTH_FACILITIES_NOT_DISTINCT")
        if not all(one.province_code in province_names() for one in self.facilities):
            raise ValueError("SYNTH_PROVINCE_UNKNOWN")
        if self.rows_per_file < 1:
            raise ValueError("SYNTH_FILE_TOO_SMALL")
