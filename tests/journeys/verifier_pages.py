"""What the journeys of the verifier share: pictures and films of codes, and the page as a border officer uses it."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter
from playwright.sync_api import Page, expect

from vaxpass.passports import qr

WIDTH, HEIGHT = 640, 480
TEXT = "Chuỗi ký tự của mã QR"
KEPT = "Trang này đã được lưu trên thiết bị"
VALID, NOT_VALID, CANNOT_TELL = "Hợp lệ", "Không hợp lệ", "Chưa kết luận được"
HOLDER = "Nguyễn Thị Hường"


def photo_of(text: str, path: Path, turn: float = 0) -> Path:
    """A grey, slightly blurred, turned picture of the code on a desk."""
    modules = np.pad(qr.encode(text).modules, 4)
    paper = np.kron(np.where(modules, 30, 235).astype(np.uint8), np.ones((6, 6), np.uint8))
    picture = Image.fromarray(paper).rotate(turn, expand=True, fillcolor=190, resample=Image.Resampling.BICUBIC)
    desk = Image.new("L", (picture.width + 200, picture.height + 120), 190)
    desk.paste(picture, (90, 50))
    desk.filter(ImageFilter.GaussianBlur(0.8)).save(path)
    return path


def write_film(scenes: list[tuple[Path | None, int]], target: Path, rate: int = 15) -> None:
    """A film that Chromium takes for the camera (YUV4MPEG2, 4:2:0): scenes of a picture (or bare desk) and frames."""
    grey = bytes([128]) * (WIDTH * HEIGHT // 2)
    with target.open("wb") as film:
        film.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{rate}:1 Ip A1:1 C420jpeg\n".encode())
        for picture, frames in scenes:
            film.write((b"FRAME\n" + _still(picture).tobytes() + grey) * frames)


def _still(picture: Path | None) -> Image.Image:
    still = Image.new("L", (WIDTH, HEIGHT), 190)
    if picture:
        frame = Image.open(picture).convert("L")
        frame.thumbnail((WIDTH, HEIGHT))
        still.paste(frame, ((WIDTH - frame.width) // 2, (HEIGHT - frame.height) // 2))
    return still


def open_verifier(page: Page) -> None:
    """Open the page and wait until its lists are there."""
    page.goto("/verify/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Kiểm tra hộ chiếu")
    expect(page.locator("#lists")).to_contain_text("giờ Hà Nội")
    expect(page.locator("#lists")).not_to_contain_text("Chưa có trên thiết bị này")


def wait_until_kept(page: Page) -> None:
    """Wait until the page is installed whole on the device."""
    expect(page.locator("#install-status")).to_contain_text(KEPT)


def paste(page: Page, text: str) -> None:
    """Hand a text to the page that is open."""
    page.get_by_label(TEXT).fill(text)
    page.get_by_role("button", name="Kiểm tra chuỗi ký tự").click()


def expect_answer(page: Page, answer: str, code: str = "", *, patience: int = 10_000) -> None:
    """The answer in words, and its code among the facts; `patience` in milliseconds."""
    expect(page.get_by_role("heading", level=1)).to_have_text(answer, timeout=patience)
    if code:
        expect(page.get_by_text(code, exact=True)).to_be_visible()


def flipped(text: str) -> str:
    """One character of the middle changed."""
    place = len(text) // 2
    return text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
