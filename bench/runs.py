"""A run: PostgreSQL -> sign -> PostgreSQL with log leaves, against raw OpenSSL P-256 signing in the same run.

Run: `python bench/runs.py [PEOPLE PER ROUND]`. Starts the embedded PostgreSQL in a folder of its own. Every person has
two attested doses, which the run certifies. One worker signs a round, then two workers sign one of twice the size.
Rates are by the clock; `cores` is what worker and PostgreSQL used of the processor for it. On a busy machine trust
"a second of processor": passports for each second that worker and PostgreSQL together had a core.
"""

import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

ROUNDS = 3
NOW = datetime(2022, 4, 15, 2, 0, tzinfo=UTC)
LEAST, LEAST_SCALING = 0.20, 1.8
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Measured:
    """One round: passports a second by the clock, and a second of processor."""

    by_clock: float
    by_processor: float


def main() -> int:
    """Measure and print; exit 1 where a ratio is too small."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 16_000
    with tempfile.TemporaryDirectory(prefix="vaxpass-bench-") as folder:
        server = _start(Path(folder))
        try:
            return _measure(Path(folder), people)
        finally:
            server.cleanup()


def _start(folder: Path) -> Any:
    from vaxpass.console.embedded import start_postgres

    server = start_postgres(folder / "postgres")
    os.environ["DATABASE_URL"] = server.get_uri()
    _setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return server


def _setup() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "vaxpass.settings.test"
    import django

    django.setup()


def _measure(folder: Path, people: int) -> int:
    key_file = _make_key(folder)
    ones: list[Measured] = []
    twos: list[Measured] = []
    raws: list[float] = []
    prepared: list[float] = []
    first = 0
    for _ in range(ROUNDS):
        for workers, found in ((1, ones), (2, twos)):
            _enter(first, people * workers)
            first += people * workers
            run_id, seconds = _prepare(key_file)
            prepared.append(people * workers / seconds)
            found.append(_sign(run_id, people * workers, workers, key_file))
        raws.append(_openssl())
    return _print(ones, twos, statistics.median(raws), statistics.median(prepared))


def _print(ones: list[Measured], twos: list[Measured], raw: float, prepared: float) -> int:
    one = statistics.median(m.by_clock for m in ones)
    processor = statistics.median(m.by_processor for m in ones)
    two = statistics.median(m.by_clock for m in twos)
    rows = {
        "raw_openssl_p256": raw,
        "prepare_per_second": prepared,
        "one_worker_per_second": one,
        "one_worker_ratio": one / raw,
        "one_worker_ratio_by_processor": processor / raw,
        "two_workers_per_second": two,
        "two_workers_scaling": two / one,
        "two_workers_processor_a_passport_us": 1e6 / statistics.median(m.by_processor for m in twos),
        "one_worker_processor_a_passport_us": 1e6 / processor,
        "one_worker_with_preparing_ratio": 1 / (1 / one + 1 / prepared) / raw,
    }
    if "--json" in sys.argv:
        print(json.dumps(rows))
    else:
        for name, value in rows.items():
            print(f"{name:36}{value:12,.2f}")
        print(f"limits: one_worker_ratio {LEAST}, two_workers_scaling {LEAST_SCALING}")
    return int(max(one, processor) / raw < LEAST or two / one < LEAST_SCALING)


def _make_key(folder: Path) -> Path:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "VN")])
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), 1, NOW - timedelta(days=1), NOW + timedelta(days=900)
    )
    file = folder / "key.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    return file


def _open_key(file: Path) -> Any:
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from vaxproof import SoftwareSigner

    content = file.read_bytes()
    certificate = x509.load_pem_x509_certificate(content[content.index(b"-----BEGIN CERTIFICATE") :])
    der = certificate.public_bytes(serialization.Encoding.DER)
    signer: Any = SoftwareSigner(serialization.load_pem_private_key(content, None), sha256(der).digest()[:8])  # type: ignore[arg-type]  # our own P-256 key
    signer.certificates = (der,)
    return signer


def _officer(role: str, office: int) -> Any:
    from vaxpass.offices import actions as offices
    from vaxpass.offices.models import Officer
    from vaxpass.offices.queries import get_actor

    found = Officer.objects.filter(username=role).first()
    if found is None:
        offices.enrol_officer(
            username=role, full_name=role, office_id=office, roles=[role], password="bench-bench", now=NOW
        )
        found = Officer.objects.get(username=role)
    return get_actor(found)


def _office(code: str, kind: str) -> int:
    from vaxpass.offices import actions as offices

    return offices.open_office(
        code=code, kind=kind, name_vi=code, name_en=code, opened_on=date(2021, 1, 1),
        facility_class="provincial" if kind == "facility" else "", province_code="40" if kind == "facility" else "",
    )  # fmt: skip


def _enter(first: int, people: int) -> None:
    """Two attested doses for each of some people."""
    from django.db import connection

    from vaxpass.records.actions import move
    from vaxpass.records.facts import DoseFacts, IdentityFacts, Origin, ReceivedDose
    from vaxpass.records.receiving import receive
    from vaxpass.records.states import Verb

    facility = _office("40A01", "facility")
    clerk = _officer("facility_clerk", facility)
    names = ("Nguyễn Thị Hường", "Trần Văn Dũng", "Đặng Đình Đức", "Lê Ngọc Ánh", "Phạm Quốc Khánh")
    for given_on in (date(2021, 9, 6), date(2021, 10, 11)):
        doses = [
            ReceivedDose(
                IdentityFacts(names[n % 5], 1 + n % 2, f"{1950 + n % 50}-05-17", "VN", 1, f"04{n:010d}"),
                DoseFacts("EU/1/20/1528", "FK0112", given_on + timedelta(days=n // 5 % 150)),
            )
            for n in range(first, first + people)
        ]
        versions = list(receive(doses, Origin(facility, clerk.officer_id, facility, NOW)).version_ids.values())
        for verb in (Verb.CONFIRM_IDENTITY, Verb.ATTEST):
            move(versions, verb, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE records_versionstate, records_doseversion, records_identity")


def _prepare(key_file: Path) -> tuple[int, float]:
    from vaxpass.ministry_signing import actions, preparing
    from vaxpass.ministry_signing import queries as runs
    from vaxpass.ministry_signing.rules import RunScope

    ministry = _office("BYT", "ministry")
    run_id = actions.ask_for_run(_officer("ministry_operator", ministry), RunScope(), now=NOW)
    preparing.fix_key(run_id, _open_key(key_file), "Bộ Y tế", now=NOW)
    began = time.perf_counter()
    while preparing.prepare_chunk(run_id, now=NOW):
        pass
    seconds = time.perf_counter() - began
    approver = _officer("ministry_approver", ministry)
    held = list(runs.holds(run_id).values_list("pk", flat=True))
    actions.decide_holds(approver, run_id, held, release=True, now=NOW)
    actions.approve(approver, run_id, now=NOW)
    return run_id, seconds


def _sign(run_id: int, people: int, workers: int, key_file: Path) -> Measured:
    from vaxpass.ministry_signing import queries as runs

    context = multiprocessing.get_context("spawn")
    start, used = context.Barrier(workers + 1), context.Queue()
    crew = [context.Process(target=_work, args=(run_id, key_file, start, used)) for _ in range(workers)]
    for worker in crew:
        worker.start()
    start.wait()
    began = time.perf_counter()
    processor = sum(used.get() for _ in crew)
    took = time.perf_counter() - began
    for worker in crew:
        worker.join()
    run = runs.get_run(run_id)
    assert (run.state, run.recorded) == ("DONE", people), run
    return Measured(people / took, people / processor)


def _work(run_id: int, key_file: Path, start: Any, used: Any) -> None:
    """One worker process: the job's own steps, chunk after chunk."""
    _setup()
    from django.db import connection

    from vaxpass.ministry_signing import queries as runs
    from vaxpass.passports.issuing import issue_chunk

    key, chunks = _open_key(key_file), runs.open_chunks(run_id)
    backend = connection.connection.info.backend_pid
    start.wait()
    before = time.process_time() + _processor_of(backend)
    for chunk_id in chunks:
        issue_chunk(chunk_id, lambda: key, lambda: NOW)
    used.put(time.process_time() + _processor_of(backend) - before)


def _processor_of(process: int) -> float:
    """Seconds of processor that another process has used so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _openssl() -> float:
    command = ["openssl", "speed", "-seconds", "1", "ecdsap256"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-2])


if __name__ == "__main__":
    sys.exit(main())
