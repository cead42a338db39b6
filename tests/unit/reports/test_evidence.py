"""Files of strangers: the honest ones become plain pictures, each bad one gets its own refusal."""

import io
import os
import struct
import subprocess
import sys
import threading
import zipfile
import zlib

import pillow_heif
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from vaxpass.campaigns.active_pdf import is_active
from vaxpass.offices.scope import Refused
from vaxpass.reports.evidence import MOST_BYTES, Evidence, SourceType, read_evidence
from vaxpass.reports.frames import LONGEST_SIDE, Frame, FramesBrokenError, read_frames, write_frames, write_refusal
from vaxpass.synth.papers import Paper, PaperDose, Quality, draw_photo, draw_sheet

pillow_heif.register_heif_opener()
PAPER = Paper(
    "NGUYỄN THỊ HOA", "12/03/1985", "Nữ", "001185000123", "0912345678", "phường Cửa Đông",
    [PaperDose("15/08/2021", "AstraZeneca", "ABW1234", "Trạm y tế")],
)  # fmt: skip
NAMED = {
    "EVIDENCE_EMPTY", "EVIDENCE_TOO_LARGE", "EVIDENCE_TYPE_REFUSED", "EVIDENCE_SVG", "EVIDENCE_ARCHIVE",
    "EVIDENCE_TWO_FILES_IN_ONE", "EVIDENCE_PDF_ACTIVE", "EVIDENCE_PDF_LOCKED", "EVIDENCE_PDF_TOO_LONG",
    "EVIDENCE_TOO_MANY_PIXELS", "EVIDENCE_TOO_SMALL", "EVIDENCE_UNREADABLE", "EVIDENCE_TOO_HEAVY",
}  # fmt: skip


def saved(image: Image.Image, form: str, **options) -> bytes:
    written = io.BytesIO()
    image.save(written, form, **options)
    return written.getvalue()


def pdf(extra: bytes = b"", pages: int = 1, catalog: bytes = b"", box: bytes = b"0 0 300 400") -> bytes:
    kids = b" ".join(b"%d 0 R" % (10 + place) for place in range(pages))
    bodies = b"".join(
        b"%d 0 obj<</Type/Page/Parent 2 0 R/MediaBox[%s]>>endobj\n" % (10 + place, box) for place in range(pages)
    )
    return (
        b"%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R" + catalog + b">>endobj\n"
        b"2 0 obj<</Type/Pages/Kids["
        + kids
        + b"]/Count %d>>endobj\n" % pages
        + bodies
        + extra
        + b"trailer<</Root 1 0 R>>"
    )


def refusal(data: bytes, name: str = "photo.jpg") -> str:
    with pytest.raises(Refused) as caught:
        read_evidence(name, data)
    return caught.value.code


def a_zip() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("run.exe", b"MZ" + bytes(200))
    return written.getvalue()


@pytest.fixture(scope="module")
def photo() -> bytes:
    return draw_photo(PAPER, located=True)


def test_a_phones_photo_loses_its_place_and_stands_upright(photo):
    before = Image.open(io.BytesIO(photo))
    assert before.getexif().get_ifd(0x8825)
    assert before.width > before.height
    (picture,) = read_evidence("IMG_0001.JPG", photo)
    after = Image.open(io.BytesIO(picture.content))
    assert (after.format, after.size) == ("JPEG", (picture.width, picture.height))
    assert picture.height > picture.width
    assert not dict(after.getexif())
    assert not {"exif", "xmp", "icc_profile", "comment"} & set(after.info)
    assert picture.source_type is SourceType.JPEG


@pytest.mark.parametrize("quality", list(Quality))
def test_every_quality_of_the_synthetic_papers_is_taken(quality):
    (picture,) = read_evidence("x", draw_photo(PAPER, quality))
    assert max(picture.width, picture.height) <= LONGEST_SIDE


@pytest.mark.parametrize(("form", "source"), [("PNG", SourceType.PNG), ("HEIF", SourceType.HEIC)])
def test_other_kinds_of_pictures(form, source):
    (picture,) = read_evidence("x.jpg", saved(draw_sheet(PAPER), form))
    assert picture.source_type is source
    assert picture.content.startswith(b"\xff\xd8\xff")


def test_a_see_through_png_stands_on_white():
    (picture,) = read_evidence("x", saved(Image.new("RGBA", (100, 100), (0, 0, 0, 0)), "PNG"))
    assert Image.open(io.BytesIO(picture.content)).getpixel((50, 50)) == (255, 255, 255)


def test_pages_of_a_pdf_become_pictures():
    sheet = draw_sheet(PAPER)
    pages = read_evidence("giay.pdf", saved(sheet, "PDF", save_all=True, append_images=[sheet, sheet]))
    assert [page.source_type for page in pages] == [SourceType.PDF] * 3
    assert all(max(page.width, page.height) == LONGEST_SIDE for page in pages)


def test_a_name_changes_nothing(photo):
    assert read_evidence("virus.exe", photo) == read_evidence("../../etc/passwd", photo)


def test_a_film_behind_the_photo_is_left_behind(photo):
    (picture,) = read_evidence("motion.jpg", photo + b"\0\0\0\x18ftypmp42" + os.urandom(5000))
    assert b"ftypmp42" not in picture.content


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "EVIDENCE_EMPTY"),
        (b"\xff\xd8\xff" + bytes(MOST_BYTES), "EVIDENCE_TOO_LARGE"),
        (a_zip(), "EVIDENCE_ARCHIVE"),
        (b"\x1f\x8b\x08\0" + bytes(50), "EVIDENCE_ARCHIVE"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "EVIDENCE_SVG"),
        (b"GIF89a" + bytes(50), "EVIDENCE_TYPE_REFUSED"),
        (b"MZ" + bytes(50), "EVIDENCE_TYPE_REFUSED"),
        (b"<!doctype html><script>alert(1)</script>", "EVIDENCE_TYPE_REFUSED"),
        (b"\0\0\0\x18ftypmp42" + bytes(50), "EVIDENCE_TYPE_REFUSED"),
        (b"junk before %PDF-1.4", "EVIDENCE_TYPE_REFUSED"),
    ],
)
def test_types_are_told_by_the_first_bytes(data, code):
    assert refusal(data) == code


def test_two_files_in_one_are_refused(photo):
    assert refusal(photo + a_zip()) == "EVIDENCE_TWO_FILES_IN_ONE"
    assert refusal(pdf() + a_zip(), "x.pdf") == "EVIDENCE_TWO_FILES_IN_ONE"
    comment = photo[:2] + b"\xff\xfe" + struct.pack(">H", 40) + b"%PDF-1.4 " + bytes(29) + photo[2:]
    assert refusal(comment) == "EVIDENCE_TWO_FILES_IN_ONE"
    page = photo[:2] + b"\xff\xfe" + struct.pack(">H", 40) + b"<SCRIPT>x</script>" + bytes(20) + photo[2:]
    assert refusal(page) == "EVIDENCE_TWO_FILES_IN_ONE"


def object_stream(content: bytes) -> bytes:
    packed = zlib.compress(content)
    return b"7 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream endobj\n" % (
        len(packed),
        packed,
    )


@pytest.mark.parametrize(
    "data",
    [
        pdf(catalog=b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"),
        pdf(catalog=b"/OpenAction<</S/J#61vaScript/J#53(app.alert(1))>>"),
        pdf(catalog=b"/Names<</JavaScript 5 0 R>>"),
        pdf(catalog=b"/Names<</EmbeddedFiles 5 0 R>>"),
        pdf(catalog=b"/OpenAction<</S/Launch/F(cmd.exe)>>"),
        pdf(catalog=b"/AcroForm<</XFA 5 0 R>>"),
        pdf(extra=object_stream(b"8 0 <</S/JavaScript/JS(app.alert(1))>>")),
    ],
)
def test_a_pdf_that_acts_is_refused(data):
    assert refusal(data, "x.pdf") == "EVIDENCE_PDF_ACTIVE"


def test_pdfs_that_cannot_be_pictures():
    assert refusal(pdf(pages=4)) == "EVIDENCE_PDF_TOO_LONG"
    assert refusal(pdf(pages=0)) == "EVIDENCE_UNREADABLE"
    assert refusal(pdf(box=b"0 0 1 1000000")) == "EVIDENCE_TOO_SMALL"
    assert refusal(b"%PDF-1.7\nnothing") == "EVIDENCE_UNREADABLE"


def test_a_locked_pdf_is_called_locked():
    security = (
        b"5 0 obj<</Filter/Standard/V 2/R 3/Length 128/P -4/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">>>endobj\n"
    )
    locked = pdf(extra=security).replace(
        b"trailer<</Root 1 0 R>>", b"trailer<</Root 1 0 R/Encrypt 5 0 R/ID[<00112233445566778899aabbccddeeff><00>]>>"
    )
    assert refusal(locked) == "EVIDENCE_PDF_LOCKED"


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1_000_000)))
        + chunk(b"IEND", b"")
    )


def test_bombs_are_refused_before_they_are_opened():
    assert refusal(png_that_claims(60_000, 60_000)) == "EVIDENCE_TOO_MANY_PIXELS"
    assert refusal(png_that_claims(50_000_000, 1)) == "EVIDENCE_TOO_SMALL"
    assert refusal(png_that_claims(3, 3)) == "EVIDENCE_TOO_SMALL"
    assert refusal(png_that_claims(5000, 5000)) == "EVIDENCE_UNREADABLE"  # fewer pixels than it claims


def test_out_of_memory_is_an_answer(monkeypatch, tmp_path):
    """A child that cannot have its memory ends with its own code, and the parent says so."""
    monkeypatch.setattr("vaxpass.reports.evidence.sys.executable", _starts(tmp_path, "exit 3"))
    assert refusal(b"\xff\xd8\xff") == "EVIDENCE_TOO_HEAVY"
    monkeypatch.setattr("vaxpass.reports.evidence.sys.executable", _starts(tmp_path, "kill -9 $$"))
    assert refusal(b"\xff\xd8\xff") == "EVIDENCE_TOO_HEAVY"
    monkeypatch.setattr("vaxpass.reports.evidence.sys.executable", _starts(tmp_path, "echo surprise"))
    assert refusal(b"\xff\xd8\xff") == "EVIDENCE_UNREADABLE"


def test_a_child_that_hangs_is_ended(monkeypatch, tmp_path):
    monkeypatch.setattr("vaxpass.reports.evidence.sys.executable", _starts(tmp_path, "exec sleep 600"))
    monkeypatch.setattr("vaxpass.reports.evidence._SECONDS", 0.2)
    assert refusal(b"\xff\xd8\xff") == "EVIDENCE_TOO_HEAVY"


def test_too_many_at_once_wait_and_are_told(monkeypatch, photo):
    monkeypatch.setattr("vaxpass.reports.evidence._PATIENCE", 0.01)
    one_door = threading.BoundedSemaphore(1)
    monkeypatch.setattr("vaxpass.reports.evidence._doors", one_door)
    with one_door:
        assert refusal(photo) == "EVIDENCE_BUSY"


def test_the_child_inherits_no_secret(monkeypatch, tmp_path):
    monkeypatch.setenv("VAXPASS_SEALING_KEYS", "a-secret")
    told = tmp_path / "environment"
    monkeypatch.setattr("vaxpass.reports.evidence.sys.executable", _starts(tmp_path, f"env > {told}"))
    refusal(b"\xff\xd8\xff")
    assert "LC_ALL=C.UTF-8" in told.read_text()
    assert "VAXPASS" not in told.read_text()


def test_the_child_knows_neither_django_nor_the_database():
    code = "import sys, vaxpass.reports.decoding\nassert not {'django', 'psycopg', 'cryptography'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-I", "-c", code], check=False).returncode == 0


def _starts(folder, line: str) -> str:
    script = folder / f"child{abs(hash(line))}.sh"
    script.write_text(f"#!/bin/sh\n{line}\n")
    script.chmod(0o700)
    return str(script)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_mutated_files_end_in_a_picture_or_a_named_refusal(data):
    """Bytes flipped, cut out, doubled: in the real child, every type."""
    whole = data.draw(st.sampled_from(SMALL))
    mutated = bytearray(whole)
    for _change in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(mutated) - 1))
        match data.draw(st.sampled_from(["flip", "cut", "double", "zero"])):
            case "flip":
                mutated[place] ^= data.draw(st.integers(1, 255))
            case "cut":
                del mutated[place : place + data.draw(st.integers(1, 40))]
            case "double":
                mutated[place:place] = mutated[place : place + 40]
            case "zero":
                mutated[place : place + 8] = bytes(8)
        mutated = mutated or bytearray(b"x")
    outcome = taken_or_code(bytes(mutated))
    if isinstance(outcome, str):
        assert outcome in NAMED
    else:
        assert outcome
        assert all(Image.open(io.BytesIO(one.content)).size == (one.width, one.height) for one in outcome)


def taken_or_code(data: bytes) -> list[Evidence] | str:
    try:
        return read_evidence("x", data)
    except Refused as refused:
        return refused.code


SMALL = [
    saved(Image.linear_gradient("L").convert("RGB").resize((64, 48)), "JPEG"),
    saved(Image.linear_gradient("L").convert("P").resize((64, 48)), "PNG"),
    saved(Image.linear_gradient("L").convert("RGB").resize((64, 48)), "HEIF"),
    pdf(),
    saved(Image.linear_gradient("L").convert("RGB").resize((64, 48)), "PDF"),
]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_from_the_child_are_frames_a_refusal_or_broken(message):
    for told in (message, b"VXP1F\x01" + message, b"VXP1R" + message):
        try:
            read_frames(told)
        except FramesBrokenError:
            continue


def test_frames_come_back_as_written():
    frames = [Frame(b"\xff\xd8\xff" + bytes(9), 30, 40), Frame(b"\xff\xd8\xff", 2000, 16)]
    assert read_frames(write_frames(frames)) == frames
    assert read_frames(write_refusal("EVIDENCE_UNREADABLE")) == "EVIDENCE_UNREADABLE"


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"VXP1",
        b"VXP2F\x01",
        b"VXP1R<script>",
        write_frames([Frame(b"\xff\xd8\xff", 2001, 40)]),
        write_frames([Frame(b"<svg", 100, 40)]),
        write_frames([Frame(b"\xff\xd8\xff", 100, 40)]) + b"more",
        write_frames([Frame(b"\xff\xd8\xff", 100, 40)])[:-1],
        write_frames([Frame(b"\xff\xd8\xff", 100, 40)] * 4),
    ],
)
def test_a_child_that_was_turned_is_not_believed(message):
    with pytest.raises(FramesBrokenError):
        read_frames(message)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_looking_for_scripts_never_fails(data):
    is_active(b"%PDF-1.5\n" + data)
