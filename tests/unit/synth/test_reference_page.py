"""The reader's table of mistakes is the table of the code."""

import re
from pathlib import Path

from vaxpass.synth import mistakes

PAGE = (Path(__file__).parents[3] / "docs/reference/synthetic-data.md").read_text(encoding="utf-8")
PERCENT = dict(re.findall(r"^\| `([A-Z_]+)` \| ([0-9.]+) % \|", PAGE, re.MULTILINE))
WEIGHTS = dict(re.findall(r"^\| `([A-Z_]+)` \| ([0-9.]+) \|", PAGE, re.MULTILINE))


def test_every_weight_stands_on_the_page():
    tables = mistakes.IDENTITY_MISTAKES | mistakes.NUMBER_MISTAKES | mistakes.ROW_MISTAKES
    assert {name: float(weight) for name, weight in WEIGHTS.items()} == {
        name: weight for name, (weight, _) in tables.items()
    }


def test_every_rate_stands_on_the_page():
    rates = {name: round(float(rate) / 100, 4) for name, rate in PERCENT.items()}
    assert rates == {
        "NOT_ENTERED": mistakes.NOT_ENTERED_RATE,
        "NOT_IN_REGISTER": mistakes.NOT_IN_REGISTER_RATE,
        "TWO_FACILITIES": mistakes.TWO_FACILITIES_RATE,
        "DUPLICATE_WITHIN": mistakes.DUPLICATE_WITHIN_RATE,
        "DUPLICATE_ACROSS": mistakes.DUPLICATE_ACROSS_RATE,
    }
    assert f"{mistakes.IDENTITY_RATE * 100:.1f} %" in PAGE
    assert f"{mistakes.NUMBER_RATE * 100:.2f} %" in PAGE
