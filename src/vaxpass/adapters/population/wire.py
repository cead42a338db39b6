"""The service's request and answer as JSON: field names, lengths and words, for both ends of the line.

Names and lengths of the request fields: NDXP technical guide of the population-database service
(MaYeuCau 40, MaDVC 20, MaTichHop 20, MaDonVi 35, MaCanBo 20, SoDinhDanh 12, SoCMND 9, HoVaTen 100).
The guide shows the look-up operation; the yes/no comparison of the vaccination campaign is not published,
so its name and the words of its answer are ours and stand here alone.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from vaxpass.identity.ports import IdentityQuestion

OPERATION: Final = "SoSanhThongTinCongDan"
AUTH_HASH: Final = "AuthHash"
LGSP_TOKEN: Final = "lgspAccessToken"  # noqa: S105 - the name of a header, not a secret

LONGEST_NAME: Final = 100
LONGEST_REQUEST_ID: Final = 40
LONGEST_OFFICER_CODE: Final = 20

YES: Final = "DUNG"
NO: Final = "SAI"
NOBODY: Final = "KHONG_TIM_THAY"

_SEX_CODES: Final = {"M": 1, "F": 2}  # the codes of the vaccination portal: 1 nam, 2 nữ


def spoken_name(name: str) -> str:
    """Give the name as the service wants it: composed, upper-cased, one space between words."""
    return " ".join(unicodedata.normalize("NFC", name).upper().split())


def encode_question(question: IdentityQuestion, *, procedure: str, integration: str, unit: str) -> dict[str, object]:
    """Build the request body; the 9-digit number is sent only where the 12-digit one is missing."""
    number = {"SoDinhDanh": question.id_number} if question.id_number else {"SoCMND": question.old_number}
    return {
        "MaYeuCau": question.request_id,
        "MaDVC": procedure,
        "MaTichHop": integration,
        "MaDonVi": unit,
        "MaCanBo": question.officer_code,
        **number,
        "HoVaTen": spoken_name(question.name),
        "GioiTinh": _SEX_CODES[question.sex],
        "NgayThangNamSinh": _encode_birth(question.birth_date),
    }


def _encode_birth(birth_date: str) -> dict[str, str]:
    return {"Nam": birth_date} if len(birth_date) == len("YYYY") else {"NgayThangNam": birth_date}
