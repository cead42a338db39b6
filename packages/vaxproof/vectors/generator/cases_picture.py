"""Pictures of codes. Drawn once and kept: other versions of the drawing library may draw other bytes."""

import io
import random

import zxingcpp
from PIL import Image

from packages.vaxproof.vectors.generator.case import NAME, Case, put
from packages.vaxproof.vectors.generator.envelope import hc1
from packages.vaxproof.vectors.generator.keys import FOLDER

DOCUMENTS = FOLDER.parent / "documents"


def cases() -> list[Case]:
    """All of them."""
    usual, odd = hc1(), hc1() + "\n"
    return [
        _case("qr-code", "A QR code of letters and digits, error correction Q.", _kept("qr-code.png", usual)),
        _case("qr-code-binary", "A QR code in byte mode (Q2).", _kept("qr-code-binary.png", odd)),
        Case(id="qr-code-unreadable", about="A picture in which no code can be read (Q1).", kind="picture", answer="CANNOT_TELL", code="PICTURE_UNREADABLE", more={"picture": _kept("qr-code-unreadable.png", None)}),
    ]  # fmt: skip


def _case(name: str, about: str, picture: str) -> Case:
    return Case(
        id=name, about=about, kind="picture", answer="VALID", code="VALID", name=NAME, more={"picture": picture}
    )


def _kept(name: str, text: str | None) -> str:
    path = DOCUMENTS / name
    return put(name, path.read_bytes() if path.exists() else _drawn(text))


def _drawn(text: str | None) -> bytes:
    if text is None:
        spots = random.Random(1).randbytes(40 * 40)  # noqa: S311 -- a picture of nothing
        image = Image.frombytes("L", (40, 40), spots).resize((160, 160), Image.Resampling.NEAREST)
    else:
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
        image = Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=3))
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()
