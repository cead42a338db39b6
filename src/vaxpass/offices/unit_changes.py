"""What can be decided about units and about where an office belongs: pure values, and how they are kept as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from vaxpass.offices.scope import Refused
from vaxpass.offices.units import Level

_DIGITS: Final = {Level.PROVINCE: 2, Level.DISTRICT: 3, Level.COMMUNE: 5}
LONGEST_NAME: Final = 80
LONGEST_BASIS: Final = 120


@dataclass(frozen=True, slots=True)
class Rename:
    """A unit goes on under its code with another name or another kind of name."""

    level: Level
    code: str
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Merge:
    """Some units become one: one of them that goes on, or one with a code never used before."""

    level: Level
    old_codes: tuple[str, ...]
    new_code: str
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Part:
    """One of the units that a split makes; the code of the split unit itself may be among them."""

    code: str
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Split:
    """A unit becomes several. `offices`: (office's code, part's code); who is not named stays if the unit goes on."""

    level: Level
    code: str
    parts: tuple[Part, ...]
    offices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Move:
    """An office belongs elsewhere; codes as they are after the day."""

    office_code: str
    province_code: str
    district_code: str = ""
    commune_code: str = ""


@dataclass(frozen=True, slots=True)
class Reclass:
    """A facility belongs to another class: to the province, to the health ministry, to another ministry."""

    office_code: str
    facility_class: str


@dataclass(frozen=True, slots=True)
class Reorganise:
    """The whole of 1/7/2025: every office goes to the units that its own became; districts end."""


Wish = Rename | Merge | Split | Move | Reclass | Reorganise
KINDS: Final[Mapping[str, type[Wish]]] = {
    "rename": Rename, "merge": Merge, "split": Split, "move": Move, "reclass": Reclass, "reorganise": Reorganise,
}  # fmt: skip
"""By the word under which a wish is kept."""


def kind_of(wish: Wish) -> str:
    """Give the word under which a wish is kept."""
    return next(kind for kind, made in KINDS.items() if isinstance(wish, made))


def write_wish(wish: Wish) -> dict[str, Any]:
    """Give the JSON of a wish."""
    return asdict(wish)


def read_wish(kind: str, facts: Mapping[str, Any]) -> Wish:
    """Make a wish of its JSON again."""
    values = dict(facts)
    if "level" in values:
        values["level"] = Level(values["level"])
    if "old_codes" in values:
        values["old_codes"] = tuple(values["old_codes"])
    if "parts" in values:
        values["parts"] = tuple(Part(**part) for part in values["parts"])
        values["offices"] = tuple((office, part) for office, part in values["offices"])
    return KINDS[kind](**values)


def check_code(level: Level, code: str) -> None:
    """Refuse UNIT_CODE_ILL_FORMED unless the code has as many digits as codes of its level have."""
    if not (code.isascii() and code.isdigit() and len(code) == _DIGITS.get(level)):
        raise Refused("UNIT_CODE_ILL_FORMED", unit=code[:20], digits=_DIGITS.get(level, 0))


def check_name(name_vi: str, name_en: str) -> None:
    """Refuse UNIT_NAME_MISSING where a name is missing or too long."""
    if not all(0 < len(name.strip()) <= LONGEST_NAME for name in (name_vi, name_en)):
        raise Refused("UNIT_NAME_MISSING", longest=LONGEST_NAME)


def check_wish(wish: Wish) -> None:
    """Refuse what is wrong with a wish by itself.

    UNIT_CODE_ILL_FORMED, UNIT_NAME_MISSING, UNIT_MERGE_TOO_FEW, UNIT_SPLIT_TOO_FEW, UNIT_PART_UNKNOWN.
    """
    match wish:
        case Rename():
            check_name(wish.name_vi, wish.name_en)
        case Merge():
            _check_merge(wish)
        case Split():
            _check_split(wish)
        case _:
            return


def _check_merge(wish: Merge) -> None:
    check_code(wish.level, wish.new_code)
    check_name(wish.name_vi, wish.name_en)
    if len(set(wish.old_codes) | {wish.new_code}) < 2 or not wish.old_codes:  # noqa: PLR2004 -- two become one
        raise Refused("UNIT_MERGE_TOO_FEW")


def _check_split(wish: Split) -> None:
    codes = [part.code for part in wish.parts]
    for part in wish.parts:
        check_code(wish.level, part.code)
        check_name(part.name_vi, part.name_en)
    if len(set(codes)) < 2 or len(set(codes)) != len(codes):  # noqa: PLR2004 -- one becomes two
        raise Refused("UNIT_SPLIT_TOO_FEW")
    for office, part_code in wish.offices:
        if part_code not in codes:
            raise Refused("UNIT_PART_UNKNOWN", office=office, unit=part_code)
