"""The text of a QR code in a picture."""

import io
import warnings

import zxingcpp
from PIL import Image

from vaxproof.errors import Code, ProofError

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_SIGNATURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")


def is_picture(data: bytes) -> bool:
    """Whether the first bytes are those of a picture: PNG, JPEG, GIF, BMP, TIFF, WebP."""
    return data.startswith(_SIGNATURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def read_qr(data: bytes) -> str:
    """The text of the first QR code found.

    Raises:
        ProofError: PICTURE_UNREADABLE (no picture, too large, no readable code).
    """
    if len(data) > MAX_BYTES:
        raise ProofError(Code.PICTURE_UNREADABLE, "too large")
    found = zxingcpp.read_barcodes(_open(data), formats=_QR)
    if not found:
        raise ProofError(Code.PICTURE_UNREADABLE, "no QR code")
    return str(found[0].text)


def _open(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of large pictures; they are measured here
            picture = Image.open(io.BytesIO(data))
            if picture.width * picture.height > MAX_PIXELS:
                raise ProofError(Code.PICTURE_UNREADABLE, "too large")
            return _on_white(picture)
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        raise ProofError(Code.PICTURE_UNREADABLE, "no picture") from None


def _on_white(picture: Image.Image) -> Image.Image:
    """In shades of grey; what is transparent becomes white paper."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layers = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layers.size, "white"), layers).convert("L")
    return picture.convert("L")
