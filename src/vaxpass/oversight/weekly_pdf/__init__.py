"""The weekly report as PDF (A4, PDF/A-2a and PDF/UA-1), in the form of Nghị định 30/2020/NĐ-CP.

The same report gives the same bytes. The number is left for the clerk who registers the document, the signature for
whoever signs it; neither is ours to fill in.
"""

import json
import re
import threading
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import typst

from vaxpass.oversight import weekly_text
from vaxpass.oversight.weekly_facts import WeeklyReport

STANDARDS: Final = ["a-2a", "ua-1"]
_TURN = threading.Lock()  # the compiler keeps the inputs of its last call
_LACKING: Final = re.compile(
    "[^\n\u0020-\u007e\u00a0-\u024f\u0300-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03e1\u0400-\u04ff"
    "\u1e00-\u1eff\u200b\u2010-\u2027\u2030-\u203a\u20ab\u2116\u2212\ufffd]"
)


def render(report: WeeklyReport) -> bytes:
    """Write a report's PDF."""
    document = _LACKING.sub("\ufffd", json.dumps(weekly_text.document_of(report), ensure_ascii=False))
    with _TURN:
        pdf = _compiler().compile(
            format="pdf",
            sys_inputs={"report": document},
            pdf_standards=STANDARDS,
            timestamp=int(report.made_at.timestamp()),
        )
    assert isinstance(pdf, bytes)
    return pdf


@cache
def _compiler() -> Any:
    folder = Path(str(resources.files("vaxpass.oversight") / "weekly_pdf"))
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder / "fonts"])
    return typst.Compiler(folder / "weekly.typ", root=folder, font_paths=fonts)
