"""Files are told by their content: one thing wrong each, one named refusal; bombs end before they are kept."""

import io
import struct
import zipfile
import zlib

import pytest

from vaxpass.campaigns import attachments
from vaxpass.campaigns.attachments import AttachmentKind, read_attachment
from vaxpass.offices.scope import Refused

PDF = b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\n%%EOF\n"


def office_file(main: str = "word/document.xml", /, **members: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(main, "<document/>")
        for name, content in members.items():
            archive.writestr(name, content)
    return written.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PDF, AttachmentKind.PDF),
        (office_file(), AttachmentKind.DOCX),
        (office_file("xl/workbook.xml"), AttachmentKind.XLSX),
    ],
)
def test_the_kind_is_that_of_the_content_and_so_is_the_name_s_ending(data: bytes, kind: AttachmentKind) -> None:
    read = read_attachment("../../Công văn\n1975.exe", data)
    assert (read.kind, read.content) == (kind, data)
    assert read.name == f"Công văn-1975.{kind.value}"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "ATTACHMENT_EMPTY"),
        (b"MZ\x90\x00", "ATTACHMENT_TYPE_REFUSED"),
        (b"<html>", "ATTACHMENT_TYPE_REFUSED"),
        (office_file("ppt/presentation.xml"), "ATTACHMENT_TYPE_REFUSED"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "ATTACHMENT_LOCKED"),
        (office_file()[:-30], "ATTACHMENT_BROKEN"),
        (PDF.replace(b"/Type", b"/OpenAction <</S /JavaScript>> /Type"), "ATTACHMENT_ACTIVE"),
        (office_file(**{"word/vbaProject.bin": b"x"}), "ATTACHMENT_ACTIVE"),
        (office_file(**{"word/embeddings/oleObject1.bin": b"x"}), "ATTACHMENT_ACTIVE"),
        (
            office_file(**{"word/_rels/settings.xml.rels": b'<R Type="x/attachedTemplate" TargetMode="External"/>'}),
            "ATTACHMENT_ACTIVE",
        ),
        (office_file(**{f"word/{n}.xml": b"" for n in range(2_001)}), "ATTACHMENT_BOMB"),
    ],
)
def test_what_is_wrong_is_named(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_attachment("1975.pdf", data)
    assert refused.value.code == code


def test_a_file_that_is_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(Refused, match="ATTACHMENT_TOO_LARGE"):
        read_attachment("a.pdf", PDF + b"\0" * attachments.MOST_BYTES)


def test_a_bomb_is_refused_by_what_it_says_and_by_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "_MOST_INFLATED", 100_000)
    bomb = office_file(**{"word/media.xml": b"\0" * 200_000})
    with pytest.raises(Refused, match="ATTACHMENT_BOMB"):
        read_attachment("a.docx", bomb)
    lying = bytearray(bomb)  # the central directory says that the member is small
    while (at := lying.find(struct.pack("<I", 200_000))) >= 0:
        lying[at : at + 4] = struct.pack("<I", 10)
    with pytest.raises(Refused, match=r"ATTACHMENT_(BOMB|BROKEN)"):
        read_attachment("a.docx", bytes(lying))


def test_streams_of_a_pdf_that_inflate_beyond_measure_are_refused() -> None:
    """Each stream alone is within the limit; a script could stand behind what is looked through."""
    stream = b"<</Type /ObjStm /Filter /FlateDecode>> stream\n" + zlib.compress(b" " * 15_000_000) + b"\nendstream\n"
    assert read_attachment("1975.pdf", PDF + stream).kind is AttachmentKind.PDF
    with pytest.raises(Refused, match="ATTACHMENT_ACTIVE"):
        read_attachment("1975.pdf", PDF + stream * 2)


def test_a_script_between_two_streams_of_a_pdf_is_seen() -> None:
    stream = b"<<>> stream\nq Q\nendstream\nendobj\n"
    script = b"2 0 obj <</S /JavaScript /JS (app.alert(1))>> endobj\n"
    assert read_attachment("1975.pdf", PDF + stream * 2).kind is AttachmentKind.PDF
    with pytest.raises(Refused, match="ATTACHMENT_ACTIVE"):
        read_attachment("1975.pdf", PDF + stream + script + stream)
