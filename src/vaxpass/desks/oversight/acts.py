"""The search of acts: what officers did, by officer, office, log, verb and period; newest first, page by page.

What was looked for stands in the address as numbers of offices and officers; names are typed and shown on the page.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from vaxpass.desks._shared.guard import DeskRequest, needs
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.templatetags.desk import HANOI
from vaxpass.desks.oversight.act_words import LOG_WORDS, step_words, verbs_of
from vaxpass.desks.oversight.inspection_forms import day_field, office_with, officer_with
from vaxpass.desks.oversight.inspection_words import office_labels
from vaxpass.inspections.acts import LOGS, FoundAct, Place, Search, search_acts
from vaxpass.inspections.rules import FIRST_PERIOD
from vaxpass.offices.queries import facility_names, officer_names, username_of
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Refused

_LONGEST_NUMBER: Final = 18
_DAY: Final = timedelta(days=1)
_YEARS: Final = range(2000, 2200)
"""Years that can be asked for; days beyond them have no day before or after that a machine could name."""


class ActsForm(forms.Form):
    """What is looked for."""

    office = forms.CharField(label=_("Office's code"), max_length=12, required=False)
    officer = forms.CharField(
        label=_("Officer's user name"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    what = forms.ChoiceField(label=_("What was done"), required=False)
    since = day_field(_("From day"))
    until = day_field(_("To day, itself included"), _("At most 31 days at a time."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["what"]
        assert isinstance(field, forms.ChoiceField)
        groups = [
            (words, [(log, _("all of these")), *((f"{log}/{verb}", said) for verb, said in verbs_of(log))])
            for log, words in LOG_WORDS.items()
        ]
        field.choices = [("", _("everything")), *groups]


@dataclass(frozen=True, slots=True)
class ActRow:
    """One row in words. `url` leads to what it is about, by right; `detail` is a sentence or the facts written down."""

    found: FoundAct
    log: object
    what: str
    officer: str
    officer_url: str
    office: str
    subject: str
    url: str
    detail: str


@needs(Permission.HISTORY_SEE, Permission.INSPECTION_LEAD)
@require_http_methods(["GET", "POST"])
def acts(request: DeskRequest) -> HttpResponseBase:
    """Take what is looked for, then show the page that the address names; every page shown is itself an act."""
    if request.method == "POST":
        return _asked(request)
    search = _read(request.GET)
    if search is None:
        return _page(request, ActsForm(initial=_first(request)))
    form = ActsForm(initial=_initial(search))
    try:
        found = search_acts(request.actor, search, now=request.now)
    except Refused as refused:
        if refused.code == "RIGHT_MISSING":
            raise
        return _page(request, form, problem=sentence(refused.code, refused.facts))
    rows = _rows(request.GET, found.rows)
    older = _address(request.GET, before=_written(found.rows[-1].place)) if found.more else ""
    newest = _address(request.GET, before="") if search.before else ""
    return _page(request, form, rows=rows, searched=True, older=older, newest=newest)


def _page(request: DeskRequest, form: ActsForm, **context: Any) -> HttpResponse:
    bad = bool(form.errors or context.get("problem"))
    return render(request, "oversight/acts.html", {"form": form, **context}, status=422 if bad else 200)


def _asked(request: DeskRequest) -> HttpResponseBase:
    """Turn code and name into numbers, which may stand in an address."""
    form = ActsForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    said, numbers = form.cleaned_data, {}
    for field, read in (("office", office_with), ("officer", officer_with)):
        try:
            numbers[field] = read(said[field]) or ""
        except Refused as refused:
            form.add_error(field, sentence(refused.code, refused.facts))
    if form.errors:
        return _page(request, form)
    query = {**numbers, "what": said["what"], "since": f"{said['since']}", "until": f"{said['until']}"}
    return redirect(f"{reverse('oversight:acts')}?{urlencode(query)}")


def _first(request: DeskRequest) -> dict[str, Any]:
    today = request.now.astimezone(HANOI).date()
    first = {"since": today - FIRST_PERIOD + _DAY, "until": today}
    officer = _number(request.GET.get("officer", ""))
    return first | ({"officer": username_of(officer)} if officer else {})


def _initial(search: Search) -> dict[str, Any]:
    office = facility_names({search.office_id}).get(search.office_id) if search.office_id else None
    return {
        "office": office.code if office else "",
        "officer": username_of(search.officer_id) if search.officer_id else "",
        "what": f"{search.log}/{search.verb}" if search.verb else search.log,
        "since": search.since.astimezone(HANOI).date(),
        "until": (search.until - _DAY).astimezone(HANOI).date(),
    }


def _read(query: QueryDict) -> Search | None:
    since, until = _day(query.get("since", "")), _day(query.get("until", ""))
    if since is None or until is None:
        return None
    log, _slash, verb = query.get("what", "").partition("/")
    return Search(
        since=datetime.combine(since, time(), HANOI),
        until=datetime.combine(until + _DAY, time(), HANOI),
        officer_id=_number(query.get("officer", "")),
        office_id=_number(query.get("office", "")),
        log=log if log in LOG_WORDS else "",
        verb=verb[:40] if log in LOG_WORDS else "",
        before=_place(query.get("before", "")),
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in _YEARS else None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else None


def _place(text: str) -> Place | None:
    """Read the last row shown: microseconds since 1970, number of the log, id."""
    parts = [_number(part) for part in text.split("-")]
    if len(parts) != 3 or None in parts or (parts[1] or 0) >= len(LOGS) or (parts[0] or 0) > 10**16:  # noqa: PLR2004 -- three parts, a year 2286
        return None
    at = datetime.fromtimestamp(0, HANOI) + timedelta(microseconds=parts[0] or 0)
    return Place(at, parts[1] or 0, parts[2] or 0)


def _written(place: Place) -> str:
    return f"{(place.at - datetime.fromtimestamp(0, HANOI)) // timedelta(microseconds=1)}-{place.log}-{place.id}"


def _address(query: QueryDict, **changes: str) -> str:
    changed = {**query.dict(), **changes}
    return f"{reverse('oversight:acts')}?{urlencode({name: value for name, value in changed.items() if value})}"


def _rows(query: QueryDict, found: Any) -> list[ActRow]:
    officers = officer_names({row.officer_id for row in found})
    offices = office_labels({row.office_id for row in found if row.office_id})
    return [
        ActRow(
            row,
            LOG_WORDS[row.log],
            step_words(row.log, row.verb),
            officers.get(row.officer_id, ""),
            _address(query, officer=str(row.officer_id), before=""),
            offices.get(row.office_id or 0, ""),
            row.subject,
            _link(row.subject),
            _detail(row),
        )
        for row in found
    ]


def _link(subject: str) -> str:
    """Give the page of what an act was about, where a page of oversight shows it; the page asks for its own right."""
    kind, _slash, number = subject.partition("/")
    pages = {"inspection": "oversight:inspection", "finding": "oversight:finding", "complaint": "oversight:complaint"}
    return reverse(pages[kind], args=[int(number)]) if kind in pages and _number(number) is not None else ""


def _detail(row: FoundAct) -> str:
    if row.log != "act":
        return sentence(row.detail) if row.detail else ""
    facts = json.loads(row.detail)
    return ", ".join(f"{name}: {value}" for name, value in facts.items() if value not in {"", None}) if facts else ""
