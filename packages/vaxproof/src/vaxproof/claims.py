"""What goes into a certificate (`Vaccination`), what comes out of one (`Claims`), how doses are counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from vaxproof import valuesets
from vaxproof.envelope.cwt import Cwt


@dataclass(frozen=True, slots=True, kw_only=True)
class Vaccination:
    """One dose of one person, as it will be signed. Checked by `vaxproof.issue.prepare`, not here.

    Names as shown, in NFC with their diacritics; at least one of them. `birth_date`: `YYYY-MM-DD`, `YYYY-MM`
    or `YYYY`. `product_code`: `mp` of the value set; holder, prophylaxis and disease follow from it and may
    be named to be checked against it. `dose_number`/`series_size`: from `dose_numbers`. `issuer_name`: `is`.
    """

    family_name: str
    given_name: str
    birth_date: str
    product_code: str
    dose_number: int
    series_size: int
    given_on: date
    issuer_name: str
    uvci: str
    country: str = "VN"
    holder_code: str | None = None
    prophylaxis_code: str | None = None


class Kind(StrEnum):
    """What a certificate states; its value is the group's key."""

    VACCINATION = "v"
    TEST = "t"
    RECOVERY = "r"


class Claims(NamedTuple):
    """A certificate whose signature and form are right. `certificate`: the DCC, dates without times."""

    kind: Kind
    token: Cwt
    certificate: Mapping[str, Any]

    @property
    def issuer(self) -> str | None:
        """The issuing country."""
        return self.token.issuer

    @property
    def issued_at(self) -> datetime:
        """Aware UTC."""
        return datetime.fromtimestamp(self.token.issued_at, UTC)

    @property
    def expires_at(self) -> datetime:
        """Aware UTC."""
        return datetime.fromtimestamp(self.token.expires_at, UTC)

    @property
    def entry(self) -> Mapping[str, Any]:
        """The one vaccination, test or recovery."""
        entry: Mapping[str, Any] = self.certificate[self.kind.value][0]
        return entry

    @property
    def family_name(self) -> str:
        """As shown, or as standardised where only that is there."""
        names = self.certificate["nam"]
        return str(names.get("fn") or names.get("fnt") or "")

    @property
    def given_name(self) -> str:
        """As shown, or as standardised where only that is there."""
        names = self.certificate["nam"]
        return str(names.get("gn") or names.get("gnt") or "")

    @property
    def birth_date(self) -> str:
        """`YYYY-MM-DD`, `YYYY-MM`, `YYYY` or empty."""
        return str(self.certificate["dob"])

    @property
    def uvci(self) -> str:
        """The certificate's identifier."""
        return str(self.entry["ci"])


def dose_numbers(products_in_order: Sequence[str]) -> tuple[int, int] | None:
    """`dn` and `sd` of the latest dose, from the product codes of all doses in order; None: incomplete.

    The primary series is complete with the first dose at which as many doses are given as the most demanding
    product so far asks for: two of a two-dose vaccine, mixed or not; one Janssen, when it is the first; three
    as soon as an Abdala is among them before that. Boosters then count on (Implementing Decision (EU)
    2021/2301): after one dose 2/1, 3/1 …, after two 3/3, 4/4 …. The annex knows no primary series of three:
    3/3, then 4/4.

    Raises:
        ProofError: PRODUCT_UNKNOWN (not one of Vietnam's eight).
    """
    needed = primary = 0
    for given, product in enumerate(products_in_order, start=1):
        needed = max(needed, valuesets.primary_doses(product))
        if not primary and given >= needed:
            primary = given
    if not primary:
        return None
    given = len(products_in_order)
    return (given, given) if given > primary > 1 else (given, primary)


def is_ambiguous(dose_number: int, series_size: int) -> bool:
    """Whether `dn`/`sd` can be read in two ways, as certificates from before February 2022 can.

    3/2 may be a booster written the old way; 2/2 of a one-dose product is judged by the caller who knows the
    product.
    """
    return dose_number > series_size > 1
