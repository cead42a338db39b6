"""The QR code: level Q, alphanumeric, the right size, and a picture that reads back."""

import re
from datetime import UTC, datetime

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.passports import make_ministry
from vaxpass.passports import qr

NOW = datetime(2022, 4, 15, 2, 0, tzinfo=UTC)
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def picture_of(svg: str, scale: int = 3) -> np.ndarray:
    """Draw our SVG by its own grammar: strokes of width 1, relative moves."""
    side = int(re.search(r'viewBox="0 0 (\d+) ', svg)[1])
    paper = np.full((side, side), 255, np.uint8)
    path = re.search(r'stroke="#000" d="([^"]+)"', svg)[1]
    x, y = 0, 0
    for kind, first, second in re.findall(r"([Mmh])(-?\d+)(?: (-?\d+)(?:\.5)?)?", path):
        if kind == "h":
            paper[y, x : x + int(first)] = 0
            x += int(first)
        else:
            x, y = (int(first), int(second)) if kind == "M" else (x + int(first), y + int(second))
    return np.kron(paper, np.ones((scale, scale), np.uint8))


@pytest.mark.parametrize(("kind", "largest"), [("ec", 17), ("rsa", 23)])
def test_a_passport_reads_back_at_level_q_and_is_no_larger_than_expected(kind, largest):
    text = make_ministry(NOW, kind=kind).issue(NOW)

    (found,) = zxingcpp.read_barcodes(picture_of(qr.svg_of(qr.encode(text))))

    assert found.text == text
    assert found.ec_level == "Q"
    assert int(found.extra["Version"]) <= largest


def test_the_picture_is_small_and_has_its_quiet_zone():
    svg = qr.svg_of(qr.encode(make_ministry(NOW).issue(NOW)))

    assert len(svg) < 13_000
    paper = picture_of(svg, scale=1)
    inner = paper[4:-4, 4:-4]
    assert (inner == 0).sum() == (paper == 0).sum()
    assert inner[0, 0] == inner[-1, 0] == inner[0, -1] == 0


@given(st.text(ALPHABET, min_size=1, max_size=300))
def test_every_text_of_the_alphabet_fits_the_smallest_version_that_holds_it(text):
    code = qr.encode(text)

    assert code.version == qr.version_for(len(text))
    assert zxingcpp.read_barcodes(picture_of(qr.svg_of(code)))[0].bytes == text.encode()


@pytest.mark.parametrize("text", ["", "hc1:lower", "HC1:É", "HC1:A\n", "A" * 2421])
def test_what_is_not_alphanumeric_or_too_long_is_refused(text):
    with pytest.raises(qr.QrError):
        qr.encode(text)


def test_the_refusal_does_not_hold_the_text():
    with pytest.raises(qr.QrError) as refused:
        qr.encode("Nguyễn")

    assert "Nguy" not in str(refused.value)
