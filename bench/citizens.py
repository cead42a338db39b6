"""Citizens' pages under 200 visitors at a time, with a hundred thousand passports in the database.

Run: `python bench/citizens.py [--passports N] [--visitors N] [--seconds N] [--reading SECONDS] [--json]`.
Everything in folders of its own: the embedded PostgreSQL, granian with two workers under the settings of production (as
in docs/runbooks/install.md), one worker of the jobs, and the visitors (bench/_visitors.py). All of it shares this
machine's processors; what the visitors themselves take of them is printed. No SMS gateway is set: jobs find the person,
make the code and seal the message, and it waits.

Each visitor looks himself up (form with a proof of work solved beforehand, then the page of the code), and opens record
and passport (QR) of somebody who showed who he is. `--reading`: mean seconds between two pages; 0 means that all
visitors press the next button at once, so that the times are those of a full queue. Style sheets and pictures are not
asked for. On a busy machine trust "processor a page": milliseconds of processor that web server and database together
used for one page, asked for alone.
"""

import argparse
import asyncio
import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from _visitors import HOST, Plan, Tally, Visitor, visit  # type: ignore[import-not-found]  # beside this script

PORT = 8890
BIN = Path(sys.executable).parent
TICKS = os.sysconf("SC_CLK_TCK")
NAMES = ("Nguyễn Thị Hường", "Trần Văn Dũng", "Đặng Đình Đức", "Lê Ngọc Ánh", "Phạm Quốc Khánh")
PART = 20_000  # people received and walked at a time
SESSIONS = 4_000
ALONE = 40  # times that each page is asked for alone
LIMIT_P95 = 1.0  # seconds; printed beside the outcome, never a failure: the machine is shared


def main() -> int:
    """Build, start, visit, print."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="vaxpass-bench-") as name:
        folder = Path(name)
        server = _begin(folder)
        try:
            _say(f"building {options.passports:,} people with passports …")
            began = time.perf_counter()
            _build(options.passports, folder)
            _say(f"built in {time.perf_counter() - began:.0f} s; starting the web server and the worker …")
            with _running(folder) as roots:
                return _measure(options, {**roots, "database": _postmaster(folder)})
        finally:
            server.cleanup()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--passports", type=int, default=100_000)
    parser.add_argument("--visitors", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--reading", type=float, default=5.0)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


# What is there --------------------------------------------------------------------------------------------------------


def _begin(folder: Path) -> Any:
    """Start PostgreSQL; set everything that production needs in the environment; migrate."""
    from vaxpass.console.embedded import start_postgres

    server = start_postgres(folder / "postgres")
    os.environ.update(
        {
            "DJANGO_SETTINGS_MODULE": "vaxpass.settings.production",
            "DATABASE_URL": server.get_uri(),
            "VAXPASS_STATE": str(folder),
            "VAXPASS_HOSTS": HOST,
            "VAXPASS_PUBLIC_HOST": HOST,
            "VAXPASS_SECRET_KEY": secrets.token_urlsafe(60),
            "VAXPASS_SEALING_KEYS": secrets.token_hex(32),
            "VAXPASS_LOOKUP_KEY": secrets.token_hex(32),
            "VAXPASS_LOG_ORIGIN": "bench.vaxpass.invalid/log",
            "VAXPASS_MINISTRY_KEY": "pkcs12",
            "VAXPASS_PUBLISHER_KEY": "pkcs12",
            "VAXPASS_LOG_KEY": "pkcs12",
        }
    )
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    return server


def _build(passports: int, folder: Path) -> None:
    from django.db import connection

    now = datetime.now(UTC) - timedelta(hours=1)
    facility, ministry = _office("40A01", "facility"), _office("BYT", "ministry")
    clerk = _officer("facility_clerk", facility)
    for first in range(0, passports, PART):
        _enter(range(first, min(first + PART, passports)), facility, clerk.officer_id, now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    _issue(ministry, _key(folder), now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("SELECT count(*) FROM passports_passport")
        _say(f"passports: {cursor.fetchone()[0]:,}")


def _enter(serials: range, facility: int, clerk: int, now: datetime) -> None:
    """Two attested doses for each of some people, by the set-based ways of the stations."""
    from vaxpass.records.actions import move
    from vaxpass.records.facts import DoseFacts, IdentityFacts, Origin, ReceivedDose
    from vaxpass.records.receiving import receive
    from vaxpass.records.states import Verb

    for given_on in (date(2021, 9, 6), date(2021, 10, 11)):
        doses = [
            ReceivedDose(
                IdentityFacts(NAMES[n % 5], 1 + n % 2, f"{1950 + n % 50}-05-17", "VN", 1, _number(n), _phone(n)),
                DoseFacts("EU/1/20/1528", "FK0112", given_on + timedelta(days=n // 5 % 150)),
            )
            for n in serials
        ]
        versions = list(receive(doses, Origin(facility, clerk, facility, now)).version_ids.values())
        for verb in (Verb.CONFIRM_IDENTITY, Verb.ATTEST):
            move(versions, verb, now=now)


def _number(n: int) -> str:
    return f"04{n:010d}"


def _phone(n: int) -> str:
    return f"09{n:08d}"


def _issue(ministry: int, key: Any, now: datetime) -> None:
    from vaxpass.ministry_signing import actions, preparing
    from vaxpass.ministry_signing import queries as runs
    from vaxpass.ministry_signing.rules import RunScope
    from vaxpass.passports.issuing import issue_chunk

    run_id = actions.ask_for_run(_officer("ministry_operator", ministry), RunScope(), now=now)
    preparing.fix_key(run_id, key, "Bộ Y tế", now=now)
    while preparing.prepare_chunk(run_id, now=now):
        pass
    approver = _officer("ministry_approver", ministry)
    actions.decide_holds(approver, run_id, list(runs.holds(run_id).values_list("pk", flat=True)), release=True, now=now)
    for chunk_id in actions.approve(approver, run_id, now=now):
        issue_chunk(chunk_id, lambda: key, lambda: now)


def _key(folder: Path) -> Any:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from vaxproof import SoftwareSigner

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "VN")])
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=900)
    )
    der = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    (folder / "ministry.der").write_bytes(der)
    signer: Any = SoftwareSigner(key, sha256(der).digest()[:8])
    signer.certificates = (der,)
    return signer


def _officer(role: str, office: int) -> Any:
    from vaxpass.offices import actions as offices
    from vaxpass.offices.models import Officer
    from vaxpass.offices.queries import get_actor

    now = datetime.now(UTC)
    offices.enrol_officer(
        username=role, full_name=role, office_id=office, roles=[role], password="bench-bench", now=now
    )
    return get_actor(Officer.objects.get(username=role))


def _office(code: str, kind: str) -> int:
    from vaxpass.offices import actions as offices

    return offices.open_office(
        code=code, kind=kind, name_vi=code, name_en=code, opened_on=date(2021, 1, 1),
        facility_class="provincial" if kind == "facility" else "", province_code="40" if kind == "facility" else "",
    )  # fmt: skip


def _sessions() -> list[str]:
    """Sessions of citizens who showed who they are, each another person of the hundred thousand."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.db import connection

    from vaxpass.citizens.rules import Citizen, Proof
    from vaxpass.desks.citizen.guard import SESSION_KEY

    now, store = datetime.now(UTC), SessionStore()
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id FROM passports_passport ORDER BY random() LIMIT %s", [SESSIONS])
        people = [row[0] for row in cursor.fetchall()]
    made = [
        Session(
            session_key=secrets.token_hex(16),
            session_data=store.encode({SESSION_KEY: Citizen(frozenset({one}), Proof.PHONE, now).to_session()}),
            expire_date=now + timedelta(hours=1),
        )
        for one in people
    ]
    Session.objects.bulk_create(made)
    return [one.session_key for one in made]


def _works(number: int) -> list[str]:
    """Solved proofs of work, as captcha.js would send them; with the answer near the beginning, to cost us less."""
    import base64

    import altcha

    from vaxpass.desks.citizen import captcha

    captcha._FEWEST, captcha._MORE = 1, 1  # noqa: SLF001 -- the server checks all alike
    now, solved = datetime.now(UTC), []
    for _ in range(number):
        challenge = json.loads(captcha.ask(now).work)
        solution = altcha.solve_challenge(altcha.Challenge.from_dict(challenge))
        assert solution is not None
        payload = {"challenge": challenge, "solution": solution.to_dict()}
        solved.append(base64.b64encode(json.dumps(payload).encode()).decode())
    return solved


# What runs ------------------------------------------------------------------------------------------------------------


@contextmanager
def _running(folder: Path) -> Iterator[dict[str, int]]:
    """Granian and one worker, as processes of their own; give their process numbers."""
    from django.db import connections

    connections.close_all()
    commands = {
        "web server": [
            str(BIN / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(PORT),
            "--workers", "2", "--blocking-threads", "4", "--no-ws", "vaxpass.wsgi:application",
        ],
        "worker": [str(BIN / "vaxpass"), "procrastinate", "worker", "--concurrency", "2"],
    }  # fmt: skip
    with (folder / "output.log").open("wb") as log:
        started = {name: subprocess.Popen(one, stdout=log, stderr=log) for name, one in commands.items()}
        try:
            _wait(folder)
            yield {name: process.pid for name, process in started.items()}
        finally:
            for process in started.values():
                process.terminate()
            for process in started.values():
                process.wait(30)


def _wait(folder: Path) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{PORT}/citizen/", headers={"Host": HOST, "X-Forwarded-Proto": "https"}
    )
    for _ in range(120):
        try:
            with urllib.request.urlopen(request, timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    sys.exit((folder / "output.log").read_text()[-4000:])


def _postmaster(folder: Path) -> int:
    return int((folder / "postgres" / "postmaster.pid").read_text().split()[0])


def _processor(root: int) -> float:
    """Seconds of processor of a process, of what it started, and of what of that has ended."""
    parents: dict[int, int] = {}
    used: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(fields[1])
            used[int(entry.name)] = sum(map(int, fields[11:15])) / TICKS
    family = {root}
    while grown := {child for child, parent in parents.items() if parent in family} - family:
        family |= grown
    return sum(used.get(one, 0.0) for one in family)


# What comes of it -----------------------------------------------------------------------------------------------------


def _measure(options: argparse.Namespace, roots: dict[str, int]) -> int:
    sessions, details = _sessions(), _details(options.passports)
    visits = options.visitors * (options.seconds + 20) / max(4 * options.reading, 1.5)
    works = _works(int(min(visits, 20_000)) + ALONE)
    plan = Plan(PORT, options.visitors, options.seconds, 15.0, options.reading, sessions, details, works)
    alone = asyncio.run(_alone(plan, roots))
    _say(f"{options.visitors} visitors for {options.seconds:.0f} s …")
    before = {name: _processor(root) for name, root in roots.items()}
    began, own = time.perf_counter(), time.process_time()
    tally = asyncio.run(visit(plan))
    took = time.perf_counter() - began
    shares = {name: (_processor(root) - before[name]) / took for name, root in roots.items()}
    shares["visitors"] = (time.process_time() - own) / took
    return _print(options, tally, alone, shares)


def _details(passports: int) -> list[dict[str, str]]:
    """What people type: most are in the records, every tenth is nobody."""
    found = []
    for n in range(0, passports, max(1, passports // 20_000)):
        number = _number(n) if n % 10 else f"04{10**9 + n:010d}"
        found.append({"name": NAMES[n % 5], "birth": f"17/5/{1950 + n % 50}", "number": number, "by": "sms"})
    return found


async def _alone(plan: Plan, roots: dict[str, int]) -> dict[str, float]:
    """Milliseconds of processor of web server and database for each page, asked for by one visitor alone."""
    visitor = Visitor(plan.port, Tally(since=time.perf_counter()))
    pages = {
        "look-up: the form": "/citizen/find/",
        "my record": "/citizen/record/",
        "my passport (QR)": "/citizen/passport/",
    }
    found = {}
    for page, path in pages.items():
        spent = []
        for _ in range(3):
            before = sum(_processor(roots[name]) for name in ("web server", "database"))
            for n in range(ALONE):
                visitor.become(plan.sessions[n])
                await visitor.ask(page, path)
            after = sum(_processor(roots[name]) for name in ("web server", "database"))
            spent.append(1000 * (after - before) / ALONE)
        found[page] = statistics.median(spent)
    return found


def _print(options: argparse.Namespace, tally: Tally, alone: dict[str, float], shares: dict[str, float]) -> int:
    rows = {page: _row(times, alone.get(page)) for page, times in tally.times.items()}
    asked = sum(len(times) for times in tally.times.values())
    if "--json" in sys.argv:
        print(json.dumps({"pages": rows, "errors": tally.errors, "processors": shares, "answers": asked}))
    else:
        print(f"{'page':28}{'answers':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'processor a page ms':>21}")
        for page, row in rows.items():
            used = f"{row['processor_ms']:21.1f}" if row["processor_ms"] is not None else " " * 21
            print(f"{page:28}{row['answers']:9,.0f}{row['p50']:9.0f}{row['p95']:9.0f}{row['p99']:9.0f}{used}")
        print(f"{asked / options.seconds:.1f} answers a second; errors: {dict(tally.errors) or 'none'}")
        print("processors used: " + ", ".join(f"{name} {share:.2f}" for name, share in shares.items()))
        print(
            f"of {os.cpu_count()}; others on this machine: load {os.getloadavg()[0]:.1f}. Wanted: p95 < {LIMIT_P95} s"
        )
    return int(bool(tally.errors))


def _row(times: list[float], processor_ms: float | None) -> dict[str, Any]:
    ordered = sorted(times)

    def at(share: float) -> float:
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    return {
        "answers": len(ordered),
        "p50": at(0.50),
        "p95": at(0.95),
        "p99": at(0.99),
        "processor_ms": processor_ms,
    }


if __name__ == "__main__":
    sys.exit(main())
