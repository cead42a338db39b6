"""A notice becomes words: an SMS without accents, or an e-mail as plain text and simple HTML."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, override

from vaxpass.notices.facts import Channel, Template
from vaxpass.notices.rules import HANOI
from vaxpass.notices.templates import MORE, TO_OFFICES, WORDS
from vaxpass.notices.text import without_accents

_CODED = frozenset({"reason", "what", "alarm"})
_TIMES = frozenset({"until", "at"})


@dataclass(frozen=True, slots=True)
class Rendered:
    """The words of one message; subject and html are empty in an SMS."""

    text: str
    subject: str = ""
    html: str = ""


def render(template: Template, facts: Mapping[str, str], *, language: str, channel: Channel, site: str) -> Rendered:
    """Fill a template in `vi` or `en`. `site` is the host that people know the platform by."""
    words = WORDS[template]
    with override(language):
        gaps = {"site": site, **{name: _shown(name, value) for name, value in facts.items()}}
        if channel is Channel.SMS:
            return Rendered(without_accents(gettext(words.sms) % gaps))
        paragraphs = [gettext(text) % gaps for text in words.body]
        paragraphs += [gettext(MORE[name]) % gaps for name in MORE if name in facts]
        paragraphs.append(gettext("This message was written by a machine; nobody reads answers to it."))
        path = "" if template in TO_OFFICES else "citizen/"
        page = _html(paragraphs, language, site, path)
        return Rendered("\n\n".join(paragraphs) + "\n", gettext(words.subject) % gaps, page)


def _shown(name: str, value: str) -> str:
    if name in _TIMES:
        return datetime.fromisoformat(value).astimezone(HANOI).strftime("%d/%m/%Y %H:%M")
    return gettext(value) if name in _CODED else value


def _html(paragraphs: list[str], language: str, site: str, path: str) -> SafeString:
    address = conditional_escape(site)
    link = format_html('<a href="https://{}/{}">{}</a>', site, path, site)
    linked = [(SafeString(conditional_escape(text).replace(address, link)),) for text in paragraphs]
    body = format_html_join("\n", '<p style="margin:0 0 1em">{}</p>', linked)
    style = "font:16px/1.5 sans-serif;color:#111;background:#fff;max-width:36em;padding:1em"
    page = '<!doctype html><html lang="{}"><head><meta charset="utf-8"></head><body style="{}">\n{}\n</body></html>\n'
    return format_html(page, language, style, body)
