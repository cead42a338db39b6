"""A border officer checks passports: by text, by picture, by camera, with and without JavaScript."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.factories.passports import Ministry, make_ministry
from tests.journeys.browser import check_accessible, take_screenshot
from tests.journeys.conftest import CHROMIUM, QUIET
from vaxpass.passports import qr
from vaxpass.publication.actions import publish_trust_list

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOW = datetime.now(UTC).replace(microsecond=0)
EARLIER = NOW - timedelta(hours=1)


@pytest.fixture(scope="module")
def ministry() -> Ministry:
    return make_ministry(NOW)


@pytest.fixture(autouse=True)
def _published(ministry: Ministry, tmp_path: Path, settings: Any) -> None:
    settings.PUBLISH_DIR = tmp_path / "published"
    publish_trust_list([ministry.certificate.der], settings.PUBLISH_DIR, NOW - timedelta(minutes=20))


def photo_of(text: str, path: Path, turn: float = 0) -> Path:
    """A grey, slightly blurred, turned picture of the code on a desk."""
    modules = np.pad(qr.encode(text).modules, 4)
    paper = np.kron(np.where(modules, 30, 235).astype(np.uint8), np.ones((6, 6), np.uint8))
    picture = Image.fromarray(paper).rotate(turn, expand=True, fillcolor=190, resample=Image.Resampling.BICUBIC)
    desk = Image.new("L", (picture.width + 200, picture.height + 120), 190)
    desk.paste(picture, (90, 50))
    desk.filter(ImageFilter.GaussianBlur(0.8)).save(path)
    return path


def paste(page: Page, text: str) -> None:
    page.goto("/verify/")
    page.get_by_label("Chuỗi ký tự của mã QR").fill(text)
    page.get_by_role("button", name="Kiểm tra chuỗi ký tự").click()


def expect_answer(page: Page, answer: str, code: str = "") -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(answer)
    if code:
        expect(page.get_by_text(code, exact=True)).to_be_visible()


def flipped(text: str) -> str:
    place = len(text) // 2
    return text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]


def test_a_valid_text_is_answered_with_the_holder_and_looks_right(page: Page, phone: Page, ministry: Ministry) -> None:
    for view, suffix in ((page, ""), (phone, "-phone")):
        view.goto("/verify/")
        check_accessible(view)
        take_screenshot(view, "verifier-home" + suffix)
        paste(view, ministry.issue(EARLIER))
        expect_answer(view, "Hợp lệ", "VALID")
        expect(view.get_by_text("Nguyễn Thị Hường")).to_be_visible()
        expect(view.get_by_text("17/05/1990")).to_be_visible()
        check_accessible(view)
        take_screenshot(view, "verifier-valid" + suffix)


def test_one_key_press_clears_the_page_for_the_next_person(page: Page, ministry: Ministry) -> None:
    for key in ("Enter", "Escape"):
        paste(page, ministry.issue(EARLIER))
        expect_answer(page, "Hợp lệ")
        page.keyboard.press(key)
        expect(page.get_by_label("Chuỗi ký tự của mã QR")).to_have_value("")
        expect(page.get_by_text("Nguyễn Thị Hường")).to_have_count(0)


def test_one_character_flipped_is_not_valid(page: Page, phone: Page, ministry: Ministry) -> None:
    for view, suffix in ((page, ""), (phone, "-phone")):
        paste(view, flipped(ministry.issue(EARLIER)))
        expect_answer(view, "Không hợp lệ")
        expect(view.get_by_text("Nguyễn Thị Hường")).to_have_count(0)
        check_accessible(view)
        take_screenshot(view, "verifier-not-valid" + suffix)


def test_an_expired_one_is_not_valid(page: Page, ministry: Ministry) -> None:
    paste(page, ministry.issue(NOW - timedelta(days=200), days=30))

    expect_answer(page, "Không hợp lệ", "CWT_EXPIRED")


def test_an_unknown_key_is_cannot_tell(page: Page, phone: Page) -> None:
    text = make_ministry(NOW).issue(EARLIER)
    for view, suffix in ((page, ""), (phone, "-phone")):
        paste(view, text)
        expect_answer(view, "Chưa kết luận được", "KEY_NOT_IN_TRUST_LIST")
        check_accessible(view)
        take_screenshot(view, "verifier-cannot-tell" + suffix)


def test_garbage_is_not_valid(page: Page) -> None:
    paste(page, "https://example.com/?q=<script>alert(1)</script>")

    expect_answer(page, "Không hợp lệ", "INVALID_SCHEME_PREFIX")


def test_nothing_is_asked_for_again(page: Page) -> None:
    paste(page, "   ")

    expect(page.get_by_text("Chưa có gì để kiểm tra")).to_be_visible()
    check_accessible(page)


def test_five_megabytes_are_answered(page: Page) -> None:
    paste(page, "A" * 5_000_000)

    expect_answer(page, "Không hợp lệ", "TEXT_TOO_LONG")


def test_english_readers_get_english(page: Page, ministry: Ministry) -> None:
    page.goto("/verify/")
    page.get_by_role("button", name="English").click()
    page.get_by_label("Text of the code").fill(ministry.issue(EARLIER))
    page.get_by_role("button", name="Check the text").click()

    expect_answer(page, "Valid", "VALID")
    expect(page.get_by_text("2 of 2")).to_be_visible()
    take_screenshot(page, "verifier-valid-english")


@pytest.mark.parametrize("turn", [0, 33, 180])
def test_a_photo_is_read_on_the_device_and_never_sent(
    page: Page, ministry: Ministry, tmp_path: Path, turn: float
) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append((request.post_data or "")[:2000]))
    page.goto("/verify/")
    page.get_by_label("Hình chụp mã QR").set_input_files(photo_of(ministry.issue(EARLIER), tmp_path / "a.png", turn))

    expect_answer(page, "Hợp lệ", "VALID")
    assert not [one for one in sent if "picture" in one]


def test_a_file_that_is_no_picture_is_told_on_the_device(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"not a picture")
    page.goto("/verify/")
    page.get_by_label("Hình chụp mã QR").set_input_files(file)

    expect(page.get_by_role("alert")).to_contain_text("Không tìm thấy mã đọc được")
    check_accessible(page)


def test_without_javascript_text_and_picture_work_too(no_script_page: Page, ministry: Ministry, tmp_path: Path) -> None:
    paste(no_script_page, ministry.issue(EARLIER))
    expect_answer(no_script_page, "Hợp lệ", "VALID")
    no_script_page.get_by_role("link", name="Người tiếp theo").click()

    expect(no_script_page.get_by_role("button", name="Quét bằng máy ảnh")).to_be_hidden()
    for file, answer in (
        (photo_of(ministry.issue(EARLIER), tmp_path / "a.jpg", 20), "Hợp lệ"),
        (tmp_path / "b.png", "Chưa kết luận được"),
    ):
        if not file.exists():
            file.write_bytes(b"not a picture")
        no_script_page.goto("/verify/")
        no_script_page.get_by_label("Hình chụp mã QR").set_input_files(file)
        no_script_page.get_by_role("button", name="Kiểm tra hình").click()
        expect_answer(no_script_page, answer)


def write_y4m(picture: Path, target: Path) -> None:
    """A film of two still frames, 640 x 480, that Chromium takes for the camera (YUV4MPEG2, 4:2:0)."""
    frame = Image.open(picture).convert("L")
    frame.thumbnail((640, 480))
    still = Image.new("L", (640, 480), 190)
    still.paste(frame, ((640 - frame.width) // 2, (480 - frame.height) // 2))
    planes = still.tobytes() + bytes([128]) * (640 * 480 // 2)
    target.write_bytes(b"YUV4MPEG2 W640 H480 F15:1 Ip A1:1 C420jpeg\n" + (b"FRAME\n" + planes) * 2)


@pytest.fixture
def camera(ministry: Ministry, live_server: LiveServer, chromium: Browser) -> Iterator[Page]:
    """A page whose camera looks at a passport."""
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "camera.y4m"
        write_y4m(photo_of(ministry.issue(EARLIER), Path(folder) / "a.png", 4), film)
        flags = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
        browser = chromium.browser_type.launch(
            executable_path=CHROMIUM, args=[*QUIET, *flags, f"--use-file-for-fake-video-capture={film}"]
        )
        context = browser.new_context(base_url=live_server.url, locale="vi-VN", permissions=["camera"])
        yield context.new_page()
        browser.close()


def test_the_camera_reads_the_code(camera: Page) -> None:
    camera.goto("/verify/")
    camera.get_by_role("button", name="Quét bằng máy ảnh").click()

    expect_answer(camera, "Hợp lệ", "VALID")


def test_a_camera_that_is_refused_is_told(page: Page) -> None:
    page.goto("/verify/")
    page.get_by_role("button", name="Quét bằng máy ảnh").click()

    expect(page.get_by_role("alert")).to_contain_text("Không dùng được máy ảnh")
