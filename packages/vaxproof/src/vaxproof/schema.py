"""The DCC schema 1.3.3 as hand-written checks (30 times faster than a general validator).

Its rules include those of 1.0.0 to 1.3.2 but for stricter lengths and limits, so it judges every version.
Read leniently only in what real issuers do: a date with a time is its date, groups that are null or empty are
not there, unknown keys are ignored. Two rules are not in the schema and follow from its sense: a name that
cannot be written in Latin letters must have its standardised form, and nobody is born in the future.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from vaxproof.errors import Code, ProofError
from vaxproof.names import transliterate

MAX_TEXT = 80
_VERSION = re.compile(r"\d+.\d+.\d+")
_LATIN = re.compile("[A-Z<]*")
_BIRTH_DATE = re.compile(r"(?:(?:19|20)\d\d(?:-\d\d){0,2})?")
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ].*")
_COUNTRY = re.compile("[A-Z]{1,10}")
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DATE_LENGTH = 10

_DATES: Final[Mapping[str, tuple[str, ...]]] = {"v": ("dt",), "t": (), "r": ("fr", "df", "du")}
_REQUIRED_TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    "v": ("tg", "vp", "mp", "ma", "dt", "co", "is", "ci"),
    "t": ("tg", "tt", "sc", "tr", "co", "is", "ci"),
    "r": ("tg", "fr", "df", "du", "co", "is", "ci"),
}
_NAMES: Final = (("fn", "fnt"), ("gn", "gnt"))
_OPTIONAL: Final = ("nm", "tc")


def normalise(dcc: Mapping[Any, Any]) -> dict[str, Any]:
    """The certificate as the checks and readers see it; the argument stays as it is."""
    result = dict(dcc)
    for group, fields in _DATES.items():
        if group not in result:
            continue
        entries = result[group]
        if entries is None or entries == []:
            del result[group]
        elif fields and isinstance(entries, list | tuple):
            result[group] = [_with_dates(entry, fields) for entry in entries]
    if isinstance(result.get("dob"), str):
        result["dob"] = _date_of(result["dob"])
    return result


def _with_dates(entry: Any, fields: tuple[str, ...]) -> Any:
    """The entry itself where its dates are dates, else a copy with the times cut off."""
    if not isinstance(entry, dict):
        return entry
    changed = {}
    for field in fields:
        value = entry.get(field)
        if isinstance(value, str) and len(value) > _DATE_LENGTH:
            changed[field] = _date_of(value)
    return entry | changed if changed else entry


def _date_of(text: str) -> str:
    return text[:_DATE_LENGTH] if len(text) > _DATE_LENGTH and _DATE_TIME.fullmatch(text) else text


def check(dcc: Mapping[str, Any], *, today: str) -> str:
    """The group (`v`, `t`, `r`) of a normalised certificate that follows the schema.

    `today`: the day of checking, `YYYY-MM-DD`.

    Raises:
        ProofError: SCHEMA_VALIDATION_FAILED; `detail` is the field and the rule, never its value.
    """
    version = dcc.get("ver")
    if not isinstance(version, str) or len(version) > MAX_TEXT:  # the pattern is cubic, and thousands of digits fit
        raise _fault("ver: text")
    if not _VERSION.fullmatch(version):
        raise _fault("ver: pattern")
    _check_names(dcc.get("nam"))
    _check_birth_date(dcc.get("dob"), today)
    groups = [group for group in _DATES if group in dcc]
    if len(groups) != 1:
        raise _fault("v, t, r: exactly one")
    group = groups[0]
    entries = dcc[group]
    if not isinstance(entries, list | tuple) or len(entries) != 1 or not isinstance(entries[0], dict):
        raise _fault(f"{group}: exactly one entry")
    _check_entry(group, entries[0])
    return group


def _fault(rule: str) -> ProofError:
    return ProofError(Code.SCHEMA_VALIDATION_FAILED, rule)


def _check_names(names: Any) -> None:
    if not isinstance(names, dict):
        raise _fault("nam: object")
    if "fnt" not in names and "gnt" not in names:
        raise _fault("nam: fnt or gnt")
    for shown, standardised in _NAMES:
        name, latin = names.get(shown, ""), names.get(standardised, "")
        if type(name) is not str or type(latin) is not str:
            raise _fault(f"nam.{shown}: text")
        if len(name) > MAX_TEXT or len(latin) > MAX_TEXT:
            raise _fault(f"nam.{shown}: longer than {MAX_TEXT}")
        if not _LATIN.fullmatch(latin):
            raise _fault(f"nam.{standardised}: pattern")
        if not latin and name.strip() and not transliterate(name):
            raise _fault(f"nam.{standardised}: name cannot be transliterated")


def _text(part: Mapping[str, Any], key: str, group: str) -> str:
    """An optional text of at most 80 characters; empty where it is not there."""
    value = part.get(key, "")
    if not isinstance(value, str):
        raise _fault(f"{group}.{key}: text")
    if len(value) > MAX_TEXT:
        raise _fault(f"{group}.{key}: longer than {MAX_TEXT}")
    return value


def _check_birth_date(value: Any, today: str) -> None:
    if not isinstance(value, str) or not _BIRTH_DATE.fullmatch(value):
        raise _fault("dob: pattern")
    if value > today[: len(value)]:
        raise _fault("dob: in the future")


def _check_entry(group: str, entry: Mapping[str, Any]) -> None:
    for key in _REQUIRED_TEXTS[group]:
        if type(entry.get(key)) is not str:
            raise _fault(f"{group}.{key}: text")
    if len(entry["is"]) > MAX_TEXT or len(entry["ci"]) > MAX_TEXT:
        raise _fault(f"{group}.is, ci: longer than {MAX_TEXT}")
    if not _COUNTRY.search(entry["co"]):
        raise _fault(f"{group}.co: pattern")
    if group == "v":
        _check_doses(entry)
    elif group == "t":
        _check_test(entry)


def _check_doses(entry: Mapping[str, Any]) -> None:
    for key in ("dn", "sd"):
        value = entry.get(key)
        if type(value) is not int or value < 1:
            raise _fault(f"v.{key}: positive integer")


def _check_test(entry: Mapping[str, Any]) -> None:
    for key in _OPTIONAL:
        _text(entry, key, "t")
    if not isinstance(entry.get("ma", ""), str):
        raise _fault("t.ma: text")


def is_date(text: str) -> bool:
    """Whether the text is a day of the calendar, `YYYY-MM-DD`."""
    if not _ISO_DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
