"""The text of a QR code in a picture. Pictures come from strangers: measured before they are opened."""

import io
import warnings

import zxingcpp
from PIL import Image

from vaxproof.errors import Code, ProofError

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_SIGNATURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")


def is_picture(data: bytes) -> bool:
    """Whether the first bytes are those of a picture: PNG, JPEG, GIF, BMP, TIFF, WebP."""
    return data.startswith(_SIGNATURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def read_qr(data: bytes, *, most_bytes: int = MAX_BYTES, formats: tuple[str, ...] = FORMATS) -> str:
    """The text of the picture's QR code; of several, the first that is a certificate.

    Raises:
        ProofError: PICTURE_UNREADABLE (no picture of these formats, too large, no readable code).
    """
    if len(data) > most_bytes:
        raise ProofError(Code.PICTURE_UNREADABLE, "too large")
    texts = [str(found.text) for found in zxingcpp.read_barcodes(_open(data, formats), formats=_QR)]
    if not texts:
        raise ProofError(Code.PICTURE_UNREADABLE, "no QR code")
    return next((text for text in texts if text.startswith("HC1:")), texts[0])


def _open(data: bytes, formats: tuple[str, ...]) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of large pictures; they are measured here
            picture = Image.open(io.BytesIO(data), formats=formats)
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
