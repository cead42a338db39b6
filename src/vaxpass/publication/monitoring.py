"""The monitor: does the log say what the database says, and do the published files say what the log says?

It looks at everything that came since it last looked, and whole when told to. Counts over the whole tables are cheap
and taken each time; where they do not fit, the rows that do not fit are searched for. What it finds becomes an alarm.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from django.db import transaction
from vaxproof.log.checkpoint import Checkpoint

from vaxpass.ministry_signing.queries import count_signed, not_signed_by_runs
from vaxpass.passports import log as rows
from vaxpass.passports.rules import LeafKind
from vaxpass.publication import locks
from vaxpass.publication.alarms import AlarmFacts, Finding, report
from vaxpass.publication.models import LeafTally, MonitorState
from vaxpass.publication.queries import altered, overdue
from vaxpass.publication.rules import Lateness
from vaxpass.publication.watched_files import FILE_KINDS, Watched, look_at_files

MOST: Final = 500
"""Things of one kind that one look names: a log that is wrong everywhere is reported, not listed."""

COUNTS_DIFFER: Final = "COUNTS_DIFFER"
ISSUED_OUTSIDE_RUNS: Final = "ISSUED_OUTSIDE_RUNS"
ROW_KINDS: Final = frozenset({*rows.Fault, COUNTS_DIFFER, ISSUED_OUTSIDE_RUNS})
PROMISE_KINDS: Final = frozenset(Lateness)
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_Counts = Counter[tuple[bytes, date, int]]


@dataclass(frozen=True, slots=True)
class Seen:
    """Where the monitor stands. `tally`: leaves up to `position`; `checkpoint`: the published one held good."""

    position: int
    tally: _Counts
    checkpoint: Checkpoint
    seen_at: datetime | None


def watch(watched: Watched, now: datetime, *, whole: bool = False) -> list[AlarmFacts]:
    """Look, and raise or end alarms; give those that are new. Call it outside any transaction.

    Waits while another monitor looks. `whole`: from the first leaf and the first tile on; only then are alarms about
    rows and files ended, if what they tell of is gone.
    """
    with locks.only_one(locks.MONITOR):
        seen = _recall(watched.policy.origin)
        found, position, tally = _look_at_rows(seen, now, whole=whole)
        files, checkpoint = look_at_files(watched, seen.checkpoint, whole=whole)
        found += files + _look_at_promises(watched, now)
        looked_for = PROMISE_KINDS | (ROW_KINDS | FILE_KINDS if whole else frozenset())
        with transaction.atomic():
            _remember(Seen(position, tally, checkpoint, now))
            return report(found, looked_for=looked_for, now=now)


def _look_at_rows(seen: Seen, now: datetime, *, whole: bool) -> tuple[list[Finding], int, _Counts]:
    """Compare leaves, passports and runs; give also how far, and the tally up to there.

    The totals are of one moment; leaves below its size are there to stay, so what is read later fits them.
    """
    since = _EVER if whole else _day_before(min(seen.seen_at or now, now))
    signed_before = count_signed(since)
    totals = rows.totals()
    first = 0 if whole or seen.position > totals.size else seen.position
    tally = Counter(seen.tally) if first else Counter()
    found: list[Finding] = []
    for start, end in rows.windows(first, totals.size):
        tally += rows.tally(start, end).counts
        found += _look_at_window(start, end)
    found += _look_at_totals(totals, rows.Tally(tally), whole=whole)
    found += _look_at_counts(tally, since.date(), signed_before, count_signed(since))
    return found, totals.size, tally


def _day_before(at: datetime) -> datetime:
    return datetime.combine(at.astimezone(UTC).date() - timedelta(days=1), datetime.min.time(), UTC)


def _look_at_window(start: int, end: int) -> list[Finding]:
    misfits = [*rows.misfits_of_leaves(start, end, most=MOST), *rows.repeated_leaves(start, end, most=MOST)]
    outside = not_signed_by_runs(rows.issued_between(start, end), most=MOST)
    return [*_named(misfits), *(Finding(ISSUED_OUTSIDE_RUNS, f"passport/{id_}", {"passport": id_}) for id_ in outside)]


def _look_at_totals(totals: rows.Totals, tally: rows.Tally, *, whole: bool) -> list[Finding]:
    """Search for what does not fit where a total does not; where nothing can be named, say that they differ."""
    issued, revoked = tally.of_kind(LeafKind.ISSUE), tally.of_kind(LeafKind.REVOKE)
    found: list[Finding] = []
    if whole or (totals.passports, totals.revoked) != (issued, revoked):
        found += _named(rows.passports_without_leaf(most=MOST))
    if whole or not totals.leaves == totals.end == totals.size:
        found += _named([*rows.leaves_beyond(most=MOST), *rows.gaps(0, totals.size, most=MOST)])
    if not found and (totals.passports, totals.revoked, totals.leaves) != (issued, revoked, totals.size):
        facts = {"passports": totals.passports, "revoked": totals.revoked, "leaves": totals.leaves}
        found.append(Finding(COUNTS_DIFFER, "totals", {**facts, "issue_leaves": issued, "revoke_leaves": revoked}))
    return found


def _look_at_counts(
    tally: _Counts, since: date, before: dict[tuple[bytes, date], int], after: dict[tuple[bytes, date], int]
) -> list[Finding]:
    """By key and day: runs may go on while we count, so leaves must lie between what they had signed and have now."""
    leaves = {(kid, day): count for (kid, day, kind), count in tally.items() if kind == LeafKind.ISSUE and day >= since}
    return [
        Finding(
            COUNTS_DIFFER,
            f"{key[0].hex()}/{key[1]}",
            {"key_id": key[0].hex(), "day": f"{key[1]}", "leaves": leaves.get(key, 0), "signed": after.get(key, 0)},
        )
        for key in sorted(leaves.keys() | after.keys())
        if not before.get(key, 0) <= leaves.get(key, 0) <= after.get(key, 0)
    ]


def _named(misfits: list[rows.Misfit]) -> Iterator[Finding]:
    for fault, passport_id, position in misfits:
        subject = f"passport/{passport_id}" if position is None else f"leaf/{position}"
        known = {"passport": passport_id, "position": position}
        yield Finding(fault.value, subject, {name: value for name, value in known.items() if value is not None})


def _look_at_promises(watched: Watched, now: datetime) -> list[Finding]:
    late = [*overdue(now, watched.directory), *altered(watched.directory, list(watched.publishers), now)]
    return [Finding(one.why.value, one.document, {"since": one.since.isoformat()} if one.since else {}) for one in late]


def _recall(origin: str) -> Seen:
    state = MonitorState.objects.filter(pk=1).first() or MonitorState()
    tally = Counter({(bytes(row.kid), row.day, row.kind): row.count for row in LeafTally.objects.all()})
    checkpoint = Checkpoint(origin, state.checkpoint_size, bytes(state.checkpoint_root))
    return Seen(state.position, tally, checkpoint, state.seen_at)


def _remember(seen: Seen) -> None:
    MonitorState.objects.update_or_create(
        pk=1,
        defaults={
            "position": seen.position,
            "checkpoint_size": seen.checkpoint.size,
            "checkpoint_root": seen.checkpoint.root,
            "seen_at": seen.seen_at,
        },
    )
    LeafTally.objects.all().delete()
    LeafTally.objects.bulk_create(
        LeafTally(kid=kid, day=day, kind=kind, count=count) for (kid, day, kind), count in seen.tally.items()
    )
