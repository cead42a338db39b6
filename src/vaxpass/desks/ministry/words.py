"""Codes of this desk in words: chips of runs, sentences of reasons."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from vaxproof import valuesets

from vaxpass.desks._shared.chips import Chip
from vaxpass.desks._shared.refusals import sentence
from vaxpass.ministry_signing.facts import RunFacts
from vaxpass.ministry_signing.rules import RunKind, RunState
from vaxpass.offices.queries import OfficeFacts

RUN_WORDS: dict[RunState, tuple[str | Promise, str]] = {
    RunState.PREPARING: (_("Being prepared"), "wait"),
    RunState.PREPARED: (_("Waits for approval"), "turn"),
    RunState.APPROVED: (_("Being signed"), "ready"),
    RunState.DONE: (_("Done"), "done"),
    RunState.REFUSED: (_("Refused"), "refused"),
}
KIND_WORDS: dict[RunKind, str | Promise] = {
    RunKind.ORDINARY: _("Everybody who is ready"),
    RunKind.CORRECTED: _("Corrected people"),
    RunKind.REISSUE: _("Passports issued again"),
    RunKind.ORDER: _("Honest holders of a revocation order"),
}
"""For whom a run is."""
LOOKED_FOR: dict[str, str | Promise] = {
    "records": _("list of records"),
    "record": _("one record"),
    "mend": _("mending a record"),
    "mending_list": _("list of records to mend"),
    "withdraw": _("withdrawing a record"),
    "correction": _("a correction"),
    "report": _("A report of an error"),
    "sample": _("sample before the facility's signature"),
    "held_back": _("records held back from signing"),
    "dose_proof": _("proof of a dose"),
    "run-sample": _("sample before approving a run"),
    "run-held": _("people held back from a run"),
    "run-left": _("people who left a run"),
    "not-ready": _("people who are not ready"),
    "passports": _("list of passports"),
    "passport": _("one passport"),
    "passport-print": _("printing a passport"),
    "inspection": _("inspection of one person"),
    "revocation": _("a revocation order"),
    "undelivered": _("messages that did not arrive"),
}
"""What somebody looked at a person for: the purposes that pages write down (records.access), in words."""
PRODUCT_NAMES = {product.mp: product.vietnamese_name for product in valuesets.LICENSED_IN_VIETNAM}


@dataclass(frozen=True, slots=True)
class Reason:
    """A code with its sentence and how many people it concerns."""

    code: str
    sentence: str
    count: int


def run_chip(run: RunFacts) -> Chip:
    """Give the chip of a run; a run that stands still says so."""
    if run.trouble and run.state in {RunState.PREPARING, RunState.APPROVED}:
        return Chip(_("Stands still"), "refused")
    word, tone = RUN_WORDS[RunState(run.state)]
    return Chip(word, tone)


def reasons(counts: Mapping[str, int]) -> list[Reason]:
    """Give coded counts in words, most frequent first."""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [Reason(code, sentence(code), number) for code, number in ordered]


def sentences(codes: Iterable[str]) -> str:
    """Give several coded sentences as one text."""
    return " ".join(sentence(code) for code in codes)


def product_name(code: str) -> str:
    """Name a vaccine as facilities write it."""
    return PRODUCT_NAMES.get(code, code)


def office_label(office: OfficeFacts | None, language: str) -> str:
    """Name an office with its code."""
    return f"{office.name(language)} ({office.code})" if office else ""
