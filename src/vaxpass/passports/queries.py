"""Reading passports and the log."""

from collections.abc import Generator, Iterator, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet
from vaxproof.envelope import cose
from vaxproof.issue import to_hc1
from vaxproof.signer import ES256_BYTES, Algorithm

from vaxpass.passports.facts import LeafFacts, PassportFacts, RevokedFacts
from vaxpass.passports.models import LogCounter, LogLeaf, Passport
from vaxpass.passports.rules import LeafKind, Status, leaf_bytes


def _facts(passport: Passport) -> PassportFacts:
    return PassportFacts(
        passport.pk, passport.uvci, passport.person_id, passport.disease, passport.version_id, passport.facility_id,
        passport.dose_number, passport.series_size, bytes(passport.kid), passport.algorithm, bytes(passport.cose),
        passport.issued_at, passport.expires_at, passport.recorded_at, passport.status, passport.status_since,
        passport.status_reason,
    )  # fmt: skip


def find_passport(passport_id: int) -> PassportFacts | None:
    """Give a passport by its number; pages go through access.access_passport, which checks the scope."""
    passport = Passport.objects.filter(pk=passport_id).first()
    return None if passport is None else _facts(passport)


def find_by_uvci(uvci: str) -> PassportFacts | None:
    """Give a passport by its identifier."""
    passport = Passport.objects.filter(uvci=uvci).first()
    return None if passport is None else _facts(passport)


def passports_of(person_id: int) -> list[PassportFacts]:
    """Give every passport of a person, newest first."""
    live = Passport.objects.filter(person_id=person_id, status=Status.LIVE)
    ended = Passport.objects.filter(person_id=person_id).exclude(status=Status.LIVE)
    return [_facts(passport) for passport in sorted([*live, *ended], key=lambda passport: -passport.pk)]


def live_passport_of(person_id: int) -> PassportFacts | None:
    """Give the live passport of a person, expired or not."""
    passport = Passport.objects.filter(person_id=person_id, status=Status.LIVE).first()
    return None if passport is None else _facts(passport)


def passports() -> QuerySet[Passport]:
    """Every passport, for tables; `facts_of` turns a page of them into facts."""
    return Passport.objects.all()


def facts_of(part: Sequence[Passport]) -> list[PassportFacts]:
    """Give the facts of some passports in their order."""
    return [_facts(passport) for passport in part]


def hc1_text(passport: PassportFacts) -> str:
    """The text of the QR code."""
    return to_hc1(passport.cose)


_REVOKED = """
COPY (
  SELECT id, uvci, kid, algorithm, cose, expires_at FROM passports_passport
  WHERE status = {status} AND expires_at > '{now}' ORDER BY status_since, id
) TO STDOUT (FORMAT BINARY)
"""


def stream_revoked(now: datetime) -> Generator[RevokedFacts, None, None]:
    """Give every revoked passport that has not expired, in the order of their revocations; memory stays flat.

    One statement, so one moment of the database. COPY takes no parameters; both values are ours, not anybody's text.
    """
    statement = _REVOKED.format(status=int(Status.REVOKED), now=now.isoformat())
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(["int8", "varchar", "bytea", "varchar", "bytea", "timestamptz"])
        for passport_id, uvci, kid, algorithm, signed, expires_at in copy.rows():
            yield RevokedFacts(passport_id, uvci, kid, Algorithm(algorithm), _signature(signed, algorithm), expires_at)


def _signature(signed: bytes, algorithm: str) -> bytes:
    """The last member of a COSE_Sign1; that of ES256 is always as long."""
    return signed[-ES256_BYTES:] if algorithm == Algorithm.ES256 else cose.decode(signed).signature


def log_size() -> int:
    """Say how many leaves the log has."""
    return LogCounter.objects.values_list("size", flat=True).first() or 0


def leaves(first: int, limit: int) -> list[LeafFacts]:
    """Give the log's leaves from a position on, in order."""
    rows = LogLeaf.objects.filter(position__gte=first, position__lt=first + limit).order_by("position")
    return [_leaf(row) for row in rows]


_LEAVES = """
COPY (
  SELECT position, kind, kid, day, digest FROM passports_logleaf
  WHERE position >= {first} AND position < {end} ORDER BY position
) TO STDOUT (FORMAT BINARY)
"""


def stream_leaves(first: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Give position and canonical bytes of the leaves from `first` to before `end`; memory stays flat."""
    statement = _LEAVES.format(first=int(first), end=int(end))  # COPY takes no parameters
    kinds = {kind.value: kind for kind in LeafKind}
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(["int8", "int2", "bytea", "date", "bytea"])
        for position, kind, kid, day, digest in copy.rows():
            yield position, leaf_bytes(digest, kinds[kind], kid, day)


def leaves_of(passport_id: int) -> list[LeafFacts]:
    """Give what the log says of one passport: its issue and, perhaps, its revocation."""
    return [_leaf(row) for row in LogLeaf.objects.filter(passport_id=passport_id).order_by("position")]


def _leaf(row: LogLeaf) -> LeafFacts:
    return LeafFacts(
        row.position, row.at, row.kind, bytes(row.kid), row.day, bytes(row.digest), bytes(row.hash), row.passport_id
    )
