"""Reading known problems: for everybody, in one language."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Q, QuerySet

from vaxpass.offices.scope import Actor, Refused
from vaxpass.support.facts import ProblemFacts, Told
from vaxpass.support.models import Difficulty, KnownProblem, MeToo
from vaxpass.support.rules import UNSOLVED, Component, Kind, ProblemState

SHOWN_AFTER: Final = timedelta(days=14)
"""So long the public page shows what was solved."""
OF_KIND: Final = {
    Kind.SIGN_IN: {Component.SIGN_IN},
    Kind.ENTRY: {Component.ENTRY},
    Kind.IDENTITY: {Component.IDENTITY},
    Kind.SIGNING: {Component.SIGNING},
    Kind.PASSPORT: {Component.ISSUING, Component.VERIFYING},
    Kind.REPORTS: {Component.REPORTS, Component.MESSAGES},
}


def open_problems(language: str) -> list[ProblemFacts]:
    """List the problems that are not solved, newest word first."""
    return _facts(KnownProblem.objects.filter(solved_at=None).order_by("-changed_at", "-pk"), language)


def solved_problems(language: str, now: datetime) -> list[ProblemFacts]:
    """List the problems solved within the last two weeks, newest first."""
    rows = KnownProblem.objects.filter(solved_at__gt=now - SHOWN_AFTER, solved_at__lte=now)
    return _facts(rows.order_by("-solved_at", "-pk"), language)


def get_problem(problem_id: int, language: str) -> ProblemFacts:
    """Give one problem. Refuses PROBLEM_UNKNOWN."""
    for one in _facts(KnownProblem.objects.filter(pk=problem_id), language):
        return one
    raise Refused("PROBLEM_UNKNOWN")


def _facts(rows: QuerySet[KnownProblem], language: str) -> list[ProblemFacts]:
    linked = Count("difficulties__office_id", distinct=True)
    counted = rows.prefetch_related("updates").annotate(of_offices=linked, me_too=Count("followers", distinct=True))
    return [
        ProblemFacts(
            one.pk,
            Component(one.component),
            one.title_en if language == "en" else one.title_vi,
            ProblemState(one.state),
            one.since,
            one.changed_at,
            one.solved_at,
            tuple(
                (word.at, ProblemState(word.state), word.text_en if language == "en" else word.text_vi)
                for word in sorted(one.updates.all(), key=lambda word: word.pk, reverse=True)
            ),
            one.of_offices + one.me_too,
        )
        for one in counted
    ]


def followed_by(actor: Actor) -> dict[int, bool]:
    """Give the problems that an officer said to have too, and whether he read that they are solved."""
    return {one.problem_id: one.seen_at is not None for one in MeToo.objects.filter(officer_id=actor.officer_id)}


def count_unseen(actor: Actor) -> int:
    """Count the problems of an officer that were solved since he looked; for the navigation."""
    return MeToo.objects.filter(officer_id=actor.officer_id, seen_at=None, problem__solved_at__isnull=False).count()


def solved_unseen(actor: Actor, language: str) -> list[ProblemFacts]:
    """List the problems of an officer that were solved since he looked."""
    mine = MeToo.objects.filter(officer_id=actor.officer_id, seen_at=None).values("problem_id")
    return _facts(KnownProblem.objects.filter(pk__in=mine, solved_at__isnull=False).order_by("-solved_at"), language)


def askers_of(problem_id: int) -> list[Told]:
    """List whom to tell that a problem is solved: who pressed "me too"; linked difficulties are told one by one."""
    return [
        Told(f"support/problem/{problem_id}/{one.officer_id}", f"SC-{problem_id:06d}", one.officer_id, one.office_id)
        for one in MeToo.objects.filter(problem_id=problem_id).order_by("pk")
    ]


def linked_to(problem_id: int) -> QuerySet[Difficulty]:
    """List the difficulties that wait for a problem's solution."""
    return Difficulty.objects.filter(problem_id=problem_id, status__in=UNSOLVED).order_by("pk")


def components_troubled() -> dict[Component, ProblemState]:
    """Give the parts of the platform with an open problem, and how far the newest of each is."""
    rows = KnownProblem.objects.filter(solved_at=None).order_by("changed_at", "pk")
    return {Component(one.component): ProblemState(one.state) for one in rows}


def about(kinds: Iterable[Kind], language: str) -> list[ProblemFacts]:
    """List the open problems that fit some kinds of difficulties; all of them where the kind says nothing."""
    fitting = {component for kind in kinds for component in OF_KIND.get(kind, set(Component))}
    rows = KnownProblem.objects.filter(Q(solved_at=None), component__in=[one.value for one in fitting])
    return _facts(rows.order_by("-changed_at", "-pk"), language)
