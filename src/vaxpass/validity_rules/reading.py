"""Reading rule files of others: one rule, a list, a published document, a gateway's list with CMS texts, a zip. Pure.

What cannot be read is named beside what can; nothing here decides whether a rule may be published.
"""

import base64
import binascii
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, TypeVar

from vaxproof import ProofError
from vaxproof.rules.book import FORMAT
from vaxproof.trust.cms import open_signed

from vaxpass.offices.scope import Refused

MAX_BYTES: Final = 8_000_000
MAX_UNPACKED: Final = 40_000_000
MAX_FILES: Final = 20_000
_ZIP: Final = b"PK\x03\x04"
_MARK: Final = b"\xef\xbb\xbf"
_UNREADABLE: Final = "RULE_UNREADABLE"
Remark = TypeVar("Remark")


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that should be a rule: where it stands, its JSON, or why there is none. `signer`: of a CMS text."""

    where: str
    value: object = None
    fault: str = ""
    signer: str = ""

    def remarks_as(self, make: Callable[..., Remark]) -> tuple[Remark, ...]:
        """What is to be said of where it came from: its signature is right, but whose it is nobody has checked."""
        return (make("RULE_SIGNER_NOT_CHECKED", "", self.signer),) if self.signer else ()


def read_file(content: bytes, name: str) -> list[Found]:
    """Everything in a file that should be a rule.

    Refuses RULES_FILE_EMPTY, RULES_FILE_TOO_LARGE, RULES_FILE_UNREADABLE, RULES_FILE_WITHOUT_RULES.
    """
    if not content.strip():
        raise Refused("RULES_FILE_EMPTY")
    if len(content) > MAX_BYTES:
        raise Refused("RULES_FILE_TOO_LARGE", most=MAX_BYTES // 1_000_000)
    found = list(_of_zip(content)) if content.startswith(_ZIP) else list(_of_json(content, name))
    if not found:
        raise Refused("RULES_FILE_WITHOUT_RULES")
    return found


def read_text(text: str) -> object:
    """The JSON of a text that somebody typed.

    Refuses RULES_JSON_WRONG, with the line where it goes wrong.
    """
    try:
        return json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise Refused("RULES_JSON_WRONG", line=error.lineno, column=error.colno) from None
    except (ValueError, RecursionError):
        raise Refused("RULES_JSON_WRONG", line=1, column=1) from None


def is_storable(value: object) -> bool:
    """Whether a database can hold the value: no zero characters, no halves of characters."""
    try:
        return b"\\u0000" not in json.dumps(value).encode() and bool(json.dumps(value, ensure_ascii=False).encode())
    except (ValueError, RecursionError):
        return False


def _of_zip(content: bytes) -> Iterator[Found]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = [info for info in packed.infolist() if _is_rule_file(info)]
            if len(packed.infolist()) > MAX_FILES or sum(info.file_size for info in names) > MAX_UNPACKED:
                raise Refused("RULES_FILE_TOO_LARGE", most=MAX_UNPACKED // 1_000_000)
            for info in sorted(names, key=lambda info: info.filename):
                yield from _of_packed(packed, info)
    except (zipfile.BadZipFile, RuntimeError, EOFError, ValueError):
        raise Refused("RULES_FILE_UNREADABLE") from None


def _is_rule_file(info: zipfile.ZipInfo) -> bool:
    """Whether a file is looked at: JSON, and neither a test nor a hidden file."""
    parts = info.filename.split("/")
    hidden = any(part.startswith((".", "__")) for part in parts)
    return parts[-1].lower().endswith(".json") and "tests" not in parts and not hidden


def _of_packed(packed: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[Found]:
    if info.flag_bits & 1:  # encrypted
        yield Found(info.filename, fault=_UNREADABLE)
        return
    with packed.open(info) as file:
        content = file.read(info.file_size + 1)
    value = _json(content)
    named = info.filename.split("/")[-1].lower() == "rule.json"
    if value is None:
        if named:
            yield Found(info.filename, fault=_UNREADABLE)
    elif named or _looks_like_rules(value):
        yield from _of_value(value, info.filename)


def _of_json(content: bytes, name: str) -> Iterator[Found]:
    value = _json(content)
    if value is None:
        raise Refused("RULES_FILE_UNREADABLE")
    yield from _of_value(value, name)


def _json(content: bytes) -> Any:
    try:
        return json.loads(content.removeprefix(_MARK).decode(), parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None


def _no_number(name: str) -> float:
    raise ValueError(name)


def _looks_like_rules(value: object) -> bool:
    first = value[0] if isinstance(value, list) and value else value
    return isinstance(first, dict) and ("Identifier" in first or first.get("format") == FORMAT)


def _of_value(value: object, where: str) -> Iterator[Found]:
    """A rule, a list of them, our published document, or the gateway's list by country."""
    if isinstance(value, list):
        for place, item in enumerate(value, start=1):
            yield from _of_item(item, f"{where} #{place}")
    elif isinstance(value, dict) and value.get("format") == FORMAT:
        sets = value.get("sets")
        for entry in sets if isinstance(sets, list) else []:
            yield from _of_value(entry.get("rules") if isinstance(entry, dict) else None, where)
    elif isinstance(value, dict) and "Identifier" not in value and _is_by_country(value):
        for country, entries in value.items():
            yield from _of_value(entries, f"{where} {country[:40]}")
    else:
        yield from _of_item(value, where)


def _is_by_country(value: dict[str, Any]) -> bool:
    return bool(value) and all(isinstance(entries, list) for entries in value.values())


def _of_item(item: object, where: str) -> Iterator[Found]:
    text = item.get("cms") if isinstance(item, dict) and "Identifier" not in item else None
    if isinstance(text, str):
        yield _of_cms(text, where)
    elif is_storable(item):
        yield Found(where, item)
    else:
        yield Found(where, fault=_UNREADABLE)


def _of_cms(text: str, where: str) -> Found:
    """A rule as the gateway hands it out: base64 of a signed message with the rule inside."""
    try:
        message = open_signed(base64.b64decode(text))
    except (ValueError, binascii.Error):
        return Found(where, fault=_UNREADABLE)
    except ProofError:
        return Found(where, fault="RULE_SIGNATURE_WRONG")
    value = _json(message.content)
    if value is None or not is_storable(value):
        return Found(where, fault=_UNREADABLE)
    return Found(where, value, signer=sha256(message.certificate).hexdigest())
