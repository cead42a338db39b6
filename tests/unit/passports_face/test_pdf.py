"""The printed passport, read back by others: PDFium draws it, zxing-cpp reads the code, the text comes out whole."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pypdfium2
import pytest
import zxingcpp

from tests.factories.passports import make_ministry
from vaxpass.passports import pdf, qr
from vaxpass.passports.face import Face, Words, one_line, read_face
from vaxpass.passports.pdf.letters import is_tight, printable

NOW = datetime(2022, 4, 15, 2, 0, tzinfo=UTC)
MM = 72 / 25.4


@pytest.fixture(scope="module", params=["ec", "rsa"])
def face(request) -> Face:
    return read_face(make_ministry(NOW, kind=request.param).issue(NOW), "VN")


def with_name(face: Face, name: str) -> Face:
    first = replace(face.fields[0], value=Words(name, name))
    return replace(face, fields=(first, *face.fields[1:]))


def text_of(document: bytes) -> str:
    with pypdfium2.PdfDocument(document) as opened:
        assert len(opened) == 1
        page = opened[0]
        textpage = page.get_textpage()
        text = str(textpage.get_text_range())
        textpage.close()
        page.close()
    return text


def bare(text: str) -> str:
    """Without blanks and breaks: where lines end is not what is tested."""
    return re.sub(r"[\s\u200b\ufffe\x02]+", "", text)


def scan(document: bytes, dpi: int = 150):
    with pypdfium2.PdfDocument(document) as opened:
        page = opened[0]
        picture = page.render(scale=dpi / 72).to_pil()
        page.close()
    return zxingcpp.read_barcodes(picture)


def test_the_code_reads_back_from_paper_at_150_dpi_and_is_at_level_q(face):
    (found,) = scan(pdf.render(face, NOW))

    assert found.text == face.text
    assert found.ec_level == "Q"


def test_the_code_is_as_large_as_the_specification_says(face):
    (found,) = scan(pdf.render(face, NOW))

    corners = found.position
    side = (corners.top_right.x - corners.top_left.x) / 150 * 25.4
    assert 35 <= side * 2**0.5 <= 60.5


def test_all_eleven_values_come_out_as_text_in_order(face):
    text = bare(text_of(pdf.render(face, NOW)))

    place = 0
    for field in face.fields:
        for part in (f"{field.number}.{field.label.vi}/{field.label.en}", field.value.vi, field.value.en):
            place = text.index(bare(part), place) if part != field.value.en or not field.value.is_same else place
    assert bare("Nguyễn Thị Hường") in text
    assert bare(face.valid_until.vi) in text


def test_the_same_passport_at_the_same_time_gives_the_same_bytes(face):
    first = pdf.render(face, NOW)
    pdf.render(with_name(face, "Trần Văn Khác"), NOW)

    assert pdf.render(face, NOW) == first
    assert pdf.render(face, NOW + timedelta(seconds=1)) != first


def test_it_claims_archive_and_accessibility_with_title_and_language(face):
    document = pdf.render(face, NOW)

    assert b"<pdfaid:part>2</pdfaid:part>" in document
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in document
    assert b"<pdfuaid:part>1</pdfuaid:part>" in document
    with pypdfium2.PdfDocument(document) as opened:
        assert opened.get_metadata_value("Title") == "Hộ chiếu vắc xin / Vaccine passport"
        assert opened.get_metadata_value("CreationDate").startswith("D:20220415020000")
        assert opened.is_tagged()
    assert re.search(rb"/Lang ?\(vi\)", document)


@pytest.mark.parametrize(
    "name",
    [
        "#let x = 1; $x^2$ *b* _i_ `c` @ref <label> [c] {d} \\u{41} // /* \" ' ~ -- ...",
        '#read("passport.typ") #panic() #sys.inputs',
        "= Heading - list + enum / term: x",
        "Đặng Đình Đức ơ ư ạ ỹ Ự",
    ],
)
def test_markup_in_a_name_is_only_text(face, name):
    text = bare(text_of(pdf.render(with_name(face, name), NOW)))

    assert bare(name) in text


@pytest.mark.parametrize("name", ["W" * 80 + " " + "M" * 79, "Nguyễn " * 22, "Ồ" * 160])
def test_a_long_name_breaks_and_nothing_is_lost(face, name):
    document = pdf.render(with_name(face, name), NOW)

    assert bare(name) in bare(text_of(document))
    assert scan(document)[0].text == face.text


def test_letters_without_a_shape_are_marked_and_do_not_stop_the_printing(face):
    text = text_of(pdf.render(with_name(face, "王小明 😀 Александр Ωμέγα"), NOW))

    assert "\ufffd\ufffd\ufffd \ufffd Александр Ωμέγα" in text


def test_line_breaks_and_unseen_characters_never_reach_the_paper(face):
    assert one_line("Nguyễn\nThị\tHường\u202e\x00 ") == "Nguyễn Thị Hường"

    text = text_of(pdf.render(with_name(face, "Nguyễn\nThị\tHường\u202e"), NOW))

    assert "Nguyễn\ufffdThị\ufffdHường\ufffd" in text


def test_every_letter_that_is_said_to_be_printable_is_in_both_fonts(face):
    ranges = [(0x21, 0x7F), (0xA1, 0x250), (0x370, 0x500), (0x1E00, 0x1F00), (0x2010, 0x203B), (0x20AB, 0x20AC)]
    letters = [chr(code) for low, high in ranges for code in range(low, high) if printable(chr(code)) == chr(code)]
    name = " ".join(letters)

    pdf.render(replace(with_name(face, name), latin_name=name), NOW)


def test_short_words_are_left_whole():
    uvci = "URN:UVCI:01:VN:40A01/7F3KQ2W9X1#L"

    assert printable(uvci) == uvci
    assert is_tight(uvci)
    assert not is_tight("Nguyễn Thị Hường")


def test_a_text_that_cannot_be_a_code_is_refused(face):
    with pytest.raises(qr.QrError):
        pdf.render(replace(face, text="hc1:lower"), NOW)
