"""Reading demands and consents."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db.models import Count, QuerySet

from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.records.sealing import open_seal
from vaxpass.rights.facts import ConsentFacts, DemandFacts, StepFacts
from vaxpass.rights.models import Consent, Demand, DemandStep
from vaxpass.rights.rules import Answer, Kind, Matter, Purpose, Status, Step


def demands(actor: Actor) -> QuerySet[Demand]:
    """List the demands that an officer answers, for tables. Refuses RIGHT_MISSING."""
    check_may(actor, Permission.RIGHTS_ANSWER)
    return Demand.objects.exclude(kind=Kind.COPY)


def count_open(actor: Actor) -> int:
    """Count the demands that wait for an answer."""
    return Demand.objects.filter(status=Status.OPEN).count() if actor.may(Permission.RIGHTS_ANSWER) else 0


def count_late(actor: Actor, now: datetime) -> int:
    """Count the demands that should have been answered."""
    check_may(actor, Permission.RIGHTS_ANSWER)
    return Demand.objects.filter(status=Status.OPEN, due_at__lte=now).count()


def get_demand(actor: Actor, demand_id: int) -> DemandFacts:
    """Give a demand to who answers it. Refuses RIGHT_MISSING, DEMAND_UNKNOWN."""
    found = facts_of(demands(actor).filter(pk=demand_id))
    if not found:
        raise Refused("DEMAND_UNKNOWN")
    return found[0]


def demands_of(person_ids: Collection[int]) -> list[DemandFacts]:
    """Give the demands about some people, newest first."""
    return facts_of(Demand.objects.filter(person_ids__overlap=sorted(person_ids)).order_by("-opened_at", "-pk"))


def get_own_demand(person_ids: Collection[int], demand_id: int) -> DemandFacts:
    """Give one of somebody's own demands. Refuses DEMAND_UNKNOWN, alike for what is another's."""
    found = facts_of(Demand.objects.filter(pk=demand_id, person_ids__overlap=sorted(person_ids)))
    if not found:
        raise Refused("DEMAND_UNKNOWN")
    return found[0]


def facts_of(part: Iterable[Demand]) -> list[DemandFacts]:
    """Give the facts of some demands in their order, with all steps by one statement."""
    rows = list(part)
    steps: dict[int, list[StepFacts]] = {row.pk: [] for row in rows}
    for step in DemandStep.objects.filter(demand_id__in=steps).order_by("at", "pk"):
        steps[step.demand_id].append(_step(step))
    return [_facts(row, steps[row.pk]) for row in rows]


def _step(row: DemandStep) -> StepFacts:
    answers = {Matter(matter): Answer(answer) for matter, answer in row.answers.items()}
    words = open_seal(row.words_sealed)
    return StepFacts(Step(row.step), row.at, row.officer_id, row.office_id, answers, words, row.due_at)


def _facts(row: Demand, steps: Sequence[StepFacts]) -> DemandFacts:
    return DemandFacts(
        demand_id=row.pk,
        number=row.number,
        kind=Kind(row.kind),
        matters=tuple(Matter(matter) for matter in row.matters),
        person_ids=tuple(row.person_ids),
        words=open_seal(row.words_sealed),
        language=row.language,
        opened_at=row.opened_at,
        due_at=row.due_at,
        status=Status(row.status),
        ended_at=row.ended_at,
        steps=tuple(steps),
    )


def consents_of(person_ids: Collection[int]) -> list[ConsentFacts]:
    """Say of every purpose whether somebody consents: the newest row of any of his people counts."""
    newest: dict[str, Consent] = {}
    for row in Consent.objects.filter(person_id__in=person_ids).order_by("pk"):
        newest[row.purpose] = row
    return [
        ConsentFacts(purpose, newest[purpose].given, newest[purpose].at)
        if purpose in newest
        else ConsentFacts(purpose, given=None, at=None)
        for purpose in Purpose
    ]


def consent_history(person_ids: Collection[int]) -> list[tuple[Purpose, bool, int, datetime]]:
    """Give every consent given or taken back: (purpose, given, wording, at), oldest first, once per press."""
    rows = Consent.objects.filter(person_id__in=person_ids).order_by("at", "purpose")
    found = rows.values_list("purpose", "given", "wording", "at").distinct()
    return [(Purpose(purpose), given, wording, at) for purpose, given, wording, at in found]


def people_who_consent(person_ids: Collection[int], purpose: Purpose) -> set[int]:
    """Give those of some people whose newest row consents to a purpose."""
    rows = Consent.objects.filter(person_id__in=person_ids, purpose=purpose).order_by("person_id", "-pk")
    newest = rows.distinct("person_id").values_list("person_id", "given")
    return {person_id for person_id, given in newest if given}


def counts() -> dict[Kind, int]:
    """Count all demands by kind, without anybody's data."""
    rows = Demand.objects.values("kind").annotate(n=Count("pk")).values_list("kind", "n")
    found = dict(rows)
    return {kind: found.get(kind.value, 0) for kind in Kind}
