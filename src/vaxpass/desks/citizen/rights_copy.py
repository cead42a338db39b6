"""The copy of everything that is kept about a citizen: a page to read, a file for machines."""

import json
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from vaxpass.desks._shared.navigation import Words
from vaxpass.desks.citizen.guard import CitizenRequest, citizen_only
from vaxpass.desks.citizen.rights_words import shown_value
from vaxpass.rights.actions import note_copy
from vaxpass.rights.copying import FORMAT, Section, gather, to_json
from vaxpass.rights.values import Entry


@citizen_only
@require_GET
def copy_shown(request: CitizenRequest) -> HttpResponse:
    """Show everything, section by section."""
    copy = gather(request.citizen, now=request.now)
    context = {
        "made_at": copy.made_at,
        "sections": [_shown(section) for section in copy.sections],
        "left_out": [why for _, why in copy.left_out],
    }
    return render(request, "citizen/rights/copy.html", context)


@citizen_only
@require_POST
def copy_file(request: CitizenRequest) -> HttpResponse:
    """Give everything as a file, and write down that it was handed out."""
    copy = gather(request.citizen, now=request.now)
    if request.citizen.person_ids:
        note_copy(request.citizen.person_ids, language=get_language() or "vi", now=request.now)
    answer = HttpResponse(
        json.dumps(to_json(copy), ensure_ascii=False, indent=1), content_type="application/json; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{FORMAT}.json"'
    return answer


def _shown(section: Section) -> dict[str, Any]:
    return {
        "name": section.name,
        "label": section.label,
        "why": section.why,
        "how_long": section.how_long,
        "entries": [_rows(section, entry) for entry in section.entries],
    }


def _rows(section: Section, entry: Entry) -> list[tuple[Words, str]]:
    """The fields of an entry that hold something, each with its label."""
    rows = [(label, shown_value(name, entry.get(name))) for name, label in section.columns.items()]
    return [(label, value) for label, value in rows if value]
