"""A verdict as people read it: the answer, whose passport it is, the dose, who signed, how old the lists are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _
from vaxproof import Answer, Claims, Kind, Verdict, sentence, valuesets

from vaxpass.desks._shared.navigation import Words

HANOI: Final = ZoneInfo("Asia/Ho_Chi_Minh")
OLD: Final = timedelta(hours=24)
ANSWER_WORDS: Final[dict[Answer, Words]] = {
    Answer.VALID: _("Valid"),
    Answer.NOT_VALID: _("Not valid"),
    Answer.CANNOT_TELL: _("Cannot tell"),
}
TONES: Final = {Answer.VALID: "valid", Answer.NOT_VALID: "not-valid", Answer.CANNOT_TELL: "cannot-tell"}


@dataclass(frozen=True, slots=True)
class Result:
    """What the page shows. `facts`: label and value, in order. `name`, `born`: only where the signature is right."""

    answer: Words
    tone: str
    code: str
    sentence: str
    name: str
    latin_name: str
    born: str
    facts: tuple[tuple[Words, str], ...]
    remarks: tuple[str, ...]
    checked_at: datetime
    list_age: str
    list_made_at: datetime | None
    list_is_old: bool
    revocations_checked: bool


def read_result(verdict: Verdict) -> Result:
    """Put a verdict into words of the reader's language."""
    language = get_language() or "vi"
    claims, facts = verdict.claims, verdict.facts
    age = facts.checked_at - facts.trust_made_at if facts.trust_made_at else None
    return Result(
        answer=ANSWER_WORDS[verdict.answer],
        tone=TONES[verdict.answer],
        code=verdict.code.value,
        sentence=sentence(verdict.code, language),
        name=f"{claims.family_name} {claims.given_name}".strip() if claims else "",
        latin_name=_latin_name(claims) if claims else "",
        born=day_in_words(claims.birth_date) if claims else "",
        facts=tuple(_facts(verdict)),
        remarks=tuple(sentence(code, language) for code in facts.remarks),
        checked_at=facts.checked_at,
        list_age=age_in_words(age) if age is not None else "",
        list_made_at=facts.trust_made_at,
        list_is_old=age is not None and age >= OLD,
        revocations_checked=facts.revocations_checked,
    )


def age_in_words(age: timedelta) -> str:
    """Say how old something is, in whole hours, or in minutes below one hour."""
    minutes = max(0, int(age.total_seconds()) // 60)
    if minutes < 60:  # noqa: PLR2004 -- an hour
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    return ngettext("%(count)d hour", "%(count)d hours", minutes // 60) % {"count": minutes // 60}


def day_in_words(iso: str) -> str:
    """Write YYYY, YYYY-MM or YYYY-MM-DD as YYYY, mm/yyyy or dd/mm/yyyy."""
    return "/".join(reversed(iso.split("-")))


def _moment(at: datetime) -> str:
    return f"{at.astimezone(HANOI):%H:%M %d/%m/%Y}"


def _latin_name(claims: Claims) -> str:
    names = claims.certificate["nam"]
    return " ".join(names[key].replace("<", " ") for key in ("fnt", "gnt") if names.get(key))


def _facts(verdict: Verdict) -> Iterator[tuple[Words, str]]:
    claims, signer = verdict.claims, verdict.certificate
    if claims:
        yield from _ENTRY[claims.kind](claims.entry)
        yield _("Issued by"), f"{claims.entry['is']}, {claims.entry['co']}"
        yield _("Issued at"), _moment(claims.issued_at)
        yield _("Valid until"), _moment(claims.expires_at)
        yield _("Certificate identifier"), claims.uvci
    if signer:
        yield _("Signed by"), f"{signer.common_name}, {signer.country}"
    if verdict.facts.key_id:
        yield _("Key"), verdict.facts.key_id.hex()


def _vaccination(entry: Any) -> Iterator[tuple[Words, str]]:
    product = valuesets.PRODUCTS.get(entry["mp"])
    yield _("Vaccine"), product.name if product else entry["mp"]
    yield _("Manufacturer"), valuesets.HOLDERS.get(entry["ma"], entry["ma"])
    yield _("Dose"), gettext("%(number)d of %(size)d") % {"number": entry["dn"], "size": entry["sd"]}
    yield _("Date of vaccination"), day_in_words(entry["dt"])


def _test(entry: Any) -> Iterator[tuple[Words, str]]:
    yield _("Test"), valuesets.TEST_TYPES.get(entry["tt"], entry["tt"])
    yield _("Sample taken"), str(entry["sc"])
    yield _("Result"), valuesets.TEST_RESULTS.get(entry["tr"], entry["tr"])


def _recovery(entry: Any) -> Iterator[tuple[Words, str]]:
    yield _("First positive test"), day_in_words(entry["fr"])
    yield _("Valid from"), day_in_words(entry["df"])
    yield _("Valid to"), day_in_words(entry["du"])


_ENTRY: Final = {Kind.VACCINATION: _vaccination, Kind.TEST: _test, Kind.RECOVERY: _recovery}
