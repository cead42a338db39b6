"""Runs that name their people when they begin: corrected doses, passports issued again, honest holders of an order."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection, transaction

from vaxpass.ministry_signing import examining
from vaxpass.ministry_signing.models import Run, RunPerson, Survey
from vaxpass.ministry_signing.rules import ASK_AGAIN_AFTER, STANDING_RUN, RunKind, RunState, Series
from vaxpass.offices.actions import note_act
from vaxpass.records import series
from vaxpass.records.copying import copy_rows

PAGE = 5_000
_PERSON = {"run_id": "int8", "person_id": "int8", "version_id": "int8"}

_CONSIDERED = """
SELECT rp.person_id FROM unnest(%(people)s::bigint[], %(versions)s::bigint[]) AS asked (person_id, version_id)
JOIN ministry_signing_runperson rp ON rp.person_id = asked.person_id AND rp.version_id = asked.version_id
JOIN ministry_signing_run r ON r.id = rp.run_id
WHERE r.kind = %(kind)s AND r.asked_at > %(since)s AND NOT EXISTS (
  SELECT FROM ministry_signing_runitem i JOIN ministry_signing_rundrop d ON d.item_id = i.id
  WHERE i.person_id = rp.person_id AND i.run_id = r.id AND d.code <> 'KEPT_BACK')
"""

_FACILITIES = """
SELECT DISTINCT s.facility_id FROM ministry_signing_runperson rp
JOIN records_versionstate s ON s.person_id = rp.person_id WHERE rp.run_id = %s
"""


def begin(
    officer: tuple[int, int],
    kind: RunKind,
    people: Sequence[tuple[int, int]],
    *,
    now: datetime,
    order_id: int | None = None,
) -> int:
    """Begin a run of named people (person, newest counted version) in the name of (officer, office); give its id."""
    with transaction.atomic():
        run = Run.objects.create(
            kind=kind.value,
            order_id=order_id,
            survey=Survey.objects.create(begun_at=now, for_run=True),
            size_limit=max(1, len(people)),
            prepared_by_id=officer[0],
            asked_at=now,
        )
        copy_rows("ministry_signing_runperson", _PERSON, ((run.pk, *person) for person in people))
        note_act(
            officer_id=officer[0], office_id=officer[1], now=now, verb="ask_for_run", subject=f"run/{run.pk}",
            kind=kind.value, people=len(people), **({"order": order_id} if order_id else {}),
        )  # fmt: skip
    return run.pk


def ready_among(kind: RunKind, people: Collection[int], *, now: datetime) -> list[tuple[int, int]]:
    """Give those of some people who could be in a run of this kind now, each with the newest version that counts.

    Who was put before the approver in the last days and was kept back or refused is left out.
    """
    found = examining.examine(sorted(people), ())
    newest = {one.series.latest.person_id: _newest(one.series) for one in found.ready}
    with connection.cursor() as cursor:
        cursor.execute(
            _CONSIDERED,
            {
                "people": list(newest),
                "versions": list(newest.values()),
                "kind": kind.value,
                "since": now - ASK_AGAIN_AFTER,
            },
        )
        considered = {row[0] for row in cursor.fetchall()}
    return [(person_id, version_id) for person_id, version_id in newest.items() if person_id not in considered]


def _newest(one: Series) -> int:
    return max(dose.version_id for dose in one.counted)


def corrected_people(*, now: datetime) -> list[tuple[int, int]]:
    """Give whom a run of corrected people would take now, at most STANDING_RUN of them."""
    found: list[tuple[int, int]] = []
    after = 0
    while len(found) < STANDING_RUN and (people := series.next_people_with_mended_dose(after, PAGE)):
        found += ready_among(RunKind.CORRECTED, people, now=now)
        after = people[-1]
    return found[:STANDING_RUN]


def waits(kind: RunKind) -> bool:
    """Say whether a run of this kind is being prepared or waits for its approver: the next one waits for it."""
    open_ones = [RunState.PREPARING.value, RunState.PREPARED.value]
    return Run.objects.filter(kind=kind.value, state__in=open_ones).exists()


def run_of_order(order_id: int) -> int | None:
    """Give the run of a revocation order's honest holders, if it has begun."""
    return Run.objects.filter(order_id=order_id).values_list("pk", flat=True).first()


def next_people(run_id: int, after: int, size: int) -> list[int]:
    """List the next people whom a run names, in order of id."""
    rows = RunPerson.objects.filter(run_id=run_id, person_id__gt=after).order_by("person_id")
    return list(rows.values_list("person_id", flat=True)[:size])


def facilities_of(run_id: int) -> list[int]:
    """List the facilities that gave doses to the people whom a run names."""
    with connection.cursor() as cursor:
        cursor.execute(_FACILITIES, [run_id])
        return [row[0] for row in cursor.fetchall()]
