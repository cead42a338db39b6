"""The printed passport: a face goes in, a PDF comes out (A4, folding to a quarter, PDF/A-2a and PDF/UA-1).

The same face and the same time give the same bytes. One compiler is kept and reused: a fresh one costs twice.
"""

import json
import threading
from dataclasses import asdict
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import typst

from vaxpass.passports import qr
from vaxpass.passports.face import WORDING, Face, Words
from vaxpass.passports.pdf.letters import is_tight, printable

QR_SIDE_MM: Final = 42.0
"""Side of the printed code without its quiet zone: a diagonal of 59 mm; hcert-spec §4.2 wants 35 to 60."""

STANDARDS: Final = ["a-2a", "ua-1"]
_TURN = threading.Lock()  # the compiler keeps the inputs of its last call


def render(face: Face, now: datetime) -> bytes:
    """Print a face. `now`: aware; the document's date.

    Raises:
        QrError: the text cannot be a QR code.
    """
    document = json.dumps(_document(face), ensure_ascii=False)
    with _TURN:
        pdf = _compiler().compile(
            format="pdf", sys_inputs={"face": document}, pdf_standards=STANDARDS, timestamp=int(now.timestamp())
        )
    assert isinstance(pdf, bytes)
    return pdf


@cache
def _compiler() -> Any:
    folder = Path(str(resources.files("vaxpass.passports") / "pdf"))
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder / "fonts"])
    return typst.Compiler(folder / "passport.typ", root=folder, font_paths=fonts)


def _document(face: Face) -> dict[str, Any]:
    return {
        "document_title": f"{WORDING['title']['vi']} / {WORDING['title']['en']}",
        "description": f"{WORDING['subtitle']['vi']} / {WORDING['subtitle']['en']}",
        "keywords": ["EU DCC", "HC1", face.uvci],
        "words": {"title": WORDING["title"], "subtitle": WORDING["subtitle"], "nation": WORDING["nation"]}
        | WORDING["panels"],
        "fields": [
            {
                "number": field.number,
                "label": asdict(field.label),
                "value": _printable(field.value),
                "tight": is_tight(field.value.vi),
            }
            for field in face.fields
        ],
        "tight": is_tight(face.name),
        "name": printable(face.name),
        "latin_name": printable(face.latin_name),
        "issuer": printable(face.issuer),
        "issued_on": asdict(face.issued_on),
        "valid_until": asdict(face.valid_until),
        "advice": WORDING["advice"],
        "qr": _qr(face.text),
    }


def _printable(words: Words) -> dict[str, str]:
    return {"vi": printable(words.vi), "en": printable(words.en)}


def _qr(text: str) -> dict[str, Any]:
    code = qr.encode(text)
    width = QR_SIDE_MM * (code.size + 2 * qr.QUIET_ZONE) / code.size
    return {
        "svg": qr.svg_of(code),
        "width": width,
        "alt": "Mã QR của hộ chiếu vắc xin / QR code of the vaccine passport",
    }
