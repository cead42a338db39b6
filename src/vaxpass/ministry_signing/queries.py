"""Reading runs and surveys."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from django.db import connection
from django.db.models import QuerySet

from vaxpass.ministry_signing.facts import HoldFacts, ItemFacts, RunFacts, SurveyFacts
from vaxpass.ministry_signing.models import Finding, Run, RunChunk, RunDrop, RunHold, RunItem, Survey
from vaxpass.ministry_signing.rules import RunState
from vaxpass.offices.scope import Refused


def _facts(run: Run) -> RunFacts:
    survey = run.survey
    return RunFacts(
        run.pk, run.state, survey.pk, run.province_code, run.facility_id, run.size_limit, run.prepared_by_id,
        run.asked_at, run.issued_at, run.expires_at, bytes(run.kid), run.algorithm, run.decided_by_id, run.decided_at,
        run.decision_reason, survey.considered, survey.ready, survey.held, survey.reasons, run.recorded, run.dropped,
        run.finished_at, run.trouble, run.trouble_at, run.kind, run.order_id,
    )  # fmt: skip


def get_run(run_id: int) -> RunFacts:
    """Give a run; refuses RUN_UNKNOWN."""
    run = Run.objects.select_related("survey").filter(pk=run_id).first()
    if run is None:
        raise Refused("RUN_UNKNOWN")
    return _facts(run)


def runs() -> QuerySet[Run]:
    """Every run, for tables; `facts_of` turns a page of them into facts."""
    return Run.objects.select_related("survey")


def facts_of(part: Sequence[Run]) -> list[RunFacts]:
    """Give the facts of some runs in their order."""
    return [_facts(run) for run in part]


def count_runs(*states: RunState, not_prepared_by: int | None = None) -> int:
    """Count the runs in some states, leaving out those that one officer prepared."""
    found = Run.objects.filter(state__in=[state.value for state in states])
    return (found if not_prepared_by is None else found.exclude(prepared_by_id=not_prepared_by)).count()


def oldest_run_since(*states: RunState) -> datetime | None:
    """Give since when the oldest run stands in one of the states."""
    found = Run.objects.filter(state__in=[state.value for state in states])
    return found.order_by("asked_at").values_list("asked_at", flat=True).first()


def count_troubled() -> int:
    """Count the approved runs that stand still."""
    return Run.objects.filter(state=RunState.APPROVED.value).exclude(trouble="").count()


def runs_in(state: RunState) -> list[int]:
    """List the runs in a state."""
    return list(Run.objects.filter(state=state.value).order_by("pk").values_list("pk", flat=True))


def open_chunks(run_id: int) -> list[int]:
    """List the chunks of an approved run that are not recorded yet."""
    chunks = RunChunk.objects.filter(run_id=run_id, run__state=RunState.APPROVED.value, recorded_at__isnull=True)
    return list(chunks.order_by("number").values_list("pk", flat=True))


def run_of_chunk(chunk_id: int) -> int:
    """Give the run of a chunk."""
    return RunChunk.objects.values_list("run_id", flat=True).get(pk=chunk_id)


def sample_items(run_id: int, size: int) -> list[ItemFacts]:
    """Give up to `size` prepared items, spread evenly over the run."""
    chunks = list(RunChunk.objects.filter(run_id=run_id).order_by("number"))
    if not chunks:
        return []
    each = -(-size // len(chunks))
    wanted = [item_id for chunk in chunks for item_id in _spread(chunk, each)]
    step = max(1, len(wanted) // size)
    found = RunItem.objects.filter(pk__in=wanted[::step][:size], run_id=run_id).order_by("pk")
    return [
        ItemFacts(
            item.pk, item.run_id, item.person_id, item.facility_id, item.version_id, item.version_ids,
            item.dose_number, item.series_size, item.uvci, bytes(item.payload),
        )
        for item in found
    ]  # fmt: skip


def _spread(chunk: RunChunk, number: int) -> range:
    step = max(1, (chunk.last_item - chunk.first_item + 1) // number)
    return range(chunk.first_item, chunk.last_item + 1, step)[:number]


def holds(run_id: int) -> QuerySet[RunHold]:
    """The held items of a run, for tables."""
    return RunHold.objects.filter(run_id=run_id)


def count_holds(run_id: int, decision: str) -> int:
    """Count the held items of a run with one decision (`RELEASED`, `KEPT`, or empty: none yet)."""
    return RunHold.objects.filter(run_id=run_id, decision=decision).count()


def hold_facts(part: Iterable[RunHold]) -> list[HoldFacts]:
    """Give some holds as facts."""
    return [HoldFacts(hold.item_id, hold.version_id, list(hold.codes), hold.decision) for hold in part]


def count_brakes(run_id: int) -> dict[str, int]:
    """Count the held people of a run by brake."""
    counts: dict[str, int] = {}
    for codes in RunHold.objects.filter(run_id=run_id).values_list("codes", flat=True):
        for code in codes:
            counts[code] = counts.get(code, 0) + 1
    return counts


def drops(run_id: int) -> QuerySet[RunDrop]:
    """The items that left a run, for tables."""
    return RunDrop.objects.filter(run_id=run_id)


def findings(survey_id: int, code: str) -> QuerySet[Finding]:
    """Who is not ready for one reason, for tables."""
    return Finding.objects.filter(survey_id=survey_id, code=code)


def newest_survey() -> SurveyFacts | None:
    """Give the newest finished count of everybody with an attested dose."""
    survey = Survey.objects.filter(for_run=False, finished_at__isnull=False).order_by("-pk").first()
    if survey is None:
        return None
    return SurveyFacts(
        survey.pk, survey.begun_at, survey.finished_at, survey.considered, survey.ready, survey.held, survey.reasons
    )


def survey_under_way() -> int | None:
    """Give the survey that is not finished yet."""
    open_ones = Survey.objects.filter(for_run=False, finished_at__isnull=True)
    return open_ones.order_by("-pk").values_list("pk", flat=True).first()


def counted_versions(item_ids: Collection[int]) -> dict[int, set[int]]:
    """Give the dose versions that each item's passport counts."""
    rows = RunItem.objects.filter(pk__in=item_ids).values_list("pk", "version_ids")
    return {item_id: set(version_ids) for item_id, version_ids in rows}


_SIGNED = """
SELECT r.kid, (c.recorded_at AT TIME ZONE 'UTC')::date, sum(
  (SELECT count(*) FROM ministry_signing_runitem i WHERE i.id BETWEEN c.first_item AND c.last_item AND i.run_id = r.id)
  - (SELECT count(*) FROM ministry_signing_rundrop d
     WHERE d.item_id BETWEEN c.first_item AND c.last_item AND d.run_id = r.id)
)
FROM ministry_signing_runchunk c JOIN ministry_signing_run r ON r.id = c.run_id
WHERE c.recorded_at >= %s GROUP BY 1, 2
"""


def count_signed(since: datetime) -> dict[tuple[bytes, date], int]:
    """Count what runs signed and recorded from a time on, by the key's id and the day in UTC: items without drops."""
    with connection.cursor() as cursor:
        cursor.execute(_SIGNED, [since])
        return {(bytes(kid), day): int(count) for kid, day, count in cursor.fetchall()}


_NO_ITEM = """
SELECT asked.id FROM unnest(%s::bigint[]) AS asked (id) WHERE NOT EXISTS (
  SELECT FROM ministry_signing_runitem i
  JOIN ministry_signing_runchunk c ON c.run_id = i.run_id AND i.id BETWEEN c.first_item AND c.last_item
  WHERE i.id = asked.id AND c.recorded_at IS NOT NULL
    AND NOT EXISTS (SELECT FROM ministry_signing_rundrop d WHERE d.item_id = i.id)
) ORDER BY asked.id LIMIT %s
"""


def not_signed_by_runs(passport_ids: Sequence[int], *, most: int) -> list[int]:
    """Give those of these passports that no run signed and recorded."""
    with connection.cursor() as cursor:
        cursor.execute(_NO_ITEM, [list(passport_ids), most])
        return [id_ for (id_,) in cursor.fetchall()]


_WHY_NONE = """
SELECT i.person_id, d.code FROM ministry_signing_rundrop d JOIN ministry_signing_runitem i ON i.id = d.item_id
WHERE d.run_id = %(run)s AND i.person_id = ANY (%(people)s)
UNION ALL
SELECT f.person_id, min(f.code) FROM ministry_signing_finding f JOIN ministry_signing_run r ON r.survey_id = f.survey_id
WHERE r.id = %(run)s AND f.person_id = ANY (%(people)s) GROUP BY f.person_id
"""


def why_no_passport(run_id: int, person_ids: Sequence[int]) -> dict[int, str]:
    """Say for those of some people who got no passport from a run why not, as a code."""
    with connection.cursor() as cursor:
        cursor.execute(_WHY_NONE, {"run": run_id, "people": list(person_ids)})
        return dict(cursor.fetchall())
