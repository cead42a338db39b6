"""Words and parts of pages for every desk: `{% load desk %}`."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.translation import get_language

from vaxpass.desks._shared import chips, way

register = template.Library()
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


@register.filter
def date_vi(day: date | None) -> str:
    """Write a day as dd/mm/yyyy; a moment as its day in Vietnam."""
    if isinstance(day, datetime):
        day = day.astimezone(HANOI).date()
    return f"{day:%d/%m/%Y}" if day else ""


@register.filter
def moment_vi(moment: datetime | None) -> str:
    """Write an aware moment as HH:MM dd/mm/yyyy in Vietnam's time."""
    return f"{moment.astimezone(HANOI):%H:%M %d/%m/%Y}" if moment else ""


@register.filter
def birth_date(text: str | None) -> str:
    """Write YYYY, YYYY-MM or YYYY-MM-DD as YYYY, mm/yyyy or dd/mm/yyyy."""
    return "/".join(reversed((text or "").split("-")))


@register.filter
def number(value: int | None) -> str:
    """Group thousands as the page's language does: 1.234.567 in Vietnamese, 1,234,567 in English."""
    if value is None:
        return ""
    return f"{value:,}" if get_language() == "en" else f"{value:,}".replace(",", ".")


@register.inclusion_tag("parts/chip.html")
def state_chip(state: int, *, turn: bool = False) -> dict[str, Any]:
    """Show the chip of a state; with `turn=True` also whose turn it is."""
    return {"chip": chips.state_chip(state), "with_turn": turn}


@register.inclusion_tag("parts/chip.html")
def chip(word: object, tone: str = "wait") -> dict[str, Any]:
    """Show a chip of one's own; tones: wait, turn, ready, done, ended, refused."""
    return {"chip": chips.Chip(str(word), tone), "with_turn": False}


@register.inclusion_tag("parts/waiting.html")
def waiting_card(
    count: int, sentence: object, url: str = "", action: object = "", since: object = ""
) -> dict[str, Any]:
    """Show what waits: how many, one sentence, a link where something can be done, and since when."""
    return {"count": count, "sentence": sentence, "url": url, "action": action, "since": since}


@register.inclusion_tag("parts/steps.html")
def way_of_record(state: int) -> dict[str, Any]:
    """Show where a version stands on its way to a passport."""
    return {"steps": way.steps_of(state)}


@register.inclusion_tag("parts/progress.html")
def progress(done: int, total: int, sentence: object, poll_url: str = "") -> dict[str, Any]:
    """Show how far something is.

    `poll_url` answers with this same part (or a whole page holding it) and is asked every two seconds until done.
    """
    return {"done": done, "total": total, "sentence": sentence, "poll_url": poll_url if done < total else ""}
