"""Generates a nation: facility files, the matching population file, and the truth about every row.

In: a plan and a folder. Out, in the folder: `files/` (one or more a facility), `population.jsonl` (for the
simulator), `truth.csv` (what was planted where) and `summary.json`. Same plan, same bytes.
"""

from __future__ import annotations

import csv
import json
from collections import Counter, deque
from contextlib import ExitStack
from copy import copy
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING, Final, Self

from vaxpass.synth import mistakes
from vaxpass.synth.files import FacilityFiles
from vaxpass.synth.layouts import LAYOUTS, Record
from vaxpass.synth.people import People, Person
from vaxpass.synth.vaccines import Dose, draw_doses

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from random import Random

    from vaxpass.synth.plan import SynthPlan

TRUTH_COLUMNS: Final = ("file", "row", "person", "dose", "mistakes", "intake", "identity")
_PROGRESS_EVERY: Final = 1_000  # people
_LATER: Final = (3, 40)  # rows until a duplicate appears again in its file


@dataclass(frozen=True, slots=True)
class SynthReport:
    """What was written: rows by planted mistake, and by what the intake and the comparison should say."""

    people: int
    rows: int
    registered: int
    files: tuple[str, ...]
    mistakes: dict[str, int]
    intake: dict[str, int]
    identity: dict[str, int]


@dataclass(slots=True)
class _Entry:
    """A record on its way into a file, with the truth about it."""

    record: Record
    person: int
    planted: list[str]
    intake: str
    identity: str


class _Facility:
    """A facility's files, and the duplicates that wait to be typed again some rows later."""

    def __init__(self, files: FacilityFiles, truth: _Truth) -> None:
        self._files = files
        self._truth = truth
        self._waiting: deque[tuple[int, _Entry]] = deque()
        self._count = 0

    def append(self, entry: _Entry) -> None:
        self._write(entry)
        while self._waiting and self._waiting[0][0] <= self._count:
            self._write(self._waiting.popleft()[1])

    def append_later(self, entry: _Entry, rows: int) -> None:
        self._waiting.append((self._count + rows, entry))

    def close(self) -> None:
        while self._waiting:
            self._write(self._waiting.popleft()[1])
        self._files.close()

    def _write(self, entry: _Entry) -> None:
        self._count += 1
        written = self._files.append(entry.record)
        self._truth.note(written.file, str(written.row), entry)


class _Truth:
    """The manifest of planted mistakes: a row for each row of each file, and for each dose never entered."""

    def __init__(self, file: IO[str]) -> None:
        self._writer = csv.writer(file, lineterminator="\n")
        self._writer.writerow(TRUTH_COLUMNS)
        self.rows = 0
        self.mistakes: Counter[str] = Counter()
        self.intake: Counter[str] = Counter()
        self.identity: Counter[str] = Counter()

    def note(self, file: str, row: str, entry: _Entry) -> None:
        self.rows += 1
        self.mistakes.update(entry.planted)
        self.intake[entry.intake] += 1
        self.identity[entry.identity] += 1
        planted = " ".join(entry.planted)
        fields = (file, row, entry.person, entry.record.dose, planted, entry.intake, entry.identity)
        self._writer.writerow(fields)

    def note_not_entered(self, person: Person, dose: Dose) -> None:
        self.mistakes["NOT_ENTERED"] += 1
        self._writer.writerow(("", "", person.place, dose.number, "NOT_ENTERED", "", ""))


class _Nation:
    """Everything open while a plan is written."""

    def __init__(self, plan: SynthPlan, folder: Path) -> None:
        (folder / "files").mkdir(parents=True, exist_ok=True)
        self._plan = plan
        self._open = ExitStack()
        self._population = self._open_text(folder / "population.jsonl")
        self.truth = _Truth(self._open_text(folder / "truth.csv"))
        self.files = [
            FacilityFiles(one, LAYOUTS[at % len(LAYOUTS)], folder / "files", seed=plan.seed, most=plan.rows_per_file)
            for at, one in enumerate(plan.facilities)
        ]
        self._facilities = [_Facility(files, self.truth) for files in self.files]
        self.registered = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for facility in self._facilities:
            facility.close()
        self._open.close()

    def _open_text(self, path: Path) -> IO[str]:
        return self._open.enter_context(path.open("w", encoding="utf-8", newline=""))

    def add(self, person: Person, rng: Random) -> None:
        """Register a person, vaccinate them, and type it in."""
        is_absent = not person.passport and rng.random() < mistakes.NOT_IN_REGISTER_RATE
        if not person.passport and not is_absent:
            self._register(person)
        doses = draw_doses(rng, person.birth_year, today=self._plan.today)
        has_number = bool(person.passport) or rng.random() >= mistakes.NUMBER_RATE
        is_split = len(self._facilities) > 1 and len(doses) > 1 and rng.random() < mistakes.TWO_FACILITIES_RATE
        cut = rng.randrange(1, len(doses)) if is_split else len(doses)
        visit = _Visit(person, rng, is_absent=is_absent, has_number=has_number)
        self._type(visit, doses[:cut], person.home, split=is_split)
        if is_split:
            self._type(visit, doses[cut:], self._other(person.home, rng), split=True)

    def _register(self, person: Person) -> None:
        self.registered += 1
        fields = {
            "id_number": person.cccd,
            "old_number": person.cmnd,
            "name": person.name.upper(),
            "sex": person.sex,
            "birth_date": person.birth,
        }
        self._population.write(json.dumps(fields, ensure_ascii=False, separators=(",", ":")) + "\n")

    def _other(self, home: int, rng: Random) -> int:
        return (home + rng.randrange(1, len(self._facilities))) % len(self._facilities)

    def _type(self, visit: _Visit, doses: list[Dose], facility: int, *, split: bool) -> None:
        """Type a person's doses at one facility: told once, typed dose by dose."""
        rng = visit.rng
        # With two facilities the first saw the old card, the second the new one.
        at_home = facility == visit.person.home
        told, planted, identity = visit.tell(old_number=at_home and (split or rng.random() < _OLD_CARD_SHARE))
        planted += ["TWO_FACILITIES"] if split else []
        for dose in doses:
            if rng.random() < mistakes.NOT_ENTERED_RATE:
                self.truth.note_not_entered(visit.person, dose)
                continue
            site = self._plan.facilities[facility].name_vi
            entry = _enter(visit, told, dose, site)
            entry.planted, entry.identity = planted + entry.planted, identity
            self._facilities[facility].append(entry)
            if entry.intake == "ACCEPTED":
                self._repeat(entry, facility, rng)

    def _repeat(self, entry: _Entry, facility: int, rng: Random) -> None:
        """Type some doses twice: later in the same file, or at another facility."""
        draw = rng.random()
        if draw < mistakes.DUPLICATE_WITHIN_RATE:
            self._facilities[facility].append_later(_again(entry, "DUPLICATE_WITHIN"), rng.randint(*_LATER))
        elif draw < mistakes.DUPLICATE_WITHIN_RATE + mistakes.DUPLICATE_ACROSS_RATE and len(self._facilities) > 1:
            other = self._other(facility, rng)
            self._facilities[other].append(_again(entry, "DUPLICATE_ACROSS"))


_OLD_CARD_SHARE: Final = 0.5  # of those who hold both numbers, shown at the only facility they went to


class _Visit:
    """A person as facilities meet them."""

    def __init__(self, person: Person, rng: Random, *, is_absent: bool, has_number: bool) -> None:
        self.person = person
        self.rng = rng
        self._is_absent = is_absent
        self._has_number = has_number

    def tell(self, *, old_number: bool) -> tuple[mistakes.Declared, list[str], str]:
        """Tell a facility who one is: what it noted, the mistakes in it, what the comparison will say."""
        told = mistakes.declare(self.person, old_number=old_number)
        if self.person.passport:
            return told, [], "EXEMPT"
        if not self._has_number:
            return told, [mistakes.mistake_number(told, self.rng)], "UNSENDABLE"
        planted = [mistakes.NOT_IN_REGISTER] if self._is_absent else []
        mistake = "" if self._is_absent else mistakes.mistake_identity(told, self.rng)
        planted += [mistake] if mistake else []
        return told, planted, "FAIL" if planted else "MATCH"


def _enter(visit: _Visit, told: mistakes.Declared, dose: Dose, site: str) -> _Entry:
    """Type one dose, perhaps with a mistake for which the intake refuses the row."""
    person, rng = visit.person, visit.rng
    typed = mistakes.DoseFields(told.name, dose.day.isoformat(), rng.choice(dose.product.typed), dose.lot)
    mistake = mistakes.mistake_row(typed, rng)
    record = Record(
        name=typed.name,
        birth=told.birth,
        sex=told.sex,
        nationality=person.nationality,
        number=told.number,
        number_is_numeric=told.numeric,
        phone=person.phone,
        address=person.address,
        dose=dose.number,
        day=typed.day,
        vaccine=typed.vaccine,
        lot=typed.lot,
        site=site,
        group=person.group,
    )
    return _Entry(record, person.place, [mistake] if mistake else [], "REFUSED" if mistake else "ACCEPTED", "")


def _again(entry: _Entry, kind: str) -> _Entry:
    again = copy(entry)
    again.planted = [*entry.planted, kind]
    again.intake = "DUPLICATE"
    return again


def generate(
    plan: SynthPlan, out_dir: Path, *, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> SynthReport:
    """Write the nation of `plan` into `out_dir`; tell `progress(people done, people in all)` at times."""
    people = People(plan)
    with _Nation(plan, out_dir) as nation:
        for place in range(plan.people):
            nation.add(*people.draw(place))
            if (place + 1) % _PROGRESS_EVERY == 0:
                progress(place + 1, plan.people)
    progress(plan.people, plan.people)
    report = _report(plan, nation)
    (out_dir / "summary.json").write_text(json.dumps(asdict(report), indent=1) + "\n", encoding="utf-8")
    return report


def _report(plan: SynthPlan, nation: _Nation) -> SynthReport:
    truth = nation.truth
    return SynthReport(
        people=plan.people,
        rows=truth.rows,
        registered=nation.registered,
        files=tuple(path.name for files in nation.files for path in files.paths),
        mistakes=dict(sorted(truth.mistakes.items())),
        intake=dict(sorted(truth.intake.items())),
        identity=dict(sorted(truth.identity.items())),
    )
