import csv
import json
from collections import defaultdict
from datetime import date
from types import SimpleNamespace

import pytest
from python_calamine import CalamineWorkbook

from vaxpass.synth import DEMO_FACILITIES, SynthPlan, generate
from vaxpass.synth.layouts import LAYOUTS

TODAY = date(2022, 9, 1)
PEOPLE = 3_000


def layout_of(file_name):
    codes = [facility.code for facility in DEMO_FACILITIES]
    return LAYOUTS[codes.index(file_name[:5]) % len(LAYOUTS)]


def read_rows(path):
    """All rows of a file as the sheet shows them, blank ones too, values as the reader gives them."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file, delimiter=layout_of(path.name).delimiter))
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    return sheet.to_python(skip_empty_area=False)


@pytest.fixture(scope="session")
def nation(tmp_path_factory):
    """A generated nation, read back: report, truth by file and row, rows by file, register file."""
    folder = tmp_path_factory.mktemp("nation")
    report = generate(SynthPlan(seed=7, people=PEOPLE, today=TODAY), folder)
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = list(csv.DictReader(file))
    by_file: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)
    for fact in truth:
        if fact["file"]:
            by_file[fact["file"]][int(fact["row"])] = fact
    rows = {name: read_rows(folder / "files" / name) for name in report.files}
    register = [json.loads(line) for line in (folder / "population.jsonl").read_text(encoding="utf-8").splitlines()]
    return SimpleNamespace(folder=folder, report=report, truth=truth, by_file=by_file, rows=rows, register=register)
