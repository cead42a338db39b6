"""What people type about themselves, read into the forms of the records. Pure.

Any letter case, with or without accents; `17/5/1990`, `17-05-1990`, `17051990`, `1990`; numbers with spaces, points or
dashes; phones with `+84`. Refuses FIND_NAME_MISSING, FIND_BIRTH_UNREADABLE, FIND_NUMBER_UNREADABLE.
"""

import re
import unicodedata
from datetime import date
from typing import Final

from vaxpass.citizens.matching import Details
from vaxpass.intake.dates import DayUnreadable, read_birth
from vaxpass.notices.rules import normal_phone
from vaxpass.offices.scope import Refused
from vaxpass.records.names import fold_name, tidy_name

_LONGEST: Final = 100
_EIGHT_DIGITS: Final = re.compile(r"(\d{2})(\d{2})(\d{4})")
_BARE_NUMBER: Final = re.compile(r"\d+(\.\d*)?")
_YEAR: Final = re.compile(r"(?:19|20)\d{2}")
_SIGNS: Final = re.compile(r"[\s.\-/()]")
_ID_NUMBER: Final = re.compile(r"\d{9}|\d{12}")
_OTHER_NUMBER: Final = re.compile(
    r"(?=.*\d)(?=.*[A-Z])[A-Z0-9]{5,20}|\d{5,12}"
)  # passports, and odd numbers of records


def read_details(name: str, birth: str, number: str, *, today: date) -> Details:
    """Read the three fields of the search; see the module for what is refused."""
    id_number, phone = read_number(number)
    return Details(read_name(name), read_birth_date(birth, today=today), id_number, phone)


def read_name(text: str) -> str:
    """Give a name tidy; refuses FIND_NAME_MISSING for what has no letters."""
    name = tidy_name(_plain(text))
    if not any(letter.isalpha() for letter in fold_name(name)) or len(name) > _LONGEST:
        raise Refused("FIND_NAME_MISSING")
    return name


def read_birth_date(text: str, *, today: date) -> str:
    """Give a birth date as YYYY-MM-DD, or YYYY; refuses FIND_BIRTH_UNREADABLE."""
    plain = " ".join(_plain(text).split())
    if eight := _EIGHT_DIGITS.fullmatch(plain):
        plain = "/".join(eight.groups())
    elif _BARE_NUMBER.fullmatch(plain) and not _YEAR.fullmatch(plain):
        raise Refused("FIND_BIRTH_UNREADABLE")  # a spreadsheet would take it for a serial number; people type no such
    try:
        birth = read_birth(plain)
    except DayUnreadable:
        raise Refused("FIND_BIRTH_UNREADABLE") from None
    if not "1900" <= birth <= today.isoformat()[: len(birth)]:
        raise Refused("FIND_BIRTH_UNREADABLE")
    return birth


def read_number(text: str) -> tuple[str, str]:
    """Give (ID or passport number, phone), each empty where the text cannot be one; refuses FIND_NUMBER_UNREADABLE."""
    bare = _SIGNS.sub("", _plain(text)).upper()
    phone = _phone(bare)
    number = bare if _ID_NUMBER.fullmatch(bare) or (not phone and _OTHER_NUMBER.fullmatch(bare)) else ""
    if not number and not phone:
        raise Refused("FIND_NUMBER_UNREADABLE")
    return number, phone


def _phone(bare: str) -> str:
    without_zero = len(bare) == 9 and not bare.startswith("0")  # noqa: PLR2004 -- a mobile number's nine digits
    try:
        return normal_phone("0" + bare if without_zero else bare)
    except Refused:
        return ""


def _plain(text: str) -> str:
    """Full-width digits and letters become plain ones; what cannot be seen goes."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text) if sign.isprintable() or sign.isspace())
