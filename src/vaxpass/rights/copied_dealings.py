"""The sections of the copy about what citizen and offices had to do with each other: reports, messages, demands."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Final

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from vaxpass.citizens.queries import contacts_of, visits_of
from vaxpass.corrections.queries import requests_about
from vaxpass.notices.queries import notices_of
from vaxpass.records.facts import DoseFacts, IdentityFacts
from vaxpass.reports.filed import filed_about
from vaxpass.reports.queries import photos_of, reports_of_people
from vaxpass.reports.rules import Claimed
from vaxpass.rights import queries, words
from vaxpass.rights.values import Coded, Entry, Offices, Picture, Reader, Spec, coded, said

MOST: Final = 10_000


def _requests(reader: Reader) -> Iterator[Entry]:
    for asked in requests_about(reader.person_ids):
        yield {
            "version": asked.version_id,
            "asked_at": asked.opened_at,
            "kind": coded(asked.kind, words.REQUEST_KINDS),
            "cause": said(asked.cause),
            "asked": _typed(asked.mended.identity, asked.mended.dose) if asked.mended else "",
            "note": asked.note,
            "status": coded(asked.status, words.REQUEST_STATUS),
            "decided_at": asked.decided_at,
            "refusal": said(asked.refusal),
        }


def _typed(*parts: IdentityFacts | DoseFacts | Claimed) -> str:
    """Write what somebody said is right as one line of `field: value`."""
    pairs = [pair for part in parts for pair in asdict(part).items()]
    return "; ".join(f"{name}: {value}" for name, value in pairs if value)


def _reports(reader: Reader) -> Iterator[Entry]:
    filed = filed_about(reader.person_ids)
    reports = reports_of_people(reader.person_ids, now=reader.now)
    offices = Offices(report.office_id for report in reports)
    for report in reports:
        wrote = filed[report.report_id]
        yield {
            "number": report.number,
            "filed_at": report.filed_at,
            "wrong": ", ".join(report.wrongs),
            "version": report.version_id,
            "claimed": _typed(wrote.claimed),
            "note": wrote.note,
            "relation": coded(wrote.relation, words.RELATIONS),
            "reporter_name": wrote.reporter_name,
            "reporter_phone": wrote.reporter_phone,
            "reporter_email": wrote.reporter_email,
            "office": offices.named(report.office_id),
            "status": coded(report.status, words.REPORT_STATUSES),
            "refusal": said(report.refusal),
            "photos": report.photos,
        }


def _report_steps(reader: Reader) -> Iterator[Entry]:
    reports = reports_of_people(reader.person_ids, now=reader.now)
    offices = Offices(step.office_id for report in reports for step in report.steps)
    for report in reports:
        for step in report.steps:
            yield {
                "number": report.number,
                "at": step.at,
                "step": Coded(step.kind, gettext_lazy(f"REPORT_STEP_{step.kind}")),
                "reason": said(step.code),
                "text": step.text,
                "office": offices.named(step.office_id),
            }


def _photos(reader: Reader) -> Iterator[Entry]:
    for report in reports_of_people(reader.person_ids, now=reader.now):
        for n, content in enumerate(photos_of(report.report_id), start=1):
            yield {"number": report.number, "photo": n, "jpeg": Picture(content)}


def _visits(reader: Reader) -> Iterator[Entry]:
    for visit in visits_of(reader.person_ids, MOST):
        yield {"at": visit.at, "proof": coded(visit.proof, words.PROOFS)}


def _contacts(reader: Reader) -> Iterator[Entry]:
    for email, confirmed_at in sorted({(one.email, one.confirmed_at) for one in contacts_of(reader.person_ids)}):
        yield {"email": email, "confirmed_at": confirmed_at}


def _notices(reader: Reader) -> Iterator[Entry]:
    for notice in notices_of(reader.person_ids, MOST):
        yield {
            "at": notice.created_at,
            "what": coded(notice.template, words.NOTICES),
            "way": coded(notice.channel, words.CHANNELS) if notice.channel else None,
            "state": coded(notice.state, words.NOTICE_STATES),
            "settled_at": notice.settled_at,
        }


def _demands(reader: Reader) -> Iterator[Entry]:
    for demand in queries.demands_of(reader.person_ids):
        for step in demand.steps:
            answered = [f"{matter}: {answer}" for matter, answer in step.answers.items()]
            yield {
                "number": demand.number,
                "kind": coded(demand.kind, words.KINDS),
                "about": ", ".join(demand.matters),
                "words": demand.words,
                "due_at": step.due_at or demand.due_at,
                "step": coded(step.step, words.DEMAND_STEPS),
                "at": step.at,
                "answers": ", ".join(answered),
                "answer_words": step.words,
            }


def _consents(reader: Reader) -> Iterator[Entry]:
    for purpose, given, wording, at in queries.consent_history(reader.person_ids):
        yield {"purpose": coded(purpose, words.PURPOSES), "given": given, "wording": wording, "at": at}


_PROVE: Final = _("To prove what was done, and to let you see it.")
DEALING_SECTIONS: Final = (
    Spec(
        "requests",
        _("Requests of officers to correct your record"),
        _("To let a mistake be corrected by two officers."),
        {
            "version": _("Version"),
            "asked_at": _("Asked at"),
            "kind": _("What is asked"),
            "cause": _("Why"),
            "asked": _("What is right, as asked"),
            "note": _("Note for who decides"),
            "status": _("Status"),
            "decided_at": _("Decided at"),
            "refusal": _("Reason of the refusal"),
        },
        _requests,
    ),
    Spec(
        "reports",
        _("Your reports of errors"),
        _("To correct what is wrong in your record, and to prove how it was answered."),
        {
            "number": _("Receipt number"),
            "filed_at": _("Reported at"),
            "wrong": _("What is wrong"),
            "version": _("Version"),
            "claimed": _("What is right, as reported"),
            "note": _("In your words"),
            "relation": _("On whose behalf"),
            "reporter_name": _("Who reported"),
            "reporter_phone": _("Phone of who reported"),
            "reporter_email": _("E-mail of who reported"),
            "office": _("Office"),
            "status": _("Status"),
            "refusal": _("Reason of the refusal"),
            "photos": _("Photos"),
        },
        _reports,
    ),
    Spec(
        "report_steps",
        _("Steps of your reports"),
        _("To correct what is wrong in your record, and to prove how it was answered."),
        {
            "number": _("Receipt number"),
            "at": _("When"),
            "step": _("Step"),
            "reason": _("Reason"),
            "text": _("In the office's words, or yours"),
            "office": _("Office"),
        },
        _report_steps,
    ),
    Spec(
        "report_photos",
        _("Photos of your reports"),
        _("To let an officer compare the record with your paper."),
        {"number": _("Receipt number"), "photo": _("Photo"), "jpeg": _("Picture")},
        _photos,
    ),
    Spec(
        "visits",
        _("Your own visits to these pages"),
        _PROVE,
        {"at": _("When"), "proof": _("How you showed who you are")},
        _visits,
    ),
    Spec(
        "contacts",
        _("E-mail addresses that you confirmed"),
        _("To write to you there, because you want it."),
        {"email": _("E-mail address"), "confirmed_at": _("Confirmed at")},
        _contacts,
    ),
    Spec(
        "notices",
        _("Messages to you"),
        _("To tell you what happens to your record."),
        {
            "at": _("Written at"),
            "what": _("What was told"),
            "way": _("By which way"),
            "state": _("State"),
            "settled_at": _("Arrived or ended at"),
        },
        _notices,
    ),
    Spec(
        "demands",
        _("Demands about your data"),
        _("To answer you in time, and to prove it."),
        {
            "number": _("Number of the demand"),
            "kind": _("What is demanded"),
            "about": _("What it is about"),
            "words": _("In your words"),
            "due_at": _("Answer due by"),
            "step": _("Step"),
            "at": _("When"),
            "answers": _("Answers"),
            "answer_words": _("In the officer's words"),
        },
        _demands,
    ),
    Spec(
        "consents",
        _("Consents"),
        _("To prove what you allowed, and since when not any more."),
        {"purpose": _("Purpose"), "given": _("Given"), "wording": _("Wording"), "at": _("When")},
        _consents,
    ),
)
