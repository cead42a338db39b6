"""Locale files compiled without gettext's programs: every .po that is newer than its .mo."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_locales(folder: Path) -> int:
    """Compile locale/<area>/<language>/LC_MESSAGES/django.po below `folder`; give how many were stale."""
    stale = [po for po in folder.glob("*/*/LC_MESSAGES/django.po") if _is_stale(po)]
    for po in stale:
        with po.open("rb") as source, po.with_suffix(".mo").open("wb") as target:
            write_mo(target, read_po(source, abort_invalid=True))
    return len(stale)


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime
