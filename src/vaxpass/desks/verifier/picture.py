"""The text of a QR code in an uploaded picture, within this desk's limits."""

from typing import Final

from vaxproof import picture

MAX_BYTES: Final = 12_000_000
MAX_PIXELS: Final = picture.MAX_PIXELS
FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF", "BMP")


def read_qr(data: bytes) -> str:
    """Give the text of the picture's QR code; of several, the first that is a certificate.

    Raises:
        ProofError: PICTURE_UNREADABLE (no picture of a format in FORMATS, too large, no readable code).
    """
    return picture.read_qr(data, most_bytes=MAX_BYTES, formats=FORMATS)
