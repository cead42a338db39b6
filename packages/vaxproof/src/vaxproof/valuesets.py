"""Codes of the EU value sets, the legal triples of product, holder, prophylaxis, Vietnam's eight vaccines."""

import tomllib
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from vaxproof.errors import Code, ProofError


@dataclass(frozen=True, slots=True)
class Product:
    """A vaccine as the EU codes it. `prophylaxis_codes`: the legal ones, most precise first."""

    mp: str
    ma: str
    prophylaxis_codes: tuple[str, ...]
    name: str

    @property
    def vp(self) -> str:
        """The prophylaxis code that we issue."""
        return self.prophylaxis_codes[0]

    @property
    def holder_name(self) -> str:
        """Marketing authorisation holder or manufacturer, as the value set names it."""
        return HOLDERS[self.ma]

    @property
    def prophylaxis_name(self) -> str:
        """What kind of vaccine it is, as the value set names it."""
        return PROPHYLAXIS[self.vp]


@dataclass(frozen=True, slots=True)
class LicensedProduct(Product):
    """One of Vietnam's eight. `vietnamese_name`: as facilities write it."""

    vietnamese_name: str
    primary_doses: int


def _load() -> dict[str, Any]:
    return tomllib.loads((resources.files("vaxproof") / "data" / "valuesets.toml").read_text("utf-8"))


_DATA: Final = _load()
DISEASE: Final[str] = _DATA["disease"]
HOLDERS: Final[MappingProxyType[str, str]] = MappingProxyType(_DATA["holders"])
PROPHYLAXIS: Final[MappingProxyType[str, str]] = MappingProxyType(_DATA["prophylaxis"])
TEST_TYPES: Final[MappingProxyType[str, str]] = MappingProxyType(_DATA["test_types"])
DETECTED: Final = "260373001"
TEST_RESULTS: Final[MappingProxyType[str, str]] = MappingProxyType(_DATA["test_results"])
WITHDRAWN: Final[MappingProxyType[str, str]] = MappingProxyType(_DATA["withdrawn"])
PRODUCTS: Final[MappingProxyType[str, Product]] = MappingProxyType(
    {p["mp"]: Product(p["mp"], p["ma"], tuple(p["vp"]), p["name"]) for p in _DATA["products"]}
)


def _licensed(entry: dict[str, Any]) -> LicensedProduct:
    product = PRODUCTS[entry["mp"]]
    return LicensedProduct(
        product.mp, product.ma, product.prophylaxis_codes, product.name, entry["name"], entry["primary_doses"]
    )


LICENSED_IN_VIETNAM: Final[tuple[LicensedProduct, ...]] = tuple(map(_licensed, _DATA["licensed_in_vietnam"]))
_PRIMARY_DOSES: Final = {product.mp: product.primary_doses for product in LICENSED_IN_VIETNAM}


def get_product(mp: str) -> Product:
    """The product of this code, for issuing.

    Raises:
        ProofError: PRODUCT_UNKNOWN (not in the value set, or withdrawn from it).
    """
    product = PRODUCTS.get(mp)
    if product is None or mp in WITHDRAWN:
        raise ProofError(Code.PRODUCT_UNKNOWN)
    return product


def primary_doses(mp: str) -> int:
    """Doses of a primary series of one of Vietnam's eight vaccines.

    Raises:
        ProofError: PRODUCT_UNKNOWN.
    """
    if mp not in _PRIMARY_DOSES:
        raise ProofError(Code.PRODUCT_UNKNOWN)
    return _PRIMARY_DOSES[mp]


def is_legal_triple(mp: str, ma: str, vp: str) -> bool:
    """Whether these three may stand together in a new certificate."""
    product = PRODUCTS.get(mp)
    return product is not None and mp not in WITHDRAWN and product.ma == ma and vp in product.prophylaxis_codes


def remark_on_triple(mp: str, ma: str, vp: str) -> Code | None:
    """What a reader should be told about three codes that stand in a signed certificate; None: all is well.

    The withdrawn prophylaxis code J07BX03 stood for every vaccine, so it contradicts no product.
    """
    product = PRODUCTS.get(mp)
    if product is None or ma not in HOLDERS or vp not in PROPHYLAXIS:
        return Code.CODE_UNKNOWN
    if product.ma != ma or (vp not in product.prophylaxis_codes and vp not in WITHDRAWN):
        return Code.WRONG_TRIPLE
    return Code.CODE_INACTIVE if mp in WITHDRAWN or vp in WITHDRAWN else None
