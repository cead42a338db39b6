"""A synthetic nation straight into PostgreSQL: 63 provinces, their districts and communes, 13,000 offices, N people.

Build: `python bench/nation.py build --folder FOLDER [--people 1000000 | --doses 10000000]`
Tally: `python bench/nation.py tally --folder FOLDER` (what the job of oversight does each minute)
Serve: `python bench/nation.py serve --folder FOLDER [--port 8890]` (migrates, tallies once, prints the address)
Env:   `python bench/nation.py env --folder FOLDER` (variables for any other command on that database)

Who signs in: operator, approver, inspector, it, admin; officer.t40 (a province's), agent.cn40, officer.h001 (a
district's), clerk.…, signer.…, head.… with a facility's code in small letters, head.40x04291 for one; the password of
all is printed. No second factor is asked for.

The rows are made by the statements of bench/nation_sql, in their order, with triggers, foreign keys and secondary
indexes out of the way while they run. People are invented: names from a short list, numbers that nobody has. What is
not there: leaves of the public log, signatures that verify, pictures of reports. So no worker of all queues should run
on it: the monitor would rightly cry. `serve` starts one for the queue of oversight alone.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

BIN = Path(sys.executable).parent
SQL = Path(__file__).parent / "nation_sql"
PASSWORD = "ho-chieu-vac-xin"
DOSES_A_PERSON = 2.45
FILLED = (
    "records_person", "records_identity", "records_doseversion", "records_versionstate", "records_history",
    "records_look", "identity_confirmation", "identity_check", "offices_act", "facility_signing_batch",
    "passports_passport", "reports_report", "reports_reportstep",
)  # fmt: skip
PARTITIONED = ("records_history", "records_look", "offices_act", "identity_check", "passports_logleaf")

_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
WHERE i.indrelid = ANY (%s::text[]::regclass[])
  AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""


def main() -> int:
    """Build, tally, serve, or tell the environment."""
    options = _options()
    server = _connect(options.folder)
    if options.command == "build":
        _build(int(options.people or options.doses / DOSES_A_PERSON))
    elif options.command == "tally":
        _tally()
    elif options.command == "serve":
        return _serve(options)
    for name in (
        "DJANGO_SETTINGS_MODULE",
        "DATABASE_URL",
        "VAXPASS_STATE",
        "VAXPASS_SEALING_KEYS",
        "VAXPASS_LOOKUP_KEY",
        "VAXPASS_SECRET_KEY",
    ):
        print(f"export {name}='{os.environ[name]}'")
    del server
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["build", "tally", "serve", "env"])
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--people", type=int)
    parser.add_argument("--doses", type=int, default=2_450_000)
    parser.add_argument("--port", type=int, default=8890)
    return parser.parse_args()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def connect(folder: Path) -> Any:
    """Join the server whose data lie in `folder` (it keeps running), set the environment, and start Django on it."""
    from vaxpass.console.embedded import start_postgres

    server = start_postgres(folder / "postgres", keep_running=True)
    os.environ.update(
        {
            "DJANGO_SETTINGS_MODULE": os.environ.get("VAXPASS_BENCH_SETTINGS", "vaxpass.settings.local"),
            "DATABASE_URL": server.get_uri(),
            "VAXPASS_STATE": str(folder),
            "VAXPASS_SECRET_KEY": "bench-" * 10,
            "VAXPASS_SEALING_KEYS": "33" * 32,
            "VAXPASS_LOOKUP_KEY": "44" * 32,
        }
    )
    import django

    from vaxpass.console.locales import compile_locales

    compile_locales(Path(__file__).parents[1] / "locale")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return server


_connect = connect


# Building -------------------------------------------------------------------------------------------------------------


def _build(people: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    call_command("createcachetable", verbosity=0)
    began = time.perf_counter()
    with connection.cursor() as cursor:
        _prepare(cursor, people)
        _part(cursor)
        dropped = _drop_indexes(cursor)
        for file in sorted(SQL.glob("*.sql")):
            _timed(file.stem, lambda file=file: cursor.execute(file.read_text()))
        _timed("indexes", lambda: [cursor.execute(one) for one in dropped])
        _timed("ends", lambda: _finish(cursor))
        cursor.execute("SELECT (SELECT count(*) FROM records_versionstate), pg_database_size(current_database())")
        versions, size = cursor.fetchone()
    _say(f"{people:,} people, {versions:,} versions of doses, {size / 1e9:.1f} GB, {time.perf_counter() - began:.0f} s")
    _say(f"password of every officer: {PASSWORD}")


def _timed(name: str, act: Any) -> None:
    began = time.perf_counter()
    act()
    _say(f"  {name}: {time.perf_counter() - began:.0f} s")


def _prepare(cursor: Any, people: int) -> None:
    from django.contrib.auth.hashers import make_password

    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        cursor.execute(f"ALTER SYSTEM SET {name} = off")
    cursor.execute("ALTER SYSTEM SET max_wal_size = '8GB'")
    cursor.execute("SELECT pg_reload_conf()")
    settings = {
        "nation.people": people,
        "nation.acts": min(max(people // 20_000, 20), 60),
        "nation.now": datetime.now(UTC).isoformat(),
        "nation.password": make_password(PASSWORD),
        "session_replication_role": "replica",
        "work_mem": "512MB",
        "maintenance_work_mem": "1GB",
        "jit": "off",
    }
    for name, value in settings.items():
        cursor.execute("SELECT set_config(%s, %s, false)", [name, str(value)])
    _seal(cursor)


def _seal(cursor: Any) -> None:
    """A thousand sealed numbers and phones that all people share, so that pages can open them."""
    from vaxpass.records.sealing import seal
    from vaxpass.reports.claims import to_json
    from vaxpass.reports.rules import Claimed

    cursor.execute(
        "CREATE UNLOGGED TABLE nation_sealed (pick int PRIMARY KEY, number bytea, phone bytea, claimed bytea)"
    )
    rows = [
        (n, seal(f"0009{n:08d}"), seal(f"09000{n:05d}"), seal(to_json(Claimed(full_name="Nguyễn Thị Mẫu"))))
        for n in range(1000)
    ]
    cursor.executemany("INSERT INTO nation_sealed VALUES (%s, %s, %s, %s)", rows)


def _part(cursor: Any) -> None:
    for table in PARTITIONED:
        cursor.execute("SELECT vaxpass_make_partitions(%s::regclass, '2021-03-01', 72)", [table])


def _drop_indexes(cursor: Any) -> list[str]:
    """Drop the secondary indexes; give the statements that make them again."""
    cursor.execute(_INDEXES, [list(FILLED)])
    found = cursor.fetchall()
    for name, _ in found:
        cursor.execute(f"DROP INDEX {name}")
    return [statement for _, statement in found]


def _finish(cursor: Any) -> None:
    """Sequences after the highest ids; statistics and the visibility map as autovacuum would leave them."""
    cursor.execute("SET session_replication_role = origin")
    cursor.execute(
        "SELECT a.attrelid::regclass::text, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
        "WHERE a.attidentity <> '' AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
    )
    for table, column in cursor.fetchall():
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), "
            f"(SELECT coalesce(max({column}), 0) + 1 FROM {table}))"
        )
    cursor.execute("VACUUM ANALYZE")


# Using ----------------------------------------------------------------------------------------------------------------


def _tally() -> None:
    from vaxpass.oversight.tally import tally

    _timed("tally", lambda: tally(now=datetime.now(UTC)))


def _serve(options: argparse.Namespace) -> int:
    from django.core.management import call_command
    from django.db import connections

    call_command("collectstatic", interactive=False, verbosity=0)
    connections.close_all()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    web = [str(BIN / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(options.port),
           "--workers", "1", "--blocking-threads", "4", "--no-ws", "vaxpass.wsgi:application"]  # fmt: skip
    worker = [str(BIN / "vaxpass"), "procrastinate", "worker", "--queues", "oversight"]
    with (options.folder / "output.log").open("ab") as log:
        started = [subprocess.Popen(one, stdout=log, stderr=log) for one in (web, worker)]
        print(
            f"http://127.0.0.1:{options.port}/  (operator, inspector, it, officer.t40, head.40x04291 …; "
            f"password {PASSWORD}); Ctrl-C ends it"
        )
        try:
            return started[0].wait()
        except KeyboardInterrupt:
            return 0
        finally:
            for one in started:
                one.terminate()


if __name__ == "__main__":
    sys.exit(main())
