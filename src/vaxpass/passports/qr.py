"""The QR code of a passport: modules at error level Q, and their picture as one SVG path.

In: the `HC1:` text. Out: a square of dark and light modules (ISO/IEC 18004), or SVG. hcert-spec §4.2 asks for
alphanumeric mode and recommends level Q, which still reads with a quarter of the code lost.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import zxingcpp
from numpy.typing import NDArray

QUIET_ZONE = 4
"""Light modules on every side (ISO/IEC 18004 §9.1)."""

_ALPHANUMERIC: Final = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
# Alphanumeric characters that versions 1 to 40 hold at level Q (ISO/IEC 18004, table 7).
_CAPACITY_AT_Q: Final = (
    16, 29, 47, 67, 87, 108, 125, 157, 189, 221, 259, 296, 352, 376, 426, 470, 531, 574, 644, 702,
    742, 823, 890, 963, 1041, 1094, 1172, 1263, 1322, 1429, 1499, 1618, 1700, 1787, 1867, 1966, 2071, 2181, 2298, 2420,
)  # fmt: skip


class QrError(Exception):
    """The text cannot become the QR code that the specification asks for; never holds the text."""


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code without its quiet zone. `modules`: square, True is dark."""

    modules: NDArray[np.bool_]

    @property
    def size(self) -> int:
        """Modules on a side."""
        return len(self.modules)

    @property
    def version(self) -> int:
        """1 to 40."""
        return (self.size - 17) // 4


def version_for(length: int) -> int:
    """Give the smallest version that holds so many alphanumeric characters at level Q.

    Raises:
        QrError: more than any version holds.
    """
    for version, capacity in enumerate(_CAPACITY_AT_Q, start=1):
        if length <= capacity:
            return version
    raise QrError(f"{length} characters are more than a QR code holds at level Q")


def encode(text: str) -> Qr:
    """Give the code of a text of QR's alphanumeric alphabet.

    The module count is checked: another mode or a higher level would need a larger version than the smallest that
    holds the text, so a code of the right size at level Q is one in alphanumeric mode.

    Raises:
        QrError: empty, a character outside the alphabet, too long, or a code of another size or level.
    """
    if not text or not _ALPHANUMERIC.issuperset(text):
        raise QrError("not a text in QR's alphanumeric alphabet")
    version = version_for(len(text))
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    picture = code.to_image(scale=1, add_quiet_zones=False)
    modules: NDArray[np.bool_] = np.array(picture) == 0
    if modules.shape != (17 + 4 * version, 17 + 4 * version) or code.ec_level != "Q":
        raise QrError(f"expected version {version} at level Q, got {modules.shape[0]} modules")
    return Qr(modules)


def path_of(qr: Qr) -> str:
    """Give the dark modules as SVG path data: one horizontal stroke of width 1 for each run, quiet zone included."""
    padded = np.zeros((qr.size, qr.size + 2), np.int8)
    padded[:, 1:-1] = qr.modules
    edges = np.diff(padded, axis=1)
    rows, starts = np.nonzero(edges == 1)
    ends = np.nonzero(edges == -1)[1]
    parts: list[str] = []
    x = y = 0
    for row, start, end in zip(rows.tolist(), starts.tolist(), ends.tolist(), strict=True):
        parts.append(f"m{start - x} {row - y}h{end - start}" if parts else _first_run(row, start, end))
        x, y = end, row
    return "".join(parts)


def _first_run(row: int, start: int, end: int) -> str:
    return f"M{start + QUIET_ZONE} {row + QUIET_ZONE}.5h{end - start}"


def svg_of(qr: Qr) -> str:
    """Give the code's SVG: white paper, quiet zone, one unit for each module, no size of its own."""
    side = qr.size + 2 * QUIET_ZONE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path stroke="#000" d="{path_of(qr)}"/></svg>'
    )
