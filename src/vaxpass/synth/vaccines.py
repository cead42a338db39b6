"""The eight vaccines licensed in Vietnam, their lots, and the days on which a person was vaccinated.

Products and doses: Decision 5772/QD-BYT. Intervals: the products' leaflets as the ministry applied them
(AstraZeneca 8 to 12 weeks, cut to 4 in the outbreak; Pfizer 3, Moderna 4, Sinopharm 3 to 4, Sputnik V 3,
Abdala 0-14-28 days, Janssen one dose). Campaign: first dose in the country on 8 March 2021, boosters from
December 2021, second boosters from spring 2022. Lot forms are plausible for each maker and invented. Shares:
supply of 2021-22, rounded; the rare products stand above their true share so that a small nation has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from random import Random

CAMPAIGN_BEGAN: Final = date(2021, 3, 8)
CAMPAIGN_ENDED: Final = date(2022, 8, 31)
_FIRST_BOOSTERS: Final = date(2021, 12, 1)
_BOOSTED_SHARE: Final = 0.62  # third doses of adults by mid-2022
_SECOND_BOOSTED_SHARE: Final = 0.2
_HALF_VACCINATED_SHARE: Final = 0.06  # stopped before the series was complete
_LOTS_A_QUARTER: Final = 6


@dataclass(frozen=True, slots=True)
class Product:
    """One licensed vaccine: the ministry's name, names as typed, doses, days between, share of supply."""

    name: str
    typed: tuple[str, ...]
    doses: int
    shortest: int
    longest: int
    available: date
    share: float
    lot_form: str


PRODUCTS: Final = (
    Product("AstraZeneca", ("AstraZeneca", "ASTRAZENECA", "Astra Zeneca", "AZD1222 (AstraZeneca)"), 2, 28, 84,
            date(2021, 3, 8), 32, "@@@####"),
    Product("Pfizer", ("Pfizer", "Comirnaty", "Pfizer-BioNTech", "COMIRNATY (Pfizer)"), 2, 21, 42,
            date(2021, 7, 8), 33, "F@####"),
    Product("Moderna", ("Moderna", "Spikevax", "SPIKEVAX (Moderna)"), 2, 28, 42,
            date(2021, 7, 15), 9, "0##@21A"),
    Product("Vero Cell", ("Vero Cell", "Vero-Cell", "VERO CELL (Sinopharm)", "Sinopharm"), 2, 21, 28,
            date(2021, 6, 25), 20, "2021##B####"),
    Product("Sputnik V", ("Sputnik V", "SPUTNIK V", "Gam-COVID-Vac"), 2, 21, 90,
            date(2021, 5, 1), 2, "I-######"),
    Product("Abdala", ("Abdala", "ABDALA"), 3, 14, 28, date(2021, 10, 1), 2, "21####"),
    Product("Janssen", ("Janssen", "COVID-19 Vaccine Janssen"), 1, 0, 0, date(2021, 8, 10), 1, "XE###"),
    Product("Hayat-Vax", ("Hayat-Vax", "Hayat Vax",
    "HAYAT-VAX"), 2, 21, 28, date(2021, 9, 15), 1, "HV21####"),
)  # fmt: skip
_STEPS: Final = list(accumulate(product.share for product in PRODUCTS))
_BY_NAME: Final = {product.name: product for product in PRODUCTS}
_BOOSTERS: Final = ("Pfizer", "Pfizer", "Moderna", "AstraZeneca")
_ADULT: Final = 18
_YOUNG_BEGAN: Final = date(2021, 11, 1)  # 12 to 17 years
_CHILDREN_BEGAN: Final = date(2022, 4, 14)  # 5 to 11 years
_YOUNG: Final = 12


@dataclass(frozen=True, slots=True)
class Dose:
    """One injection: its number in the person's life, day, product, lot."""

    number: int
    day: date
    product: Product
    lot: str


def draw_doses(rng: Random, birth_year: int, *, today: date) -> list[Dose]:
    """Draw a person's doses in order: a series, most often whole, then boosters; none after `today`."""
    last_day = min(today, CAMPAIGN_ENDED)
    product, day = _draw_start(rng, birth_year)
    length = product.doses if rng.random() >= _HALF_VACCINATED_SHARE else 1
    doses: list[Dose] = []
    for number in range(1, length + 1):
        doses.append(Dose(number, day, product, lot_of(product, day, rng)))
        day += timedelta(days=rng.randint(product.shortest, product.longest))
    if length == product.doses and 2021 - birth_year >= _ADULT:
        doses += _draw_boosters(rng, doses[-1])
    return [dose for dose in doses if dose.day <= last_day]


def _draw_start(rng: Random, birth_year: int) -> tuple[Product, date]:
    """Draw the first product and day: adults by supply, young people by the campaigns for their age."""
    age = 2021 - birth_year
    if age < _ADULT:
        began = _YOUNG_BEGAN if age >= _YOUNG else _CHILDREN_BEGAN
        return _BY_NAME[rng.choice(("Pfizer", "Pfizer", "Moderna"))], began + timedelta(days=rng.randint(0, 60))
    product = rng.choices(PRODUCTS, cum_weights=_STEPS)[0]
    # Few in spring 2021, most from August on: the square root piles the days up towards the end.
    span = (date(2021, 12, 15) - product.available).days
    return product, product.available + timedelta(days=int(span * rng.random() ** 0.5))


def _draw_boosters(rng: Random, last: Dose) -> list[Dose]:
    boosters: list[Dose] = []
    for share, wait in ((_BOOSTED_SHARE, 90), (_SECOND_BOOSTED_SHARE, 120)):
        if rng.random() >= share:
            break
        day = max(last.day + timedelta(days=wait + rng.randint(0, 60)), _FIRST_BOOSTERS)
        product = _BY_NAME[rng.choice(_BOOSTERS)]
        last = Dose(last.number + 1, day, product, lot_of(product, day, rng))
        boosters.append(last)
    return boosters


def lot_of(product: Product, day: date, rng: Random) -> str:
    """Give one of the six lots of a product in use in that quarter: whole sessions share a lot."""
    quarter = day.year * 4 + (day.month - 1) // 3
    return _spell(product.lot_form, (quarter * _LOTS_A_QUARTER + rng.randrange(_LOTS_A_QUARTER)) * 7_919)


@cache  # some hundred lots in all
def _spell(form: str, number: int) -> str:
    """Fill a lot form: `@` a letter, `#` a digit, drawn from the number alone."""
    out = []
    for sign in form:
        number = number * 1_103_515_245 + 12_345 & 0x7FFFFFFF
        fill = {"@": "ABCDEFGHKLMNPRTVWXYZ", "#": "0123456789"}.get(sign, sign)
        out.append(fill[(number >> 8) % len(fill)])
    return "".join(out)
