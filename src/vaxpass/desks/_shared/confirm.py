"""Asking once more on a page of its own, so that it works without a script."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from vaxpass.desks._shared.navigation import Words


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a title, one sentence on what will happen, facts as (label, value), and where the answer goes.

    `hidden` holds form values that the answer carries along; never personal data.
    """

    title: Words
    sentence: Words
    button: Words
    action_url: str
    back_url: str
    facts: Sequence[tuple[Words, object]] = ()
    hidden: Mapping[str, str] = field(default_factory=dict)
    danger: bool = False


def confirm_page(request: HttpRequest, question: Question) -> HttpResponse:
    """Show the question; its button posts `confirmed=yes` and the hidden values to `action_url`."""
    context: dict[str, Any] = {"question": question, "hidden": question.hidden.items()}
    return render(request, "confirm.html", context)
