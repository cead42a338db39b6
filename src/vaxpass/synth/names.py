"""Names of invented people: surnames by their real frequency, middle and given names by sex.

Surname shares: as usually cited after Lê Trung Hoa, “Họ và tên người Việt Nam” (2005), rounded; what is left
is spread over rarer surnames. Names of ethnic minorities follow their own forms (Ê Đê and Bru: Y for men,
H' for women). No name here is taken from a person; given names are common words of the naming stock.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from random import Random

_SURNAMES: Final = {
    "Nguyễn": 38.0, "Trần": 11.0, "Lê": 9.5, "Phạm": 7.0, "Hoàng": 3.0, "Huỳnh": 2.1, "Phan": 4.5, "Vũ": 2.3,
    "Võ": 1.6, "Đặng": 2.1, "Bùi": 2.0, "Đỗ": 1.4, "Hồ": 1.3, "Ngô": 1.3, "Dương": 1.0, "Lý": 0.5,
    "Đinh": 0.9, "Trương": 0.9, "Đào": 0.7, "Đoàn": 0.7, "Mai": 0.6, "Lương": 0.6, "Cao": 0.6, "Lâm": 0.5,
    "Hà": 0.5, "Trịnh": 0.5, "Tạ": 0.4, "Phùng": 0.4, "Tô": 0.3, "Chu": 0.3, "Thái": 0.3, "Kiều": 0.2,
    "Vi": 0.3, "Lò": 0.3, "Quách": 0.2, "Lưu": 0.2, "Châu": 0.2, "Nông": 0.2, "Hứa": 0.2, "Thạch": 0.1,
    "Sơn": 0.1, "Nghiêm": 0.1, "Ông": 0.1, "Tôn Nữ": 0.05, "Tôn Thất": 0.05, "Âu Dương": 0.02,
}  # fmt: skip

_MIDDLES: Final = {
    "M": ["Văn"] * 9 + ["Đức", "Hữu", "Minh", "Quang", "Xuân", "Đình", "Ngọc", "Công", "Thành", "Quốc", "Anh",
          "Gia", "Bảo", "Thanh", "Trọng", "Tuấn", "Viết", "Duy", "Hoàng", "Bá", "Khắc", "Sỹ", ""],
    "F": ["Thị"] * 12 + ["Ngọc", "Thanh", "Thu", "Minh", "Phương", "Kim", "Mỹ", "Hồng", "Bích", "Thùy",
          "Khánh",
          "Thị Thu", "Thị Thanh", "Thị Kim", "Thị Mỹ", "Thị Ngọc", "Hoài", "Diệu", "Bảo", "Quỳnh", "Như", ""],
}  # fmt: skip

_GIVEN: Final = {
    "M": ["Anh", "Ánh", "Bình", "Châu", "Chiến", "Cường", "Dũng", "Duy", "Đạt", "Đông", "Đức", "Giang", "Hải",
          "Hậu", "Hiếu", "Hòa", "Hoàng", "Hùng", "Hưng", "Huy", "Khánh", "Khoa", "Kiên", "Lâm", "Linh",
          "Long",
          "Lợi", "Mạnh", "Minh", "Nam", "Nghĩa", "Nguyên", "Nhân", "Phong", "Phú", "Phúc", "Phước", "Quân",
          "Quang", "Quý", "Sang", "Sơn", "Tài", "Tâm", "Tân", "Thái", "Thắng", "Thành", "Thiện", "Thịnh",
          "Thọ", "Tiến", "Toàn", "Trí", "Trung", "Tú", "Tuấn", "Tùng", "Việt", "Vinh", "Vũ", "Ý"],
    "F": ["An", "Anh", "Ánh", "Bình", "Chi", "Cúc", "Dung", "Duyên", "Đào", "Giang", "Hà", "Hạnh", "Hằng",
          "Hiền", "Hoa", "Hòa", "Hồng", "Huệ", "Huyền", "Hương", "Hường", "Khanh", "Lan", "Lành", "Liên",
          "Linh", "Loan", "Ly", "Mai", "My", "Nga", "Ngà", "Ngân", "Ngọc", "Nguyệt", "Nhi", "Nhung", "Oanh",
          "Phượng", "Phương", "Quyên", "Quỳnh", "Sen", "Tâm", "Thanh", "Thảo", "Thắm", "Thoa", "Thơm", "Thu",
          "Thủy", "Thúy", "Tiên", "Trà", "Trang", "Trinh", "Tuyết", "Uyên", "Vân", "Xuân", "Yến", "Ý"],
}  # fmt: skip

_MINORITY_SHARE: Final = 0.02
_MINORITY: Final = {
    "M": ["Y Thoan Bru", "Y Khuê Niê", "Y Blăk Mlô", "Y Săm Êban", "K'Brôi", "A Dũng", "Giàng A Páo",
          "Vừ Bá Xử", "Lầu Y Pó", "Hạng A Sình", "Moong Văn Hợi", "Siu Blơh", "Kpă Thuật", "Rơ Châm Hiêng"],
    "F": ["H'Hen Niê", "H'Wêñ Êban", "H'Ñuên Mlô", "H'Lan Bkrông", "Ka Dêr", "Y Vân", "Giàng Thị Mỷ",
          "Vừ Y Dở", "Lầu Y Xia", "Sùng Thị Chá", "Moong Thị Hoa", "Siu H'Bliă", "Kpă H'Đơ",
          "Rơ Châm H'Phik"],
}  # fmt: skip

_FOREIGN: Final = {
    "KOR": {"M": ["KIM MINJUN", "LEE DOYUN", "PARK SEOJUN"], "F": ["CHOI JIWOO", "JUNG SEOYEON",
                  "KANG HAEUN"]},
    "JPN": {"M": ["TANAKA HARUTO", "SATO REN"], "F": ["SUZUKI AOI", "YAMAMOTO YUI"]},
    "CHN": {"M": ["WANG WEI", "LI QIANG"], "F": ["ZHANG MIN", "LIU FANG"]},
    "FRA": {"M": ["DUPONT JEAN-LUC", "LEFÈVRE RENÉ"], "F": ["D'ANGLEVILLE ÉLODIE", "MARTIN CHLOÉ"]},
    "DEU": {"M": ["MÜLLER JÜRGEN", "GROSS STEFAN"], "F": ["WEISS ANKE", "SCHRÖDER HEIKE"]},
    "USA": {"M": ["SMITH JOHN ALLEN", "O'BRIEN KEVIN"], "F": ["JOHNSON MARY ANN", "DAVIS EMILY"]},
    "IND": {"M": ["RAMESH", "SHARMA ANIL KUMAR"], "F": ["PATEL PRIYA", "LAKSHMI"]},
    "LAO": {"M": ["PHOMVIHANE SOMCHAI"], "F": ["SISOULITH BOUNMY"]},
}  # fmt: skip
NATIONALITIES: Final = tuple(_FOREIGN)

_SURNAME_LIST: Final = list(_SURNAMES)
_SURNAME_STEPS: Final = list(accumulate(_SURNAMES.values()))


def draw_vietnamese(rng: Random, sex: str) -> str:
    """Draw a full name in Vietnamese order: surname, middle names, given name."""
    if rng.random() < _MINORITY_SHARE:
        return rng.choice(_MINORITY[sex])
    surname = rng.choices(_SURNAME_LIST, cum_weights=_SURNAME_STEPS)[0]
    middle, given = rng.choice(_MIDDLES[sex]), rng.choice(_GIVEN[sex])
    return f"{surname} {middle} {given}" if middle else f"{surname} {given}"


def draw_foreign(rng: Random, sex: str, nationality: str) -> str:
    """Draw a name as a passport of that country (ISO 3166 alpha-3) shows it: surname first, upper case."""
    return rng.choice(_FOREIGN[nationality][sex])
