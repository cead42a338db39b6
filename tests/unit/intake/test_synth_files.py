"""Every form of file of the synthetic nation is read; refused rows are those where a mistake was planted."""

import csv
import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from vaxpass.intake.columns import guess_mapping, missing_columns
from vaxpass.intake.parse.isolated import read_file
from vaxpass.intake.rules import Reading, read_row
from vaxpass.synth import SynthPlan, generate


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nation")
    generate(SynthPlan(seed=3, people=700, today=date(2022, 9, 1)), folder)
    return folder


def readings(path: Path) -> list[Reading]:
    read = read_file(path.read_bytes(), most_bytes=10_000_000, most_rows=10_000)
    mapping = guess_mapping(read.headers)
    assert missing_columns(mapping) == []
    assert len(mapping) == 13
    return [
        read_row(
            number, {c: cells[at] if at < len(cells) else None for c, at in mapping.items()}, today=date(2022, 9, 1)
        )
        for chunk in read.chunks
        for number, cells in json.loads(chunk)
    ]


def test_every_form_is_read_and_exactly_the_planted_rows_are_refused(nation: Path) -> None:
    with (nation / "truth.csv").open(encoding="utf-8") as file:
        truth = {(one["file"], one["row"]): one for one in csv.DictReader(file)}
    files = sorted((nation / "files").iterdir())
    assert Counter(path.suffix for path in files) == {".xlsx": 4, ".csv": 4}
    rows = 0
    for path in files:
        for reading in readings(path):
            planted = truth[path.name, str(reading.row)]
            assert (reading.dose is None) == (planted["intake"] == "REFUSED"), (planted, reading.findings)
            rows += 1
    assert rows == sum(1 for one in truth.values() if one["file"])
