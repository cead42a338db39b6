"""The child process that decodes a stranger's file: `python -I -m vaxpass.reports.decoding JPEG < file > frames`.

It knows no settings, no database and no keys; before it reads the first byte it gives up, for good, memory, time,
files and the right to write much. Whatever a decoder is talked into happens here, and ends here.
"""

import io
import resource
import sys
from collections.abc import Callable
from typing import Any, Final

from PIL import Image, ImageOps

from vaxpass.campaigns.active_pdf import is_active
from vaxpass.reports.frames import (
    LONGEST_SIDE,
    MOST_OUTPUT,
    MOST_PAGES,
    MOST_PIXELS,
    SHORTEST_SIDE,
    Frame,
    write_frames,
    write_refusal,
)

OUT_OF_MEMORY: Final = 3
_MEMORY: Final = 1_500_000_000  # address space: a 60-megapixel photo in three copies, and the libraries
_CPU_SECONDS: Final = 15
_QUALITY: Final = 85
_OPEN_FILES: Final = 16
_PAGE_SIDE: Final = 2000.0


class DecodingRefusedError(Exception):
    """The file is refused; the argument is the code."""


def main() -> int:
    """Decode what stdin gives; tell the pictures or a refusal on stdout. The answer is the exit code."""
    decode = _decoder(sys.argv[1])
    _give_up_what_is_not_needed(threads=sys.argv[1] == "HEIC")
    try:
        message = write_frames(decode(sys.stdin.buffer.read()))
    except DecodingRefusedError as refused:
        message = write_refusal(str(refused))
    except MemoryError:
        return OUT_OF_MEMORY
    except Exception:  # noqa: BLE001 -- decoders raise whatever they like on a broken file
        message = write_refusal("EVIDENCE_UNREADABLE")
    sys.stdout.buffer.write(message)
    sys.stdout.buffer.flush()
    return 0


def _decoder(source: str) -> Callable[[bytes], list[Frame]]:
    """Choose the decoder, its library loaded while files may still be opened; no other format can be reached."""
    if source == "PDF":
        import pypdfium2  # noqa: PLC0415 -- only the child of a PDF needs it

        return lambda data: _pages(pypdfium2, data)
    if source == "HEIC":
        import pillow_heif  # noqa: PLC0415 -- only the child of a HEIC needs it

        pillow_heif.register_heif_opener(decode_threads=1, thumbnails=False)
        return lambda data: [_photo(data, "HEIF")]
    Image.preinit()
    return lambda data: [_photo(data, source)]


def _give_up_what_is_not_needed(*, threads: bool) -> None:
    """Lower the limits for good. The HEIC library works in threads, which Linux counts as processes of the user."""
    if not threads:
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    for limit, most in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_CPU, _CPU_SECONDS),
        (resource.RLIMIT_FSIZE, MOST_OUTPUT),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))


def _photo(data: bytes, source: str) -> Frame:
    Image.MAX_IMAGE_PIXELS = None  # our own measure below, before a pixel is decoded
    with Image.open(io.BytesIO(data), formats=[source]) as image:
        _check_size(image.width, image.height)
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # JPEG is decoded at a fraction of its size where that does
        image.load()
        return _frame(ImageOps.exif_transpose(image))


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise DecodingRefusedError("EVIDENCE_TOO_MANY_PIXELS")
    if min(width, height) < SHORTEST_SIDE or max(width, height) > LONGEST_SIDE * min(width, height) / SHORTEST_SIDE:
        raise DecodingRefusedError("EVIDENCE_TOO_SMALL")  # the second: a strip that shrunk would vanish


def _frame(image: Image.Image) -> Frame:
    """Draw the picture anew on white, at most 2000 pixels a side: nothing but pixels passes."""
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    plain = Image.new("RGB", image.size, "white")
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        plain.paste(layer, mask=layer)
    else:
        plain.paste(image.convert("RGB"))
    written = io.BytesIO()
    plain.save(written, "JPEG", quality=_QUALITY, optimize=True)
    return Frame(written.getvalue(), *plain.size)


def _pages(pdfium: Any, data: bytes) -> list[Frame]:
    """Render a PDF's pages; a PDF that does something when opened is refused though nothing of it would be kept."""
    if is_active(data):
        raise DecodingRefusedError("EVIDENCE_PDF_ACTIVE")
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        locked = "password" in str(error).lower() or "security" in str(error).lower()
        raise DecodingRefusedError("EVIDENCE_PDF_LOCKED" if locked else "EVIDENCE_UNREADABLE") from None
    if pdfium.raw.FPDFDoc_GetJavaScriptActionCount(document) or pdfium.raw.FPDFDoc_GetAttachmentCount(document):
        raise DecodingRefusedError("EVIDENCE_PDF_ACTIVE")
    if not 1 <= len(document) <= MOST_PAGES:
        raise DecodingRefusedError("EVIDENCE_PDF_TOO_LONG")
    return [_page(page) for page in document]


def _page(page: Any) -> Frame:
    width, height = page.get_size()  # points, as the file claims: anything
    if not (1 <= width <= MOST_PIXELS and 1 <= height <= MOST_PIXELS):  # not-a-number fails as well
        raise DecodingRefusedError("EVIDENCE_TOO_SMALL")
    scale = _PAGE_SIDE / max(width, height)
    _check_size(int(width * scale), int(height * scale))
    bitmap = page.render(scale=scale * (1 - 1e-6), may_draw_forms=False, draw_annots=True)
    return _frame(bitmap.to_pil())


if __name__ == "__main__":
    sys.exit(main())
