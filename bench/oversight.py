"""Every page of oversight with a whole nation in the database: p50 and p95 of each, and how long a tally takes.

Run: `python bench/oversight.py --folder FOLDER [--visitors N] [--rounds N] [--tallies N] [--json]`, on a folder that
`bench/nation.py build` made and `tally` counted once.

Granian with two workers under the settings of the demo (its officers need no second factor); visitors
(bench/_visitors.py) who are signed in as the ministry, a province or the head of a facility press the next button at
once, one page after the other in an order of chance; style sheets and pictures are not asked for. The tally runs once a
minute meanwhile, as it does in life. All of it shares this machine's processors: the load of others is printed, for the
times hang on it.
"""

import argparse
import asyncio
import json
import os
import random
import secrets
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from _visitors import Tally, Visitor  # type: ignore[import-not-found]  # beside this script
from citizens import _processor  # type: ignore[import-not-found]  # as above

PORT = 8891
HOST = "127.0.0.1"
BIN = Path(sys.executable).parent
LIMIT_P95 = 300.0  # milliseconds
WARM_UP = 2  # rounds that are not counted
ALONE = 10  # times that each page is asked for alone
TOKEN = {"Authorization": "Bearer bench"}  # of the metrics

NEW = "units=new"
PROVINCE_OLD, PROVINCE_NEW = "units=old&level=province&code=40", f"{NEW}&level=province&code=40"
PAGES: dict[str, dict[str, str]] = {
    "ministry": {
        "overview": "/oversight/",
        "overview, old units": "/oversight/?units=old",
        "overview of a province": f"/oversight/?{PROVINCE_NEW}",
        "provinces compared": f"/oversight/units/?{NEW}&by=province",
        "old provinces compared": "/oversight/units/?units=old&by=province",
        "districts of the country": "/oversight/units/?units=old&by=district",
        "facilities of the country": f"/oversight/units/?{NEW}&by=office",
        "classes compared": f"/oversight/units/?{NEW}&by=class",
        "facilities of a province": f"/oversight/units/?{PROVINCE_NEW}&by=office",
        "communes of a province": f"/oversight/units/?{PROVINCE_NEW}&by=commune",
        "causes by province": f"/oversight/causes/?{NEW}",
        "causes in a province": f"/oversight/causes/?{PROVINCE_NEW}",
        "day by day": "/oversight/days/",
        "day by day, a province": f"/oversight/days/?{PROVINCE_OLD}",
        "who is late": "/oversight/late/",
        "times": "/oversight/times/",
        "directives": "/oversight/directives/",
        "weekly reports": "/oversight/weekly/",
        "health of the system": "/oversight/health/",
    },
    "inspector": {
        "inspections": "/oversight/inspections/",
        "risks": "/oversight/risks/",
        "findings": "/oversight/findings/",
        "complaints": "/oversight/complaints/",
        "acts": "/oversight/acts/",
    },
    "province": {
        "overview (province)": "/oversight/",
        "units (province)": "/oversight/units/",
        "causes (province)": "/oversight/causes/",
        "days (province)": "/oversight/days/",
        "late (province)": "/oversight/late/",
        "doses given (province)": "/oversight/given/",
        "acts (province)": "/oversight/acts/",
    },
    "head": {
        "overview (facility)": "/oversight/",
        "causes (facility)": "/oversight/causes/",
        "days (facility)": "/oversight/days/",
        "difficulties (facility)": "/support/mine/",
    },
    "public": {
        "public figures": "/oversight/public/",
        "state of the system": "/support/status/",
        "metrics": "/metrics",
    },
}
OFFICERS = {"ministry": "operator", "inspector": "inspector", "province": "officer.t40", "head": "head.40%"}


def main() -> int:
    """Sign in, serve, visit, count, print."""
    options = _options()
    os.environ["VAXPASS_METRICS_TOKEN"] = "bench"
    from nation import connect  # type: ignore[import-not-found]  # beside this script

    server = connect(options.folder)
    sessions = {who: _session(name) for who, name in OFFICERS.items()}
    counts = _counts()
    with _serving(options.folder) as roots:
        used = asyncio.run(_alone(options, sessions, roots))
        seconds = [_tally() for _ in range(options.tallies)]
        with _counting() as meanwhile:
            tally = asyncio.run(_visit(options, sessions))
    del server
    return _print(options, tally, used, counts, seconds + meanwhile)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--visitors", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=20, help="how often each page is asked for")
    parser.add_argument("--tallies", type=int, default=1, help="tallies that are timed beforehand, alone")
    parser.add_argument("--only", default="", help="pages whose name begins so")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _session(username: str) -> str:
    """A session of an officer, as signing in leaves it."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session

    from vaxpass.offices.models import Officer

    found = Officer.objects.filter(username__startswith=username.rstrip("%"))
    officer = found.order_by("pk").first()
    assert officer is not None, username
    key = secrets.token_hex(16)
    data = {
        SESSION_KEY: str(officer.pk),
        BACKEND_SESSION_KEY: "allauth.account.auth_backends.AuthenticationBackend",
        HASH_SESSION_KEY: officer.get_session_auth_hash(),
    }
    Session.objects.create(session_key=key, session_data=SessionStore().encode(data), expire_date=_tomorrow())
    return key


def _tomorrow() -> datetime:
    return datetime.now(UTC) + timedelta(days=1)


def _counts() -> dict[str, int]:
    from django.db import connection

    tables = ("records_versionstate", "records_person", "offices_office", "records_history", "offices_act")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT "
            + ", ".join(
                f"(SELECT sum(greatest(reltuples, 0))::bigint FROM pg_class c WHERE c.oid = '{table}'::regclass "
                f"OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = '{table}'::regclass))"
                for table in tables
            )
        )
        return dict(zip(tables, cursor.fetchone(), strict=True))


@contextmanager
def _serving(folder: Path) -> Iterator[list[int]]:
    """Give the process numbers of web server and database."""
    from django.core.management import call_command
    from django.db import connections

    call_command("collectstatic", interactive=False, verbosity=0)
    connections.close_all()
    command = [
        str(BIN / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(PORT),
        "--workers", "2", "--blocking-threads", "4", "--no-ws", "vaxpass.wsgi:application",
    ]  # fmt: skip
    with (folder / "bench.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            asyncio.run(_wait(folder))
            yield [process.pid, int((folder / "postgres" / "postmaster.pid").read_text().split()[0])]
        finally:
            process.terminate()
            process.wait(30)


async def _wait(folder: Path) -> None:
    for _ in range(120):
        answer = await Visitor(PORT, Tally(), HOST).ask("start", "/healthz")
        if answer is not None:
            return
        await asyncio.sleep(0.5)
    sys.exit((folder / "bench.log").read_text()[-4000:])


def _tally() -> float:
    from vaxpass.oversight.tally import tally

    began = time.perf_counter()
    tally(datetime.now(UTC))
    return time.perf_counter() - began


@contextmanager
def _counting() -> Iterator[list[float]]:
    """Let the tally run once a minute beside the visitors."""
    took: list[float] = []
    over = threading.Event()

    def count() -> None:
        while not over.wait(60):
            took.append(_tally())

    thread = threading.Thread(target=count, daemon=True)
    thread.start()
    try:
        yield took
    finally:
        over.set()
        thread.join()


async def _alone(options: argparse.Namespace, sessions: dict[str, str], roots: list[int]) -> dict[str, float]:
    """Milliseconds of processor that web server and database together use for each page: the load of others apart."""
    visitor, used = Visitor(PORT, Tally(since=float("inf")), HOST), {}
    for who, name, path in _turns(options):
        visitor.become(sessions.get(who, ""))
        for _ in range(WARM_UP):
            await visitor.ask(name, path, headers=TOKEN)
        before = sum(map(_processor, roots))
        for _ in range(ALONE):
            await visitor.ask(name, path, headers=TOKEN)
        used[name] = 1000 * (sum(map(_processor, roots)) - before) / ALONE
    return used


def _turns(options: argparse.Namespace) -> list[tuple[str, str, str]]:
    return [
        (who, name, path)
        for who, pages in PAGES.items()
        for name, path in pages.items()
        if name.startswith(options.only)
    ]


async def _visit(options: argparse.Namespace, sessions: dict[str, str]) -> Tally:
    tally = Tally(since=float("inf"))
    turns = _turns(options)
    visitors = [Visitor(PORT, tally, HOST) for _ in range(options.visitors)]
    await asyncio.gather(*(_walk(one, turns, sessions, WARM_UP) for one in visitors))
    tally.since = 0.0
    rounds = max(1, options.rounds // options.visitors)
    await asyncio.gather(*(_walk(one, turns, sessions, rounds) for one in visitors))
    return tally


async def _walk(visitor: Visitor, turns: list[tuple[str, str, str]], sessions: dict[str, str], rounds: int) -> None:
    for _ in range(rounds):
        for who, name, path in random.sample(turns, len(turns)):
            visitor.become(sessions.get(who, ""))
            await visitor.ask(name, path, headers=TOKEN)


def _print(
    options: argparse.Namespace, tally: Tally, used: dict[str, float], counts: dict[str, int], tallies: list[float]
) -> int:
    rows = {name: {**_row(times), "processor_ms": used[name]} for name, times in tally.times.items()}
    if options.json:
        told = {"pages": rows, "errors": tally.errors, "counts": counts, "tallies": tallies, "load": os.getloadavg()}
        print(json.dumps(told))
        return int(bool(tally.errors))
    print(", ".join(f"{name} {number:,}" for name, number in counts.items()))
    print(f"{'page':30}{'answers':>9}{'p50 ms':>9}{'p95 ms':>9}{'processor ms':>14}")
    for name, row in sorted(rows.items(), key=lambda one: -one[1]["p95"]):
        print(
            f"{name:30}{row['answers']:9,.0f}{row['p50']:9.0f}{row['p95']:9.0f}{row['processor_ms']:14.0f}{_mark(row)}"
        )
    every = _row([one for times in tally.times.values() for one in times])
    print(f"{'all pages':30}{every['answers']:9,.0f}{every['p50']:9.0f}{every['p95']:9.0f}{_mark(every)}")
    print("tallies (s): " + ", ".join(f"{one:.1f}" for one in tallies))
    print(f"errors: {dict(tally.errors) or 'none'}")
    print(f"{options.visitors} visitors at once, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; "
          f"wanted: p95 < {LIMIT_P95:.0f} ms")  # fmt: skip
    return int(bool(tally.errors))


def _mark(row: dict[str, float]) -> str:
    return "  slow" if row["p95"] >= LIMIT_P95 else ""


def _row(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    at = {share: 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in (0.5, 0.95)}
    return {"answers": len(ordered), "p50": at[0.5], "p95": at[0.95], "mean": 1000 * statistics.mean(ordered)}


if __name__ == "__main__":
    sys.exit(main())
