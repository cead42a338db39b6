"""`vaxpass synth`: the command line of this room; the console calls `add_arguments` and `run`."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from vaxpass.synth.generation import generate
from vaxpass.synth.plan import DEMO_FACILITIES, FacilityPlan, SynthPlan

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument("out_dir", type=Path, help="folder to write into; made if it is missing")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same bytes")
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--today", type=date.fromisoformat, default=date(2022, 9, 1), help="YYYY-MM-DD")
    parser.add_argument("--rows-per-file", type=int, default=50_000)


def run(
    options: argparse.Namespace,
    *,
    say: Callable[[str], None],
    facilities: Sequence[FacilityPlan] = DEMO_FACILITIES,
) -> int:
    """Generate, tell the progress through `say`, and give the exit code."""
    try:
        plan = SynthPlan(
            seed=options.seed,
            people=options.people,
            today=options.today,
            facilities=tuple(facilities),
            rows_per_file=options.rows_per_file,
        )
    except ValueError as error:
        say(str(error))
        return 64
    began = time.perf_counter()
    report = generate(plan, options.out_dir, progress=lambda done, of: say(f"{done:,} / {of:,}"))
    rate = report.rows / (time.perf_counter() - began)
    say(f"{report.rows:,} rows in {len(report.files)} files, {rate:,.0f} rows/s: {options.out_dir}")
    return 0
