"""Draws invented people: who they truly are, before anybody mistypes it.

In: the seed's numbering, a place in the nation, the facilities. Out: a `Person`.
Ages follow the campaign's groups (5 to 11, 12 to 17, adults, over 65); each share stands below.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from vaxpass.synth.names import NATIONALITIES, draw_foreign, draw_vietnamese
from vaxpass.synth.numbers import Numbering, province_names

if TYPE_CHECKING:
    from vaxpass.synth.plan import FacilityPlan, SynthPlan

FOREIGN_SHARE: Final = 0.008
YEAR_ONLY_SHARE: Final = 0.015
YEAR_ONLY_OLD_SHARE: Final = 0.15  # many of the oldest have only a year in their papers
_BORN_ELSEWHERE_SHARE: Final = 0.15
_OLD_NUMBER_SHARE: Final = 0.35  # adults who also held the 9-digit card
_OLD_NUMBER_BEFORE: Final = 2002
_OLD_BEFORE: Final = 1957
_BIRTH_YEARS: Final = ((2010, 2015, 0.08), (2004, 2009, 0.10), (1957, 2003, 0.70), (1928, 1956, 0.12))
_CLASS_WEIGHTS: Final = {"provincial": 3, "ministry": 2, "sector": 1}
_STREETS: Final = (
    "Lê Lợi",
    "Trần Phú",
    "Quang Trung",
    "Nguyễn Du",
    "Hùng Vương",
    "Phan Chu Trinh",
    "Hoa Sen",
)
_WARDS: Final = ("phường Hòa Bình", "phường An Thịnh", "xã Tân Lập", "xã Sơn Lĩnh", "phường Cửa Đông",
                 "xã Mường Khê", "thị trấn Bến Sông", "xã Phú Thọ Lộc")  # fmt: skip
_GROUPS: Final = (1, 2, 3, 4, 6, 7, 8, 9, 9, 10, 10, 11, 13, 13, 13, 15, 16, 16)
_GROUP_OF_OLD: Final = 9
_GROUP_OF_PUPILS: Final = 8
_PUPIL_FROM: Final = 2004


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person; `birth` is `YYYY-MM-DD` or `YYYY`; a foreigner has a passport alone."""

    place: int
    name: str
    sex: str
    birth: str
    nationality: str
    cccd: str
    cmnd: str
    passport: str
    phone: str
    address: str
    group: str
    home: int

    @property
    def birth_year(self) -> int:
        """Give the year of birth."""
        return int(self.birth[:4])


class People:
    """Draws the people of one plan, each from the seed and the place alone."""

    def __init__(self, plan: SynthPlan) -> None:
        self._plan = plan
        self._numbering = Numbering(plan.seed)
        self._weights = [_CLASS_WEIGHTS[one.facility_class] for one in plan.facilities]
        self._codes = list(province_names())

    def draw(self, place: int) -> tuple[Person, Random]:
        """Draw one person, with the generator for what happens to them next."""
        rng = Random(f"{self._plan.seed}/{place}")  # noqa: S311 - invention, not secrecy; the seed is public
        home = rng.choices(range(len(self._weights)), self._weights)[0]
        foreign = rng.random() < FOREIGN_SHARE
        draw = self._draw_foreigner if foreign else self._draw_citizen
        return draw(place, home, self._plan.facilities[home], rng), rng

    def _draw_citizen(self, place: int, home: int, facility: FacilityPlan, rng: Random) -> Person:
        sex = rng.choice("MF")
        birth = _draw_birth(rng, self._plan.today)
        year = int(birth[:4])
        born_at = facility.province_code
        if rng.random() < _BORN_ELSEWHERE_SHARE:
            born_at = rng.choice(self._codes)
        has_old = year < _OLD_NUMBER_BEFORE and rng.random() < _OLD_NUMBER_SHARE
        return Person(
            place=place,
            name=draw_vietnamese(rng, sex),
            sex=sex,
            birth=birth,
            nationality="VNM",
            cccd=self._numbering.cccd(place, province=born_at, sex=sex, birth_year=year),
            cmnd=self._numbering.cmnd(place, province=born_at) if has_old else "",
            passport="",
            phone=self._numbering.phone(place),
            address=_draw_address(rng, facility),
            group=_draw_group(rng, year),
            home=home,
        )

    def _draw_foreigner(self, place: int, home: int, facility: FacilityPlan, rng: Random) -> Person:
        sex, nationality = rng.choice("MF"), rng.choice(NATIONALITIES)
        return Person(
            place=place,
            name=draw_foreign(rng, sex, nationality),
            sex=sex,
            birth=_draw_day(rng, 1955, 2001).isoformat(),
            nationality=nationality,
            cccd="",
            cmnd="",
            passport=self._numbering.passport(place, nationality=nationality),
            phone=self._numbering.phone(place),
            address=_draw_address(rng, facility),
            group="12",
            home=home,
        )


def _draw_birth(rng: Random, today: date) -> str:
    first, last, _ = rng.choices(_BIRTH_YEARS, [share for *_, share in _BIRTH_YEARS])[0]
    day = min(_draw_day(rng, first, last), today)
    share = YEAR_ONLY_OLD_SHARE if day.year < _OLD_BEFORE else YEAR_ONLY_SHARE
    return f"{day.year}" if rng.random() < share else day.isoformat()


def _draw_day(rng: Random, first_year: int, last_year: int) -> date:
    first = date(first_year, 1, 1)
    return first + timedelta(days=rng.randrange((date(last_year + 1, 1, 1) - first).days))


def _draw_address(rng: Random, facility: FacilityPlan) -> str:
    province = province_names()[facility.province_code].removeprefix("Tỉnh ").removeprefix("Thành phố ")
    return f"Số {rng.randint(1, 299)} {rng.choice(_STREETS)}, {rng.choice(_WARDS)}, {province}"


def _draw_group(rng: Random, birth_year: int) -> str:
    if birth_year >= _PUPIL_FROM:
        return str(_GROUP_OF_PUPILS)
    return str(_GROUP_OF_OLD if birth_year < _OLD_BEFORE else rng.choice(_GROUPS))
