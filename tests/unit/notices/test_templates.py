"""Every template in both languages: what an SMS never says, that it fits one segment, that no gap stays unfilled."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

from vaxpass.notices.facts import Channel, Template
from vaxpass.notices.rendering import Rendered, render
from vaxpass.notices.templates import FORMS, WORDS, NoticeIllFormedError, check_facts
from vaxpass.notices.text import measure, without_accents

SITE = "hochieu-tiemchung-quocgia.boyte.gov.vn.x"  # 40 letters: the longest that the runbook allows
LONGEST = {
    "code": "12345678",
    "minutes": "10",
    "number": "PA-ABCDEFGHJKLM-N",
    "until": "2022-04-17T09:00:00+00:00",
    "at": "2022-04-17T09:00:00+00:00",
    "reason": "CORRECTION_PROOF_BLURRED",
    "what": "CORRECTION_PROOF_BLURRED",
    "alarm": "HEALTH_WORKERS_SILENT",
    "directive": "1975/BYT-CNTT",
    "day": "05/05/2022",
}
BY_SMS = [template for template in Template if WORDS[template].sms]
BOTH = pytest.mark.parametrize("language", ["vi", "en"])

# Words of health, and of what is a person's own; in letters without accents, as an SMS has them.
NEVER = re.compile(
    r"vac\s?xin|vaccin|tiem|\bmui\b|covid|benh|suc khoe|y te|health|dose|disease|immuni|chung ngua|phan ung|passport"
    r"|ho chieu|cccd|cmnd|can cuoc|ngay sinh|birth|\bten\b|\bname\b|lot|xet nghiem|test result",
    re.IGNORECASE,
)


def rendered(template: Template, language: str, channel: Channel, *, more: bool = True) -> Rendered:
    words = WORDS[template]
    facts = {name: LONGEST[name] for name in words.needs | (words.more if more else frozenset())}
    check_facts(template, facts)
    return render(template, facts, language=language, channel=channel, site=SITE)


@BOTH
@pytest.mark.parametrize("template", BY_SMS)
def test_an_sms_says_nothing_about_health_and_nobody_s_name_or_number(template: Template, language: str) -> None:
    assert not NEVER.search(rendered(template, language, Channel.SMS).text.replace(SITE, ""))


@BOTH
@pytest.mark.parametrize("template", list(Template))
def test_neither_does_a_subject_which_shows_on_a_locked_screen(template: Template, language: str) -> None:
    assert not NEVER.search(without_accents(rendered(template, language, Channel.EMAIL).subject))


def test_no_template_takes_a_fact_that_could_hold_a_name() -> None:
    taken = {name for words in WORDS.values() for name in words.needs | words.more}
    assert taken == set(FORMS)
    for text in ("Nguyễn Thị Hường", "Nguyen Thi Huong", "040190000001", "0912345678", "a@example.com"):
        assert [name for name in FORMS if FORMS[name].fullmatch(text)] == []


@BOTH
@pytest.mark.parametrize("template", BY_SMS)
def test_an_sms_fits_one_segment_with_its_longest_facts(template: Template, language: str) -> None:
    found = measure(rendered(template, language, Channel.SMS).text)
    assert (found.alphabet, found.segments) == ("GSM-7", 1)


@BOTH
@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("template", list(Template))
def test_nothing_stays_unfilled_with_or_without_what_may_be_missing(
    template: Template, channel: Channel, language: str
) -> None:
    if channel is Channel.SMS and not WORDS[template].sms:
        return
    for more in (True, False):
        words = rendered(template, language, channel, more=more)
        assert words.text
        assert not re.search(r"%\(|\{\}|\?\?", words.text + words.subject + words.html)


@pytest.mark.parametrize("template", list(Template))
def test_every_text_has_vietnamese_words_with_the_same_gaps(template: Template) -> None:
    path = next(path for path in settings.LOCALE_PATHS if path.endswith("/notices"))
    with Path(path, "vi/LC_MESSAGES/django.po").open("rb") as source:
        vietnamese = {message.id: str(message.string) for message in read_po(source)}
    gaps = re.compile(r"%\((\w+)\)s")
    words = WORDS[template]
    for text in (words.sms, words.subject, *words.body):
        if text:
            assert sorted(gaps.findall(text)) == sorted(gaps.findall(vietnamese[text])), text


@BOTH
def test_a_code_never_shows_in_a_subject(language: str) -> None:
    for template in Template:
        assert LONGEST["code"] not in rendered(template, language, Channel.EMAIL).subject


def test_times_are_shown_as_in_hanoi_and_reasons_in_words() -> None:
    assert "17/04/2022 16:00" in rendered(Template.VISIT_WARNING, "vi", Channel.SMS).text
    mail = rendered(Template.REPORT_REFUSED, "vi", Channel.EMAIL)
    assert "Ảnh mờ" in mail.text
    assert "Ảnh mờ" not in rendered(Template.REPORT_REFUSED, "vi", Channel.SMS).text


def test_the_html_says_the_same_and_leads_to_the_site_alone() -> None:
    mail = rendered(Template.REPORT_RECEIVED, "vi", Channel.EMAIL)
    assert '<html lang="vi">' in mail.html
    assert set(re.findall(r'href="([^"]*)"', mail.html)) == {f"https://{SITE}/citizen/"}
    assert "src=" not in mail.html
    for paragraph in mail.text.strip().split("\n\n"):
        assert paragraph in re.sub(r"<[^>]+>", "", mail.html)


@pytest.mark.parametrize(
    ("template", "facts"),
    [
        (Template.CODE, {}),
        (Template.CODE, {"code": "123456", "minutes": "10", "name": "A"}),
        (Template.CODE, {"code": "Nguyễn", "minutes": "10"}),
        (Template.CODE, {"code": "12345678\n", "minutes": "10"}),
        (Template.PASSPORT_READY, {"number": "PA-ABCD"}),
        (Template.VISIT_WARNING, {"at": "yesterday"}),
    ],
)
def test_facts_that_do_not_fit_are_a_fault_that_tells_no_value(template: Template, facts: dict[str, str]) -> None:
    with pytest.raises(NoticeIllFormedError) as caught:
        check_facts(template, facts)
    assert not any(value and value in str(caught.value) for value in facts.values())
