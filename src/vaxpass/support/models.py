"""Rows of support: difficulties, their steps, known problems, help. No verbs: the modules of actions/ write them."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from vaxpass.support.rules import (
    UNSOLVED,
    ArticleState,
    Component,
    Kind,
    Level,
    ProblemState,
    Status,
    StepKind,
    Urgency,
)

_UNSOLVED = Q(status__in=sorted(status.value for status in UNSOLVED))


class Difficulty(models.Model):
    """One difficulty of an office: what was told, where it lies, by when it is answered.

    What was told never changes (a trigger). `branch_id`: the branch that had it first, None where the province has
    none. `version_id` only where the asker chose so. `left_seconds`: the working time that was left when the asker was
    asked back; `paused_seconds`: the working time that passed while he was. `first_minutes`, `solved_minutes`: working
    minutes until the first answer and until the solution, pauses taken off.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"subject_sealed", "text_sealed"})

    office_id = models.BigIntegerField()
    officer_id = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=[(one.value, one.name) for one in Kind])
    urgency = models.CharField(max_length=10, choices=[(one.value, one.name) for one in Urgency])
    subject_sealed = models.BinaryField()
    text_sealed = models.BinaryField()
    has_numbers = models.BooleanField()
    page = models.CharField(max_length=81, blank=True)
    code = models.CharField(max_length=60, blank=True)
    version_id = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()

    status = models.PositiveSmallIntegerField(choices=[(one.value, one.name) for one in Status])
    level = models.PositiveSmallIntegerField(choices=[(one.value, one.name) for one in Level])
    branch_id = models.BigIntegerField(null=True)
    problem = models.ForeignKey("KnownProblem", on_delete=models.PROTECT, null=True, related_name="difficulties")
    first_due_at = models.DateTimeField()
    solve_due_at = models.DateTimeField(null=True)
    left_seconds = models.PositiveIntegerField(null=True)
    asked_at = models.DateTimeField(null=True)
    paused_seconds = models.PositiveIntegerField(default=0)
    overdue_at = models.DateTimeField(null=True)
    first_answered_at = models.DateTimeField(null=True)
    first_in_time = models.BooleanField(null=True)
    first_minutes = models.PositiveIntegerField(null=True)
    solved_at = models.DateTimeField(null=True)
    solved_in_time = models.BooleanField(null=True)
    solved_minutes = models.PositiveIntegerField(null=True)
    reopened_at = models.DateTimeField(null=True)
    unread = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status=Status.OPEN, solve_due_at__isnull=False, asked_at=None, left_seconds=None)
                | Q(status=Status.ASKED, solve_due_at=None, asked_at__isnull=False, left_seconds__isnull=False)
                | (~_UNSOLVED & Q(solve_due_at=None, asked_at=None, left_seconds=None)),
                name="difficulty_clock_runs_while_open",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.SOLVED, solved_at__isnull=False, solved_minutes__isnull=False)
                | (~Q(status=Status.SOLVED) & Q(solved_at=None, solved_minutes=None, solved_in_time=None)),
                name="difficulty_solved_whole",
            ),
            models.CheckConstraint(
                condition=Q(first_answered_at=None, first_in_time=None, first_minutes=None)
                | Q(first_answered_at__isnull=False, first_in_time__isnull=False, first_minutes__isnull=False),
                name="difficulty_first_answer_whole",
            ),
            models.CheckConstraint(
                condition=Q(level=Level.MINISTRY) | Q(branch_id__isnull=False),
                name="difficulty_lies_somewhere",
            ),
        ]
        indexes = [
            models.Index(fields=["branch_id", "solve_due_at"], condition=_UNSOLVED, name="difficulty_open_by_branch"),
            models.Index(fields=["level", "solve_due_at"], condition=_UNSOLVED, name="difficulty_open_by_level"),
            models.Index(fields=["office_id", "opened_at"], name="difficulty_by_office"),
            models.Index(fields=["officer_id", "opened_at"], name="difficulty_by_officer"),
            models.Index(fields=["branch_id", "opened_at"], name="difficulty_by_branch"),
            models.Index(fields=["office_id"], condition=Q(unread=True), name="difficulty_unread"),
        ]


class DifficultyStep(models.Model):
    """One step of a difficulty. Append-only. `officer_id` is None where time took the step."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"text_sealed"})

    difficulty = models.ForeignKey(Difficulty, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=[(one.value, one.name) for one in StepKind])
    status = models.PositiveSmallIntegerField(choices=[(one.value, one.name) for one in Status])
    level = models.PositiveSmallIntegerField(choices=[(one.value, one.name) for one in Level])
    text_sealed = models.BinaryField()
    has_numbers = models.BooleanField(default=False)
    officer_id = models.BigIntegerField(null=True)
    office_id = models.BigIntegerField(null=True)


class KnownProblem(models.Model):
    """A problem that everybody may know of. Texts are public, in both languages; no personal data."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    component = models.CharField(max_length=10, choices=[(one.value, one.name) for one in Component])
    title_vi = models.CharField(max_length=160)
    title_en = models.CharField(max_length=160)
    state = models.CharField(max_length=10, choices=[(one.value, one.name) for one in ProblemState])
    since = models.DateTimeField()
    told_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    solved_at = models.DateTimeField(null=True)
    told_by_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ProblemState.SOLVED, solved_at__isnull=False)
                | (~Q(state=ProblemState.SOLVED) & Q(solved_at=None)),
                name="problem_solved_whole",
            ),
        ]
        indexes = [models.Index(fields=["solved_at"], name="problem_by_end")]


class ProblemUpdate(models.Model):
    """One word about a known problem. Append-only."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    problem = models.ForeignKey(KnownProblem, on_delete=models.PROTECT, related_name="updates")
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=[(one.value, one.name) for one in ProblemState])
    text_vi = models.TextField()
    text_en = models.TextField()
    officer_id = models.BigIntegerField()


class MeToo(models.Model):
    """An officer has a known problem too: counted, and told when it is solved. `seen_at`: he read that it is."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    problem = models.ForeignKey(KnownProblem, on_delete=models.PROTECT, related_name="followers")
    officer_id = models.BigIntegerField()
    office_id = models.BigIntegerField()
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["problem", "officer_id"], name="me_too_once")]
        indexes = [models.Index(fields=["officer_id"], condition=Q(seen_at=None), name="me_too_unseen")]


class Article(models.Model):
    """A help article. `pages` and `codes`: where it is offered before a difficulty is opened.

    `words` is the folded text, `search` its index; both are written with the article (actions/articles.py).
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    kind = models.CharField(max_length=10, choices=[(one.value, one.name) for one in Kind])
    title_vi = models.CharField(max_length=160)
    title_en = models.CharField(max_length=160, blank=True)
    body_vi = models.TextField()
    body_en = models.TextField(blank=True)
    pages = ArrayField(models.CharField(max_length=81), default=list)
    codes = ArrayField(models.CharField(max_length=60), default=list)
    state = models.CharField(max_length=10, choices=[(one.value, one.name) for one in ArticleState])
    grown_from = models.ForeignKey(Difficulty, on_delete=models.PROTECT, null=True)
    written_by_id = models.BigIntegerField()
    changed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    words = models.TextField()
    search = SearchVectorField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=ArticleState.PUBLISHED) | Q(published_at__isnull=False),
                name="article_published_whole",
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="article_search"),
            GinIndex(fields=["codes"], name="article_codes"),
            GinIndex(fields=["pages"], name="article_pages"),
        ]


class Helped(models.Model):
    """An article helped an officer; once each."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="helped")
    officer_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "officer_id"], name="helped_once")]
