"""The simulated register of people and its rule of comparison. Synthetic people only.

In: a population file (JSON lines: `id_number`, `old_number`, `name`, `sex`, `birth_date`). Out: an outcome.
"""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

from vaxpass.adapters.population import wire
from vaxpass.identity.ports import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_SCHEMA = """
CREATE TABLE person (id_number TEXT PRIMARY KEY, old_number TEXT, name TEXT NOT NULL,
                     sex TEXT NOT NULL, birth_date TEXT NOT NULL) WITHOUT ROWID;
CREATE UNIQUE INDEX person_old_number ON person (old_number) WHERE old_number IS NOT NULL;
"""


class Register:
    """People found by number and compared field by field. Held in memory, about 150 bytes a person."""

    def __init__(self, people: Iterable[dict[str, str]] = ()) -> None:
        # One thread only ever asks at a time; the check is off so that a test's thread may build it.
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        self._database.executescript(_SCHEMA)
        self._database.executemany("INSERT INTO person VALUES (?, ?, ?, ?, ?)", map(_row, people))

    @classmethod
    def from_file(cls, path: Path) -> Register:
        """Load a population file; two people under one number are an `sqlite3.IntegrityError`."""
        return cls(_lines(path))

    def count_people(self) -> int:
        """Count the people in the register."""
        return int(self._database.execute("SELECT count(*) FROM person").fetchone()[0])

    def compare(self, *, id_number: str, old_number: str, name: str, sex: str, birth_date: str) -> Outcome:
        """Compare strictly: name with its accents, sex, birth date (its year, where only a year is asked).

        A full date against somebody of whom only the year is known is a no, as 01/01 typed for them would be.
        """
        person = self._find("id_number", id_number) if id_number else self._find("old_number", old_number)
        if person is None:
            return Outcome.NO_SUCH_PERSON
        known_name, known_sex, known_birth = person
        is_year = len(birth_date) == len("YYYY")
        same_birth = known_birth[:4] == birth_date if is_year else known_birth == birth_date
        same = wire.spoken_name(name) == known_name and sex == known_sex and same_birth
        return Outcome.MATCH if same else Outcome.NO_MATCH

    def _find(self, column: str, number: str) -> tuple[str, str, str] | None:
        query = f"SELECT name, sex, birth_date FROM person WHERE {column} = ?"  # noqa: S608 - two fixed names
        row: tuple[str, str, str] | None = self._database.execute(query, (number,)).fetchone()
        return row


def _row(person: dict[str, str]) -> tuple[str, str | None, str, str, str]:
    name = wire.spoken_name(person["name"])
    return person["id_number"], person["old_number"] or None, name, person["sex"], person["birth_date"]


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
