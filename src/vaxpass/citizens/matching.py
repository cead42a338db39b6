"""Which declared identities fit what somebody typed, and which phone may be asked about them. Pure.

A number or phone fits exactly (the caller found by it). Besides, the name fits (accents, letter case and the order of
the words do not matter), or the birth date. Where either side knows only the year, half the words of the name must be
shared as well: a couple of one phone is often born in one year.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from vaxpass.notices.rules import is_mobile
from vaxpass.records.finding import FoundIdentity
from vaxpass.records.names import name_key

_WHOLE_DATE: Final = 10  # letters of YYYY-MM-DD


@dataclass(frozen=True, slots=True)
class Details:
    """What somebody typed, in the forms of the records: tidy name, YYYY or YYYY-MM-DD, ID number, phone.

    Nine digits may be an old card's number or a phone without its zero; then both are set.
    """

    name: str = field(repr=False)
    birth: str = field(repr=False)
    number: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


def fits(details: Details, identity: FoundIdentity) -> bool:
    """Say whether an identity that was found by number or phone fits the name or the birth date."""
    typed, kept = name_key(details.name), name_key(identity.name_folded)
    if typed == kept:
        return True
    if len(details.birth) == len(identity.birth_date) == _WHOLE_DATE:
        return details.birth == identity.birth_date
    return details.birth[:4] == identity.birth_date[:4] and _share_words(typed.split(), kept.split())


def _share_words(typed: Sequence[str], kept: Sequence[str]) -> bool:
    return 2 * len(set(typed) & set(kept)) >= max(len(set(typed)), len(set(kept)))


def phone_to_ask(details: Details, fitting: Iterable[FoundIdentity]) -> str:
    """Give the phone of the record that a code may go to: the typed one if the record names it, else the newest; or ''.

    What is signed goes before what is not: a slip of another facility must not send the code to a stranger's phone.
    Only what still speaks for a person counts: a phone that was corrected may be a stranger's by now.
    """
    speaking = sorted(
        (one for one in fitting if one.is_current), key=lambda one: (one.is_signed, one.version_id), reverse=True
    )
    phones = [phone for phone in (one.phone for one in speaking) if is_mobile(phone)]
    return details.phone if details.phone in phones else next(iter(phones), "")


def reached_by_phone(phone: str, fitting: Iterable[FoundIdentity]) -> frozenset[int]:
    """Give the people whom a proven phone opens: all that fit and still name it.

    A phone that was corrected may be a stranger's by now: what no dose carries any more is opened only beside what does
    and has the same number or the same words in its name, as the same citizen before a correction.
    """
    named = [one for one in fitting if one.phone == phone]
    speaking = [one for one in named if one.is_current]
    before = (one for one in named if one.is_over and any(_is_the_same(one, other) for other in speaking))
    return frozenset(one.person_id for one in (*speaking, *before))


def _is_the_same(one: FoundIdentity, other: FoundIdentity) -> bool:
    if one.number_key and one.number_key == other.number_key:
        return True
    return name_key(one.name_folded) == name_key(other.name_folded)
