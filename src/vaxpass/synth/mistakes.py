"""The mistakes of reality, each with its rate and where the rate comes from.

The same table stands for readers in docs/reference/synthetic-data.md.

Three kinds. *Identity* mistakes are made once for a person at a facility, so all their rows there carry them:
the number is well-formed, the comparison fails. *Number* mistakes leave nothing that could be sent.
*Row* mistakes are made once for a dose; the intake refuses that row.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from vaxpass.synth.people import Person

# 41,431,114 of 154.0 million doses sent failed the comparison on 30 March 2022.
IDENTITY_RATE: Final = 0.269
# 9,900,043 of 82,299,012 people sent had no number or an ill-formed one in April 2022.
NUMBER_RATE: Final = 0.1203
# Known to exist, counted nowhere (facts §2.7): the rates of this block are assumptions.
DUPLICATE_WITHIN_RATE: Final = 0.008
DUPLICATE_ACROSS_RATE: Final = 0.007
TWO_FACILITIES_RATE: Final = 0.08
# 247,339,252 doses given against 233,747,367 recorded in August 2022.
NOT_ENTERED_RATE: Final = 0.055

_SWAP_SYLLABLES: Final = {
    "Nguyễn": "Nguyên", "Trần": "Trân", "Thị": "Thi", "Văn": "Vân", "Phương": "Phượng", "Hoa": "Hòa",
    "Hà": "Hạ",
    "Ánh": "Anh", "Anh": "Ánh", "Hương": "Hường", "Dung": "Dũng", "Sơn": "Sang", "Lan": "Lam", "Thảo": "Thao",
    "Huỳnh": "Hoàng", "Hoàng": "Huỳnh", "Vũ": "Võ", "Võ": "Vũ", "Thủy": "Thúy", "Thúy": "Thùy",
    "Linh": "Lĩnh",
}  # fmt: skip
_TONES: Final = ("\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_UNKNOWN_VACCINES: Final = ("Covaxin", "Vắc xin cúm", "Nanocovax", "VX", "???")
_MONTHS: Final = 12


@dataclass(slots=True)
class Declared:
    """What a facility was told, or typed, about a person. `numeric`: the number went into a number cell."""

    name: str
    sex: str
    birth: str
    number: str
    numeric: bool = False


@dataclass(slots=True)
class DoseFields:
    """What was typed about one dose; `day` is `YYYY-MM-DD`, or text as it stands where it is no day."""

    name: str
    day: str
    vaccine: str
    lot: str


def plain(text: str) -> str:
    """Take the accents off, as one does on a keyboard without them: Đặng becomes Dang."""
    base = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(sign for sign in base if not unicodedata.combining(sign))


def _name_without_accents(told: Declared, _: Random) -> None:
    told.name = plain(told.name)


def _name_one_syllable(told: Declared, rng: Random) -> None:
    words = told.name.split()
    at = rng.randrange(len(words))
    words[at] = _SWAP_SYLLABLES.get(words[at]) or _other_tone(words[at], rng)
    told.name = " ".join(words)


def _other_tone(word: str, rng: Random) -> str:
    """Give the word another tone mark, on its last vowel letter."""
    letters = [letter for letter in unicodedata.normalize("NFD", word) if letter not in _TONES]
    vowels = [at for at, letter in enumerate(letters) if letter.lower() in "aeiouy"]
    if not vowels:
        return word
    letters.insert(vowels[-1] + 1, rng.choice(_TONES))
    return unicodedata.normalize("NFC", "".join(letters))


def _name_order(told: Declared, _: Random) -> None:
    first, *rest = told.name.split()
    told.name = " ".join([*rest, first])


def _name_part_missing(told: Declared, _: Random) -> None:
    words = told.name.split()
    if len(words) > 2:  # noqa: PLR2004 - surname and given name alone leave nothing to forget
        del words[1]
    told.name = " ".join(words)


def _day_month(told: Declared, _: Random) -> None:
    if "-" in told.birth:
        year, month, day = told.birth.split("-")
        told.birth = f"{year}-{day}-{month}" if int(day) <= _MONTHS else told.birth


def _birth_day(told: Declared, rng: Random) -> None:
    if "-" in told.birth:
        told.birth = f"{told.birth[:8]}{rng.randint(1, 28):02d}"


def _birth_year(told: Declared, rng: Random) -> None:
    year = int(told.birth[:4]) + rng.choice((-10, -2, -1, 1, 2))
    told.birth = f"{year}{told.birth[4:]}" if told.birth[5:] != "02-29" else told.birth


def _birth_first_of_january(told: Declared, _: Random) -> None:
    if "-" not in told.birth:
        told.birth = f"{told.birth}-01-01"


def _sex(told: Declared, _: Random) -> None:
    told.sex = "F" if told.sex == "M" else "M"


def _number_digit(told: Declared, rng: Random) -> None:
    at = len(told.number) - rng.randint(1, 6)
    digit = (int(told.number[at]) + rng.randint(1, 9)) % 10
    told.number = f"{told.number[:at]}{digit}{told.number[at + 1 :]}"


def _number_neighbours(told: Declared, rng: Random) -> None:
    at = len(told.number) - rng.randint(2, 6)
    number = told.number
    told.number = f"{number[:at]}{number[at + 1]}{number[at]}{number[at + 2 :]}"


# The weights of causes are assumptions: the sources name causes, not shares. One that cannot be made of
# somebody is drawn again, so the first of January weighs much among the few of whom only the year is known.
IDENTITY_MISTAKES: Final[dict[str, tuple[float, Callable[[Declared, Random], None]]]] = {
    "NAME_WITHOUT_ACCENTS": (5.0, _name_without_accents),
    "NAME_ONE_SYLLABLE": (5.0, _name_one_syllable),
    "NAME_ORDER": (1.5, _name_order),
    "NAME_PART_MISSING": (1.5, _name_part_missing),
    "BIRTH_DAY_MONTH": (2.5, _day_month),
    "BIRTH_DAY": (1.5, _birth_day),
    "BIRTH_YEAR": (1.5, _birth_year),
    "BIRTH_FIRST_OF_JANUARY": (8.0, _birth_first_of_january),
    "SEX": (1.7, _sex),
    "NUMBER_DIGIT": (3.0, _number_digit),
    "NUMBER_NEIGHBOURS": (1.2, _number_neighbours),
}
# Not the facility's mistake: the register itself does not know the person yet (2,579,540 of 73.1 million
# people were “not yet verified” in March 2022; those who fail for this reason are set at two fifths of them).
NOT_IN_REGISTER: Final = "NOT_IN_REGISTER"
NOT_IN_REGISTER_RATE: Final = 0.014


def _number_missing(told: Declared, _: Random) -> None:
    told.number = ""


def _zero_lost(told: Declared, _: Random) -> None:
    if told.number.startswith("0"):
        told.number, told.numeric = told.number.lstrip("0"), True


def _number_short(told: Declared, rng: Random) -> None:
    told.number = told.number[: -rng.randint(1, 2)]


def _number_letters(told: Declared, _: Random) -> None:
    told.number = told.number.replace("0", "O", 1)


def _number_phone(told: Declared, _: Random) -> None:
    told.number = f"0300{told.number[-6:]}"  # a phone number in the wrong column: 10 digits


NUMBER_MISTAKES: Final[dict[str, tuple[float, Callable[[Declared, Random], None]]]] = {
    "NUMBER_MISSING": (7.0, _number_missing),
    "NUMBER_ZERO_LOST": (2.5, _zero_lost),
    "NUMBER_SHORT": (1.2, _number_short),
    "NUMBER_LETTERS": (0.7, _number_letters),
    "NUMBER_PHONE": (0.6, _number_phone),
}


def _day_impossible(typed: DoseFields, rng: Random) -> None:
    typed.day = rng.choice(("31/02/2021", "30/02/2022", "31/11/2021", "00/08/2021", "15/13/2021"))


def _day_future(typed: DoseFields, rng: Random) -> None:
    # A slip of the year that stays in the future whatever day the intake calls today.
    typed.day = f"{rng.choice((2092, 2121, 2201))}-{typed.day[5:].replace('02-29', '02-28')}"


def _day_too_early(typed: DoseFields, _: Random) -> None:
    typed.day = f"2012-{typed.day[5:].replace('02-29', '02-28')}"


def _vaccine_unknown(typed: DoseFields, rng: Random) -> None:
    typed.vaccine = rng.choice(_UNKNOWN_VACCINES)


def _lot_missing(typed: DoseFields, _: Random) -> None:
    typed.lot = ""


def _name_blank(typed: DoseFields, _: Random) -> None:
    typed.name = ""


# Assumptions, in percent of rows: small enough not to hide the two big causes, large enough for a demo to
# show.
ROW_MISTAKES: Final[dict[str, tuple[float, Callable[[DoseFields, Random], None]]]] = {
    "DAY_IMPOSSIBLE": (0.10, _day_impossible),
    "DAY_FUTURE": (0.10, _day_future),
    "DAY_TOO_EARLY": (0.10, _day_too_early),
    "VACCINE_UNKNOWN": (0.15, _vaccine_unknown),
    "LOT_MISSING": (0.40, _lot_missing),
    "NAME_BLANK": (0.05, _name_blank),
}
_ROW_RATE: Final = sum(rate for rate, _ in ROW_MISTAKES.values()) / 100


def _steps(table: dict[str, tuple[float, Callable[..., None]]]) -> tuple[list[str], list[float]]:
    return list(table), list(accumulate(rate for rate, _ in table.values()))


_IDENTITY_STEPS: Final = _steps(IDENTITY_MISTAKES)
_NUMBER_STEPS: Final = _steps(NUMBER_MISTAKES)
_ROW_STEPS: Final = _steps(ROW_MISTAKES)
_RATE_OF_THOSE_REGISTERED: Final = (IDENTITY_RATE - NOT_IN_REGISTER_RATE) / (1 - NOT_IN_REGISTER_RATE)


def mistake_number(told: Declared, rng: Random) -> str:
    """Spoil the number so that nothing can be sent; give the mistake's name."""
    return _spoil(told, rng, NUMBER_MISTAKES, _NUMBER_STEPS)


def mistake_identity(told: Declared, rng: Random) -> str:
    """Make one identity mistake at the rate of reality; give its name, or nothing."""
    if rng.random() >= _RATE_OF_THOSE_REGISTERED:
        return ""
    return _spoil(told, rng, IDENTITY_MISTAKES, _IDENTITY_STEPS)


def mistake_row(typed: DoseFields, rng: Random) -> str:
    """Make one row mistake at its rate; give its name, or nothing."""
    if rng.random() >= _ROW_RATE:
        return ""
    name = rng.choices(_ROW_STEPS[0], cum_weights=_ROW_STEPS[1])[0]
    ROW_MISTAKES[name][1](typed, rng)
    return name


def _spoil(
    told: Declared,
    rng: Random,
    table: dict[str, tuple[float, Callable[[Declared, Random], None]]],
    steps: tuple[list[str], list[float]],
) -> str:
    """Draw mistakes until one changes something: not every one can be made of every person."""
    before = (told.name, told.sex, told.birth, told.number)
    while True:
        name = rng.choices(steps[0], cum_weights=steps[1])[0]
        table[name][1](told, rng)
        if (told.name.upper(), told.sex, told.birth, told.number) != (before[0].upper(), *before[1:]):
            return name


def declare(person: Person, *, old_number: bool) -> Declared:
    """Give what the person truly is, with the old number where they show that card."""
    number = person.passport or (person.cmnd if old_number and person.cmnd else person.cccd)
    return Declared(person.name, person.sex, person.birth, number)
