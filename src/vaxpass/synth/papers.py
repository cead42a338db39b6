"""Draws invented paper certificates ("Giấy xác nhận đã tiêm vắc xin COVID-19") as a citizen's phone would catch them.

In: what the paper says, how well it was caught. Out: the file of a photo. The layout is ours; every sheet says across
its middle that it is invented, so that no picture can be taken for a real certificate.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

from PIL import Image, ImageDraw, ImageFilter, ImageFont

_FONTS: Final = Path(__file__).parents[1] / "passports" / "pdf" / "fonts"
_SHEET: Final = (1240, 1754)  # A5 at 210 dots per inch
_INK: Final = (24, 28, 48)
_PEN: Final = (22, 52, 140)
_RED: Final = (176, 34, 30)
_GREY: Final = (120, 120, 120)
_LEFT: Final = 90
_GPS_TAG: Final = 0x8825
_ORIENTATION_TAG: Final = 0x0112


class Quality(StrEnum):
    """How well the camera caught the paper; the last two are refused by dispatch 9458's reasons 7 and 8."""

    CLEAR = "CLEAR"
    TILTED = "TILTED"
    COVERED = "COVERED"
    BLURRED = "BLURRED"


@dataclass(frozen=True, slots=True)
class PaperDose:
    """One line of the paper, as written by hand: day `dd/mm/yyyy`, product, lot, where."""

    day: str
    vaccine: str
    lot: str
    place: str


@dataclass(frozen=True, slots=True)
class Paper:
    """What a paper certificate says of an invented person."""

    name: str
    birth: str
    sex: str
    number: str
    phone: str
    address: str
    doses: Sequence[PaperDose]


def draw_photo(paper: Paper, quality: Quality = Quality.CLEAR, *, seed: int = 1, located: bool = False) -> bytes:
    """Give a JPEG of the paper on a table; `located` adds a place and a turn to its EXIF, as phones do."""
    photo = _photographed(draw_sheet(paper), quality, Random(seed))  # noqa: S311 -- invented papers, not secrets
    return _as_jpeg(photo, located=located)


def draw_sheet(paper: Paper) -> Image.Image:
    """Draw the flat sheet, before any camera."""
    sheet = Image.new("RGB", _SHEET, (250, 247, 238))
    pen = ImageDraw.Draw(sheet)
    _centred(pen, 70, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 34)
    _centred(pen, 118, "Độc lập - Tự do - Hạnh phúc", 30)
    _centred(pen, 210, "GIẤY XÁC NHẬN", 56, ink=_RED)
    _centred(pen, 282, "ĐÃ TIÊM VẮC XIN COVID-19", 40, ink=_RED)
    below = _write_person(pen, paper)
    _write_doses(pen, paper.doses, below)
    _mark_invented(sheet)
    return sheet


def _write_person(pen: ImageDraw.ImageDraw, paper: Paper) -> int:
    rows = (
        ("Họ và tên", paper.name),
        ("Ngày sinh", paper.birth),
        ("Giới tính", paper.sex),
        ("Số CCCD/CMND", paper.number),
        ("Điện thoại", paper.phone),
        ("Địa chỉ", paper.address),
    )
    top = 390
    for label, written in rows:
        pen.text((_LEFT, top), f"{label}:", font=_font(30), fill=_INK)
        pen.text((_LEFT + 280, top - 4), written, font=_font(36, bold=True), fill=_PEN)
        pen.line((_LEFT + 275, top + 48, _SHEET[0] - _LEFT, top + 48), fill=_GREY, width=1)
        top += 78
    return top + 40


def _write_doses(pen: ImageDraw.ImageDraw, doses: Sequence[PaperDose], top: int) -> None:
    for place, dose in enumerate(doses, start=1):
        pen.rectangle((_LEFT, top, _SHEET[0] - _LEFT, top + 218), outline=_INK, width=3)
        pen.text((_LEFT + 20, top + 14), f"Đã tiêm mũi {place}", font=_font(32, bold=True), fill=_INK)
        lines = (
            ("Ngày tiêm", dose.day),
            ("Loại vắc xin", f"{dose.vaccine}   Số lô: {dose.lot}"),
            ("Nơi tiêm", dose.place),
        )
        for line, (label, written) in enumerate(lines):
            pen.text((_LEFT + 20, top + 66 + line * 48), f"{label}:", font=_font(28), fill=_INK)
            pen.text((_LEFT + 230, top + 63 + line * 48), written, font=_font(31, bold=True), fill=_PEN)
        _stamp(pen, _SHEET[0] - _LEFT - 110, top + 105)
        top += 250


def _stamp(pen: ImageDraw.ImageDraw, across: int, down: int) -> None:
    pen.ellipse((across - 85, down - 85, across + 85, down + 85), outline=_RED, width=5)
    pen.ellipse((across - 66, down - 66, across + 66, down + 66), outline=_RED, width=2)
    pen.text((across, down), "MẪU", font=_font(38, bold=True), fill=_RED, anchor="mm")


def _mark_invented(sheet: Image.Image) -> None:
    layer = Image.new("L", sheet.size, 0)
    ImageDraw.Draw(layer).text(
        (_SHEET[0] // 2, _SHEET[1] // 2), "DỮ LIỆU GIẢ · SYNTHETIC", font=_font(88, bold=True), fill=46, anchor="mm"
    )
    sheet.paste(_RED, mask=layer.rotate(35, resample=Image.Resampling.BICUBIC))


def _photographed(sheet: Image.Image, quality: Quality, chance: Random) -> Image.Image:
    """Put the sheet on a table, a little askew, as a hand holds a phone."""
    table = Image.new("RGB", (1500, 2000), (116, 84, 58))
    grain = ImageDraw.Draw(table)
    for row in range(0, 2000, 14):
        shade = chance.randint(-10, 10)
        grain.line((0, row, 1500, row + shade), fill=(112 + shade, 80 + shade, 54 + shade), width=6)
    angle = chance.uniform(7, 12) if quality is Quality.TILTED else chance.uniform(-1.5, 1.5)
    paper = sheet.resize((1160, 1640)).convert("RGBA").rotate(angle, Image.Resampling.BICUBIC, expand=True)
    table.paste(paper, ((1500 - paper.width) // 2, (2000 - paper.height) // 2), mask=paper)
    if quality is Quality.COVERED:
        _cover(table)
    return table.filter(ImageFilter.GaussianBlur(9 if quality is Quality.BLURRED else 0.6))


def _cover(table: Image.Image) -> None:
    """Lay a thumb over the lines that say who and when."""
    thumb = ImageDraw.Draw(table)
    thumb.rounded_rectangle((560, 520, 1500, 790), radius=135, fill=(214, 160, 128))
    thumb.rounded_rectangle((575, 560, 700, 750), radius=60, fill=(236, 196, 172))
    thumb.rounded_rectangle((480, 1130, 1500, 1320), radius=95, fill=(206, 152, 120))


def _as_jpeg(photo: Image.Image, *, located: bool) -> bytes:
    exif = Image.Exif()
    if located:
        photo = photo.rotate(90, expand=True)  # held upright; the EXIF says how to turn it back
        exif[_ORIENTATION_TAG] = 6
        exif[0x010F] = "Invented"  # Make
        exif.get_ifd(_GPS_TAG).update({1: "N", 2: (21.0, 1.0, 42.0), 3: "E", 4: (105.0, 51.0, 12.0)})
    written = io.BytesIO()
    photo.save(written, "JPEG", quality=88, exif=exif)
    return written.getvalue()


def _centred(pen: ImageDraw.ImageDraw, top: int, text: str, size: int, ink: tuple[int, int, int] = _INK) -> None:
    pen.text((_SHEET[0] // 2, top), text, font=_font(size, bold=True), fill=ink, anchor="ma")


@cache
def _font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS / f"NotoSans-{'Bold' if bold else 'Regular'}.ttf", size)
