"""Where each province lies on the tile map: one square each, neighbours near neighbours, for both schemes of units.

63 provinces until 30/6/2025, 34 from 1/7/2025 (Nghị quyết 202/2025/QH15). Ours: a drawing, no survey.
"""

from dataclasses import dataclass
from typing import Final

_OLD_ROWS: Final = (
    ".. 12 10 02 04 .. ..",
    "11 .. 15 08 06 20 ..",
    ".. 14 25 26 19 24 22",
    ".. .. 17 01 27 30 31",
    ".. .. .. 35 33 34 ..",
    ".. .. 38 37 36 .. ..",
    ".. .. 40 42 .. .. ..",
    ".. .. .. 44 45 .. ..",
    ".. .. .. .. .. 46 48",
    ".. .. .. .. .. 49 51",
    ".. .. .. .. .. 62 52",
    ".. .. .. .. .. 64 54",
    ".. .. .. .. .. 66 56",
    ".. .. .. 70 67 68 58",
    ".. .. 72 74 75 60 ..",
    "89 87 80 79 77 .. ..",
    "91 92 82 83 .. .. ..",
    ".. 93 86 84 .. .. ..",
    "96 95 94 .. .. .. ..",
)
_NEW_ROWS: Final = (
    "12 15 08 04 .. ..",
    "11 14 25 19 20 ..",
    ".. .. 01 24 31 22",
    ".. .. 37 33 .. ..",
    ".. .. 38 .. .. ..",
    ".. .. 40 42 .. ..",
    ".. .. .. 44 46 ..",
    ".. .. .. .. .. 48",
    ".. .. .. .. .. 51",
    ".. .. .. .. .. 52",
    ".. .. .. .. .. 66",
    ".. .. .. 75 68 56",
    ".. .. 80 79 .. ..",
    ".. 91 82 .. .. ..",
    ".. 92 86 .. .. ..",
    ".. 96 .. .. .. ..",
)
_SHORT: Final = (
    "01 HNội 02 HGiang 04 CBằng 06 BKạn 08 TQuang 10 LCai 11 ĐBiên 12 LChâu 14 SLa 15 YBái 17 HBình 19 TNguyên "
    "20 LSơn 22 QNinh 24 BGiang 25 PThọ 26 VPhúc 27 BNinh 30 HDương 31 HPhòng 33 HYên 34 TBình 35 HNam 36 NĐịnh "
    "37 NBình 38 THoá 40 NAn 42 HTĩnh 44 QBình 45 QTrị 46 Huế 48 ĐNẵng 49 QNam 51 QNgãi 52 BĐịnh 54 PYên "
    "56 KHoà 58 NThuận 60 BThuận 62 KTum 64 GLai 66 ĐLắk 67 ĐNông 68 LĐồng 70 BPhước 72 TNinh 74 BDương "
    "75 ĐNai 77 BRVT 79 HCM 80 LAn 82 TGiang 83 BTre 84 TVinh 86 VLong 87 ĐTháp 89 AGiang 91 KGiang 92 CThơ "
    "93 HậuG 94 STrăng 95 BLiêu 96 CMau"
)
_SHORT_NEW: Final = {
    "15": "LCai",
    "24": "BNinh",
    "44": "QTrị",
    "52": "GLai",
    "80": "TNinh",
    "82": "ĐTháp",
    "91": "AGiang",
}


@dataclass(frozen=True, slots=True)
class Tile:
    """A province's square: column from the west, row from the north, and a word that fits on it."""

    x: int
    y: int
    short: str


def _laid_out(rows: tuple[str, ...], short: dict[str, str]) -> dict[str, Tile]:
    return {
        code: Tile(x, y, short[code])
        for y, row in enumerate(rows)
        for x, code in enumerate(row.split())
        if code != ".."
    }


def _by_code(words: str) -> dict[str, str]:
    pairs = words.split()
    return dict(zip(pairs[::2], pairs[1::2], strict=True))


_NAMES: Final = _by_code(_SHORT)
OLD: Final = _laid_out(_OLD_ROWS, _NAMES)
"""By province code, for the 63 provinces until 30/6/2025."""
NEW: Final = _laid_out(_NEW_ROWS, _NAMES | _SHORT_NEW)
"""By province code, for the 34 provinces from 1/7/2025."""


def tile_of(code: str, scheme: str) -> Tile | None:
    """Give a province's square in the scheme "old" or "new"; None where there is none (a unit without a province)."""
    return (OLD if scheme == "old" else NEW).get(code)
