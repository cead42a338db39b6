"""Intake of 100,000 rows against a plain COPY of the very rows it wrote, in the same run (design.md section 8).

Run: `python bench/intake.py [ROWS]`. Needs the environment of `make`: starts the embedded PostgreSQL by itself, in a
folder of its own that is removed at the end. One core: PostgreSQL and this process take turns.
"""

import os
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vaxpass.offices.scope import Actor

TABLES = (
    "intake_upload", "intake_uploadpart", "intake_rowfinding", "records_person", "records_identity",
    "records_versionstate", "records_doseversion", "records_history",
)  # fmt: skip
LIMIT = 0.25


def main() -> None:
    """Generate a file, take it in, copy the same rows plainly, print the ratio."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory(prefix="vaxpass-bench-") as folder:
        server = _start(Path(folder))
        try:
            _measure(Path(folder), rows)
        finally:
            server.cleanup()


def _start(folder: Path) -> Any:
    from vaxpass.console.embedded import start_postgres

    server = start_postgres(folder / "postgres")
    os.environ["DATABASE_URL"] = server.get_uri()
    os.environ["DJANGO_SETTINGS_MODULE"] = "vaxpass.settings.test"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    return server


def _measure(folder: Path, rows: int) -> None:
    """Measure a spreadsheet and a text file of as many rows; each against the plain COPY of its own rows."""
    for kind in (".xlsx", ".csv"):
        content = _file(folder, rows, kind)
        taken = _take_in(content, kind)
        copied = _copy_plainly()
        ratio = f"ratio {copied / taken:.3f} limit {LIMIT}"
        print(f"intake {kind} rows {rows} seconds {taken:.2f} plain COPY {copied:.2f} {ratio}")
        _begin_anew()


def _begin_anew() -> None:
    """Empty what one file filled, so that the next meets none of its people."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DROP TABLE plain_{table}")
            cursor.execute(f"TRUNCATE {table} CASCADE")
        cursor.execute("DROP TABLE kept_parts")


def _file(folder: Path, rows: int, kind: str) -> bytes:
    """Invent one facility's file of that many rows, with the mistakes of reality."""
    from vaxpass.synth import DEMO_FACILITIES, SynthPlan, generate

    facilities = DEMO_FACILITIES[: 1 if kind == ".xlsx" else 2]  # the second facility keeps its doses as text
    people = min(1_000_000, (rows // 2 + 2_000) * len(facilities))
    plan = SynthPlan(seed=7, people=people, today=date(2022, 9, 1), facilities=facilities, rows_per_file=rows)
    generate(plan, folder / kind)
    return max((folder / kind / "files").glob(f"*{kind}"), key=lambda file: file.stat().st_size).read_bytes()


def _take_in(content: bytes, kind: str) -> float:
    """Stage, check and store one file, as the desk and the worker do."""
    from vaxpass.intake import actions
    from vaxpass.intake.models import Upload
    from vaxpass.intake.queries import mapping_of

    actor, now = _clerk(), datetime.now(UTC)
    began = time.perf_counter()
    upload_id = actions.stage(actor, content=content, file_name=f"bench{kind}", now=now)
    staged = time.perf_counter()
    actions.map_columns(actor, upload_id, mapping_of(Upload.objects.get(pk=upload_id)))
    actions.check(upload_id, now=now)
    checked = time.perf_counter()
    _keep_sheet()
    kept = time.perf_counter() - checked
    actions.confirm(actor, upload_id, states_foreigners=True, now=now)
    stored = actions.store(upload_id, now=now)
    taken = time.perf_counter() - began - kept
    phases = f"stage {staged - began:.2f} check {checked - staged:.2f} store {taken - (checked - began):.2f}"
    print(f"{phases} stored {stored} of {Upload.objects.get(pk=upload_id).rows} rows, file {len(content):,} bytes")
    return taken


def _keep_sheet() -> None:
    """Put the sealed parts aside before storing deletes them: the plain COPY writes them too."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept_parts AS SELECT * FROM intake_uploadpart")


def _clerk() -> "Actor":
    from vaxpass.offices import actions as offices
    from vaxpass.offices.queries import get_actor_by_id

    office_id = offices.open_office(
        code="40A01", kind="facility", name_vi="Cơ sở mẫu", name_en="Demo facility",
        opened_on=date(2021, 1, 1), facility_class="provincial", province_code="40",
    )  # fmt: skip
    officer_id = offices.enrol_officer(
        username=f"bench-{time.perf_counter_ns()}", full_name="Bench", office_id=office_id,
        roles=["facility_clerk"], password="bench-bench-bench", now=datetime.now(UTC),
    )  # fmt: skip
    return get_actor_by_id(officer_id)


def _copy_plainly() -> float:
    """Binary COPY of the same rows into empty tables of the same columns and indexes; the time of the copying in."""
    from django.db import connection

    total = 0.0
    with connection.cursor() as cursor:
        for table in TABLES:
            source = "kept_parts" if table == "intake_uploadpart" else table
            cursor.execute(f"CREATE TABLE plain_{table} (LIKE {table} INCLUDING DEFAULTS INCLUDING INDEXES)")
            with cursor.copy(f"COPY (SELECT * FROM {source}) TO STDOUT (FORMAT BINARY)") as copy:
                blocks = [bytes(block) for block in copy]
            began = time.perf_counter()
            with cursor.copy(f"COPY plain_{table} FROM STDIN (FORMAT BINARY)") as copy:
                for block in _joined(blocks):
                    copy.write(block)
            took = time.perf_counter() - began
            total += took
            print(f"  COPY {table} {took:.2f} s, {sum(map(len, blocks)):,} bytes")
    return total


def _joined(blocks: list[bytes], size: int = 1 << 17) -> list[bytes]:
    whole = b"".join(blocks)
    return [whole[at : at + size] for at in range(0, len(whole), size)]


if __name__ == "__main__":
    main()
