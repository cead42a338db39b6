"""Doses on their way to the records as rows of PostgreSQL's binary COPY: keyed and sealed once, stored as they are.

A file is packed while it is checked, so that the one transaction that stores it only moves bytes. Row format:
a count of fields, then each field with its length before it, numbers big-endian (PostgreSQL manual, COPY).
"""

from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from struct import Struct
from typing import Any, Final

from vaxpass.records.facts import DoseFacts, IdentityFacts, ReceivedDose
from vaxpass.records.names import fold_name, name_key
from vaxpass.records.sealing import lookup_hash, seal

COPY_HEAD: Final = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
COPY_END: Final = b"\xff\xff"
PACKED_DOSE: Final = (
    "position", "identity_no", "stated", "file_row", "product", "lot", "given_on", "dose_number", "place",
    "priority_group",
)  # fmt: skip
"""The columns of a packed dose in their order; `identity_no` is the row at which its identity stands first."""

_DAY_ZERO: Final = date(2000, 1, 1).toordinal()
_NULL: Final = b"\xff\xff\xff\xff"
_length: Final = Struct(">i").pack
_dose_head: Final = Struct(">hiiiiibii").pack
_identity_head: Final = Struct(">hii").pack
_smallint: Final = Struct(">ih").pack
_day: Final = Struct(">ii").pack


def person_key(identity: IdentityFacts) -> bytes:
    """Give the key of the person: number, folded words of the name, birth year.

    Without a number, sex, the whole birth date and the phone stand in for it.
    """
    if identity.number:
        return lookup_hash(
            "person",
            str(identity.number_kind),
            identity.number,
            name_key(identity.full_name),
            identity.birth_date[:4],
        )
    return lookup_hash(
        "person-without-number",
        name_key(identity.full_name),
        identity.birth_date,
        str(identity.sex),
        identity.phone,
        identity.nationality,
    )


def identity_digest(identity: IdentityFacts) -> bytes:
    """Give the keyed hash of everything declared, so that the same declaration is stored once."""
    return lookup_hash(
        "identity",
        identity.full_name,
        str(identity.sex),
        identity.birth_date,
        identity.nationality,
        str(identity.number_kind),
        identity.number,
        identity.phone,
        identity.address,
    )


def sealed_identity(who: IdentityFacts, key: bytes) -> tuple[Any, ...]:
    """Give the columns of an identity from `person_key` on, what is secret among them sealed."""
    return (
        key,
        identity_digest(who),
        who.full_name,
        fold_name(who.full_name),
        who.sex,
        who.birth_date,
        who.nationality,
        who.number_kind,
        seal(who.number),
        lookup_hash("number", who.number) if who.number else b"",
        seal(who.phone),
        lookup_hash("phone", who.phone) if who.phone else b"",
        seal(who.address),
    )


def pack(keyed: Iterable[tuple[ReceivedDose, bytes]]) -> tuple[bytes, bytes]:
    """Pack doses from a file, each with its person's key: rows of doses, and rows of their identities, each once.

    Every dose has its `row`, no two the same, also not in what is stored together with it.
    """
    people: dict[IdentityFacts, int] = {}
    doses: list[bytes] = []
    identities: list[bytes] = []
    for received, key in keyed:
        who, row = received.identity, received.row
        assert row is not None
        number = people.setdefault(who, row)
        if number == row:
            identities.append(_identity_row(number, who, key))
        head = _dose_head(10, 4, row, 4, number, 1, received.facility_states_identity, 4, row)
        doses.append(head + _dose_fields(received.dose))
    return b"".join(doses), b"".join(identities)


def _dose_fields(dose: DoseFacts) -> bytes:
    number = dose.dose_number
    return b"".join(
        (
            _repeated(dose.product),
            _repeated(dose.lot),
            _day(4, dose.given_on.toordinal() - _DAY_ZERO),
            _NULL if number is None else _smallint(2, number),
            _repeated(dose.place),
            _repeated(dose.priority_group),
        )
    )


def _identity_row(number: int, who: IdentityFacts, key: bytes) -> bytes:
    columns = sealed_identity(who, key)
    fields = b"".join([_FIELDS[column.__class__](column) for column in columns])
    return _identity_head(len(columns) + 1, 4, number) + fields


def _bytes(content: bytes) -> bytes:
    return _length(len(content)) + content


def _text(text: str) -> bytes:
    return _bytes(text.encode())


_repeated = lru_cache(maxsize=16_384)(_text)  # products, lots, places, groups
_FIELDS: dict[type, Callable[[Any], bytes]] = {
    bytes: _bytes, str: _text, int: lambda number: _smallint(2, number),
}  # fmt: skip
