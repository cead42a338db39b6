"""The text of a QR code in an uploaded picture. Pictures come from strangers: measured before they are opened."""

import io
import warnings
from typing import Final

import zxingcpp
from PIL import Image
from vaxproof import Code, ProofError

MAX_BYTES: Final = 12_000_000
MAX_PIXELS: Final = 50_000_000
FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
_QR: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def read_qr(data: bytes) -> str:
    """Give the text of the picture's QR code; of several, the first that is a certificate.

    Raises:
        ProofError: PICTURE_UNREADABLE (no picture of a format in FORMATS, too large, no readable code).
    """
    texts = [str(found.text) for found in zxingcpp.read_barcodes(_grey(data), formats=_QR)]
    if not texts:
        raise ProofError(Code.PICTURE_UNREADABLE, "no QR code")
    return next((text for text in texts if text.startswith("HC1:")), texts[0])


def _grey(data: bytes) -> Image.Image:
    if len(data) > MAX_BYTES:
        raise ProofError(Code.PICTURE_UNREADABLE, "too large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's warning of large pictures; they are measured here
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
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
