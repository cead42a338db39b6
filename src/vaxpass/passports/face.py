"""What a passport shows: the 11 fields of Decision 5772/QĐ-BYT in order, in two languages, read from the signed text.

In: the `HC1:` text and the holder's nationality (the only field that the EU's certificate does not carry). Out: a
frozen `Face` that the page and the PDF both show, so that paper and screen cannot differ. No ID number anywhere.
"""

import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel import Locale
from vaxproof import valuesets
from vaxproof.claims import Claims, Kind
from vaxproof.envelope import cwt
from vaxproof.schema import normalise
from vaxproof.verify import open_text

VIETNAM_TIME: Final = ZoneInfo("Asia/Ho_Chi_Minh")
WORDING: Final[dict[str, Any]] = tomllib.loads(
    (resources.files("vaxpass.passports") / "data" / "wording.toml").read_text("utf-8")
)


@dataclass(frozen=True, slots=True)
class Words:
    """One thing said in both languages."""

    vi: str
    en: str

    @property
    def is_same(self) -> bool:
        """Whether both languages say the same, so that it is shown once."""
        return self.vi == self.en


@dataclass(frozen=True, slots=True)
class Field:
    """One of the 11 fields. `number`: its place in the decision, from 1."""

    number: int
    label: Words
    value: Words


@dataclass(frozen=True, slots=True)
class Face:
    """Everything that a passport shows. Times: aware UTC. `latin_name`: as the machine-readable line has it."""

    text: str
    fields: tuple[Field, ...]
    latin_name: str
    issuer: str
    issued_on: Words
    valid_until: Words
    issued_at: datetime
    expires_at: datetime

    @property
    def name(self) -> str:
        """Full name as shown, family name first."""
        return self.fields[0].value.vi

    @property
    def uvci(self) -> str:
        """The certificate's identifier."""
        return self.fields[10].value.vi


def read_face(text: str, nationality: str) -> Face:
    """Read the face of a passport that we signed.

    `nationality`: ISO 3166-1 alpha-2. The signature is not checked here: a face is drawn from our own rows, and
    whoever needs proof asks the verifier.

    Raises:
        ProofError: the text is no certificate.
    """
    claims = _claims_of(text)
    latin = claims.certificate["nam"]
    return Face(
        text=text,
        fields=_fields(claims, nationality),
        latin_name=" ".join(latin[key].replace("<", " ") for key in ("fnt", "gnt") if latin.get(key)),
        issuer=one_line(str(claims.entry["is"])),
        issued_on=_day(claims.issued_at),
        valid_until=_minute(claims.expires_at),
        issued_at=claims.issued_at,
        expires_at=claims.expires_at,
    )


def _claims_of(text: str) -> Claims:
    token = cwt.decode(open_text(text).payload)
    return Claims(Kind.VACCINATION, token, normalise(token.dcc))


def _fields(claims: Claims, nationality: str) -> tuple[Field, ...]:
    entry = claims.entry
    values = (
        _same(f"{claims.family_name} {claims.given_name}"),
        in_both(claims.birth_date),
        country(nationality),
        _disease(str(entry["tg"])),
        _same(str(entry["dn"])),
        in_both(str(entry["dt"])),
        _same(f"{entry['dn']}/{entry['sd']}"),
        prophylaxis(str(entry["vp"])),
        _same(product(str(entry["mp"]))),
        _same(valuesets.HOLDERS.get(str(entry["ma"]), str(entry["ma"]))),
        _same(claims.uvci),
    )
    labels = (Words(**label) for label in WORDING["fields"])
    pairs = zip(labels, values, strict=True)
    return tuple(Field(number, label, value) for number, (label, value) in enumerate(pairs, start=1))


def one_line(text: str) -> str:
    """Give the text composed (NFC) and on one line: control and format characters become blanks, blanks are single."""
    printable = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in unicodedata.normalize("NFC", text))
    return " ".join(printable.split())


def _same(text: str) -> Words:
    shown = one_line(text)
    return Words(shown, shown)


def in_both(iso: str) -> Words:
    """Give a date as `dd/mm/yyyy` and as ISO; a month or a year alone stays one."""
    return Words("/".join(reversed(iso.split("-"))), iso)


def _day(at: datetime) -> Words:
    return in_both(at.astimezone(VIETNAM_TIME).date().isoformat())


def _minute(at: datetime) -> Words:
    local = at.astimezone(VIETNAM_TIME)
    day = in_both(local.date().isoformat())
    return Words(f"{day.vi} {local:%H:%M} (giờ Việt Nam)", f"{day.en} {local:%H:%M} (UTC+7)")


@cache
def country(code: str) -> Words:
    """Give a country's name by its code; a code that nobody knows stays itself."""
    names = [Locale(language).territories.get(code, code) for language in ("vi", "en")]
    return Words(names[0], names[1])


def _disease(code: str) -> Words:
    return Words(**WORDING["diseases"].get(code, {"vi": code, "en": code}))


@cache
def prophylaxis(code: str) -> Words:
    """Give the name of a kind of vaccine."""
    return Words(WORDING["prophylaxis"].get(code, code), valuesets.PROPHYLAXIS.get(code, code))


@cache
def product(code: str) -> str:
    """Give a product's name, with the name that facilities use behind it where that differs."""
    found = valuesets.PRODUCTS.get(code)
    usual = next((p.vietnamese_name for p in valuesets.LICENSED_IN_VIETNAM if p.mp == code), "")
    name = found.name if found else code
    return f"{name} ({usual})" if usual and usual != name else name
