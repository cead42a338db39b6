"""Numbers of people are found in a text, numbers of ours are not."""

import pytest

from vaxpass.support.scanning import MASK, has_numbers, masked


@pytest.mark.parametrize(
    "text",
    [
        "CCCD 040190000001",
        "số 040190000001.",
        "0401 9000 0001",
        "040-190-000-001",
        "CMND 187654321 cũ",
        "187 654 321",
        "gọi 0912345678",
        "gọi 0912 345 678",
        "gọi 091.234.5678",
        "+84 912 345 678",
        "84912345678",
        "máy bàn 02383842135",
        "thư ba@example.com",
    ],
)
def test_found_and_covered(text: str) -> None:
    assert has_numbers(text)
    assert MASK in masked(text)
    assert not has_numbers(masked(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Lô 12 có 10000 mũi",
        "ngày 20/04/2022 lúc 09:30",
        "mã PIN_WRONG ở facility:batch",
        "KK-000123, SC-000007",
        "lot FK0112, EU/1/20/1528",
        "1234567",
        "URN:UVCI:01:VN:40001/A1B2C3D4#X",
    ],
)
def test_numbers_of_ours_are_let_through(text: str) -> None:
    assert not has_numbers(text)
    assert masked(text) == text
