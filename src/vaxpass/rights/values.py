"""The values of the copy, and what reads them: codes with their words, offices by name, one person's versions once."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TypeVar

from django.utils.functional import lazy
from django.utils.translation import get_language, gettext_lazy

from vaxpass.offices.queries import OfficeFacts, facility_names
from vaxpass.passports.facts import PassportFacts
from vaxpass.passports.queries import passports_of
from vaxpass.records.facts import VersionFacts
from vaxpass.records.queries import versions_of_people
from vaxpass.rights.keeping import Text


@dataclass(frozen=True, slots=True)
class Coded:
    """A stored code with its words."""

    code: str | int
    words: Text


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo: JPEG."""

    content: bytes


Value = str | int | bool | date | datetime | Coded | Picture | None
Entry = Mapping[str, Value]


class Reader:
    """Reads about some people; what several sections need is read once. `now` decides what has expired."""

    def __init__(self, person_ids: tuple[int, ...], now: datetime) -> None:
        self.person_ids = person_ids
        self.now = now

    @cached_property
    def versions(self) -> list[VersionFacts]:
        """Every version of every dose."""
        return versions_of_people(self.person_ids)

    @cached_property
    def passports(self) -> list[PassportFacts]:
        """Every passport, ended ones too."""
        return [passport for person_id in self.person_ids for passport in passports_of(person_id)]


@dataclass(frozen=True, slots=True)
class Spec:
    """A section as it is declared: its columns by name, and what reads its entries."""

    name: str
    label: Text
    why: Text
    columns: Mapping[str, Text]
    read: Callable[[Reader], Iterator[Entry]]


class Offices:
    """Names of offices by id, asked for once."""

    def __init__(self, ids: Iterable[int | None]) -> None:
        self._facts = facility_names({office_id for office_id in ids if office_id})

    def named(self, office_id: int | None) -> Value:
        """Give an office as its code with its name in the reader's language; None where no office acted."""
        office = self._facts.get(office_id or 0)
        return Coded(office.code, _name(office)) if office else None


def _name(office: OfficeFacts) -> Text:
    name: Text = lazy(lambda: office.name(get_language() or "vi"), str)()
    return name


Code = TypeVar("Code", str, int)


def coded(code: Code, known: Mapping[Code, Text]) -> Value:
    """Give a code with its words; a code without words stands for itself."""
    return Coded(code, known.get(code, str(code)))


def said(code: str) -> Value:
    """Give a refusal's or reason's code with its sentence from the locale files."""
    return Coded(code, gettext_lazy(code)) if code else None
