"""The walk of docs/how-to/first-passport.md, button by button; it takes the pictures of that page.

VAXPASS_DOC_SCREENSHOTS=1 writes them to docs/how-to/images, otherwise they lie in test-results.
"""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from python_calamine import CalamineWorkbook
from vaxproof import Code

from tests.journeys.browser import RESULTS, check_accessible, sign_in
from tests.journeys.whole_platform import Platform, whole_platform
from vaxpass.adapters.signing.files import DEMO_PIN
from vaxpass.console.demo_offices import PASSWORD
from vaxpass.jobs.publication import publish_log
from vaxpass.offices.roles import ROLES

ROOT = Path(__file__).resolve().parents[2]
HOW_TO = ROOT / "docs" / "how-to"
IMAGES = HOW_TO / "images"
MOST_BYTES = 250_000
PICTURES = (
    "start", "clerk", "columns", "preview", "refused", "stored", "compared", "record", "mend", "mended", "ready",
    "sample", "pin", "signed", "run", "approval", "issued", "passport", "pdf", "valid", "not-valid",
)  # fmt: skip

FACILITY = "Trung tâm Y tế huyện Sông Trà (mẫu) (40001)"
NUMBER = "040083678801"
TYPED, ON_THE_CARD = "Trinh Van Hieu", "Trịnh Văn Hiếu"


@pytest.fixture
def platform(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[Platform]:
    with whole_platform(tmp_path / "state", settings) as made:
        yield made


def keep(picture: Image.Image, name: str) -> None:
    """Save one of PICTURES with few colours, so that the repository stays small."""
    assert name in PICTURES
    for_docs = os.environ.get("VAXPASS_DOC_SCREENSHOTS") == "1"
    target = IMAGES / f"{name}.png" if for_docs else RESULTS / f"first-passport-{name}.png"
    target.parent.mkdir(exist_ok=True)
    picture.convert("RGB").quantize(64, dither=Image.Dither.NONE).save(target, optimize=True)
    assert target.stat().st_size < MOST_BYTES


def show(page: Page, name: str, at: Locator | None = None) -> None:
    """Photograph what a reader sees, from `at` downwards."""
    (at or page.locator("body")).evaluate("part => part.scrollIntoView({block: 'start', behavior: 'instant'})")
    keep(Image.open(BytesIO(page.screenshot())), name)


def judge_and_show(page: Page, name: str) -> None:
    """The same for pages that no other journey judges."""
    check_accessible(page)
    show(page, name)


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("main").get_by_role("button", name=name).click()


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("link", name=name).first.click()


def turn_to(page: Page, name: str) -> None:
    page.locator(".desk-nav").get_by_role("link", name=name).click()


def sign_out(page: Page) -> None:
    page.locator(".officer summary").click()
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_role("link", name="Đăng nhập")).to_be_visible()


def become(page: Page, username: str) -> None:
    sign_out(page)
    sign_in(page, username, PASSWORD)


def upload(page: Page, platform: Platform) -> None:
    page.set_viewport_size({"width": 1280, "height": 1000})
    page.goto("/")
    show(page, "start")
    sign_in(page, "clerk", PASSWORD)
    judge_and_show(page, "clerk")
    follow(page, "Tải tệp bảng tính lên")
    check_accessible(page)
    page.get_by_label("Tệp bảng tính").set_input_files(platform.spreadsheet)
    press(page, "Tải lên")
    expect(page.get_by_role("heading", name="Cột nào chứa gì?")).to_be_visible()
    judge_and_show(page, "columns")
    press(page, "Kiểm tra các dòng")
    expect(page.get_by_role("heading", name="Những dòng đầu được hiểu như sau")).to_be_visible()
    judge_and_show(page, "preview")


def look_and_confirm(page: Page) -> None:
    show(page, "refused", page.get_by_role("heading", name="Dòng bị từ chối"))
    with page.expect_download() as download:
        follow(page, "Tải các dòng bị từ chối kèm lý do")
    header, *rows = CalamineWorkbook.from_path(str(download.value.path())).get_sheet_by_index(0).to_python()
    assert len(rows) > 10
    assert all(row[-2] and row[-1] for row in rows), header
    page.get_by_label(re.compile("Cơ sở đã xem hộ chiếu")).check()
    press(page, re.compile(r"^Lưu \d+ mũi tiêm"))
    expect(page.get_by_role("main")).to_contain_text("Đã lưu")
    judge_and_show(page, "stored")


def look_for(page: Page) -> None:
    turn_to(page, "Hồ sơ")
    page.get_by_text("Tìm một người").click()
    page.get_by_label("Số CCCD/CMND/hộ chiếu").fill(NUMBER)
    press(page, "Tìm")


def mend(page: Page, platform: Platform) -> None:
    turn_to(page, "Tổng quan")
    judge_and_show(page, "compared")
    for left in (2, 1):
        look_for(page)
        wrong = page.get_by_role("row").filter(has_text="Không khớp")
        expect(wrong).to_have_count(left)
        check_accessible(page)
        wrong.first.get_by_role("link", name=TYPED).click()
        expect(page.get_by_role("main")).to_contain_text("Không khớp")
        judge_and_show(page, "record")
        follow(page, "Sửa hoặc rút hồ sơ")
        page.get_by_label("Họ và tên").fill(ON_THE_CARD)
        judge_and_show(page, "mend")
        press(page, "Lưu bản sửa")
        expect(page.get_by_role("status").first).to_contain_text("Đã sửa hồ sơ")
    platform.work()
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("Đã xác minh")
    judge_and_show(page, "mended")


def sign_the_batch(page: Page) -> None:
    become(page, "signer")
    turn_to(page, "Chờ ký")
    show(page, "ready")
    press(page, re.compile("^Lập lô"))
    follow(page, "Đọc hồ sơ tiếp theo")
    show(page, "sample")
    right = page.get_by_role("button", name="Đúng", exact=True)
    while right.is_visible():
        right.click()
    follow(page, re.compile(r"^Ký \d+ mũi"))
    page.get_by_label("Mã PIN của khóa").fill(DEMO_PIN)
    show(page, "pin")
    page.get_by_role("main").get_by_role("button", name="Ký", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Đã ký")
    show(page, "signed")


def issue(page: Page, platform: Platform) -> None:
    become(page, "operator")
    turn_to(page, "Đợt ký")
    follow(page, "Lập đợt ký")
    page.get_by_label("Cơ sở").select_option(label=FACILITY)
    press(page, "Lập đợt")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đợt")
    platform.work()
    page.reload()
    expect(page.get_by_text("Quý vị đã lập đợt này")).to_be_visible()
    show(page, "run")
    become(page, "approver")
    follow(page, "Xem và quyết định")
    follow(page, re.compile(r"^\d+$"))
    follow(page, "Xem và quyết định")
    show(page, "approval")
    press(page, "Duyệt và ký")
    press(page, "Duyệt và ký")
    platform.work()
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("Xong")
    show(page, "issued")


def open_the_passport(page: Page, folder: Path) -> tuple[Path, str]:
    """Print the PDF and photograph the code; give the photograph and the text of the code in the PDF."""
    turn_to(page, "Hộ chiếu")
    page.get_by_label("Mã chứng nhận hoặc số giấy tờ").fill(NUMBER)
    press(page, "Tìm")
    expect(page.locator(".passport-qr")).to_be_visible()
    judge_and_show(page, "passport")
    photograph = folder / "qr.png"
    page.locator(".passport-qr").screenshot(path=photograph)
    address = page.get_by_role("link", name=re.compile("PDF")).get_attribute("href")
    printed = page.context.request.get(address or "").body()
    return photograph, _text_in(printed)


def _text_in(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    picture = document[0].render(scale=3).to_pil()
    document.close()
    (code,) = zxingcpp.read_barcodes(picture)
    keep(picture.resize((picture.width // 2, picture.height // 2)), "pdf")
    return str(code.text)


def verify(page: Page, platform: Platform, photograph: Path, text: str) -> None:
    assert str(zxingcpp.read_barcodes(Image.open(photograph))[0].text) == text
    sign_out(page)
    follow(page, "Kiểm tra hộ chiếu")
    page.get_by_label("Hình chụp mã QR").set_input_files(photograph)
    expect(page.get_by_role("heading", level=1)).to_have_text("Hợp lệ")
    expect(page.get_by_role("main")).to_contain_text(ON_THE_CARD)
    show(page, "valid")
    ask_whether_it_was_issued(page)
    at_the_shell = platform.verify(photograph)
    assert (at_the_shell.returncode, at_the_shell.stdout.split()[0]) == (0, "VALID")


def ask_whether_it_was_issued(page: Page) -> None:
    """By the device's own question to the log, once the published log has come as far as the passport."""
    publish_log(datetime.now(UTC))  # the worker does so every minute
    page.get_by_text("Giấy này có thật đã được cấp?").filter(visible=True).click()
    press(page, "Tra nhật ký")
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"Đã được cấp: vị trí \d+ trong \d+"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Hợp lệ")


def refuse(page: Page, platform: Platform, text: str, folder: Path) -> None:
    flipped = text.replace("A", "B", 1)
    page.goto("/verify/")
    page.get_by_label("Chuỗi ký tự của mã QR").fill(flipped)
    press(page, "Kiểm tra chuỗi ký tự")
    expect(page.get_by_role("heading", level=1)).to_have_text("Không hợp lệ")
    show(page, "not-valid")
    (folder / "flipped.txt").write_text(flipped, encoding="ascii")
    at_the_shell = platform.verify(folder / "flipped.txt")
    assert (at_the_shell.returncode, at_the_shell.stdout.split()[0]) == (1, "NOT_VALID")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_from_a_spreadsheet_to_a_verified_passport(platform: Platform, page: Page, tmp_path: Path) -> None:
    upload(page, platform)
    look_and_confirm(page)
    platform.work()
    mend(page, platform)
    sign_the_batch(page)
    issue(page, platform)
    photograph, text = open_the_passport(page, tmp_path)
    verify(page, platform, photograph, text)
    refuse(page, platform, text, tmp_path)


def images_named_in(document: Path) -> set[Path]:
    named = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", document.read_text(encoding="utf-8"))
    return {(document.parent / one).resolve() for one in named}


def test_every_picture_of_the_documents_is_there_and_every_picture_is_shown() -> None:
    in_the_walk = images_named_in(HOW_TO / "first-passport.md")
    named = set().union(*map(images_named_in, [*HOW_TO.glob("*.md"), ROOT / "README.md"]))
    assert in_the_walk == {IMAGES / f"{name}.png" for name in PICTURES}
    assert [image for image in named if not image.is_file()] == []
    assert set(IMAGES.iterdir()) <= named


def as_said(text: str) -> str:
    return " ".join(text.split()).casefold()


def messages_of_the_pages() -> Iterator[Message]:
    for file in (ROOT / "locale").glob("*/vi/LC_MESSAGES/django.po"):
        with file.open("rb") as lines:
            yield from read_po(lines)


def words_of_the_pages() -> set[str]:
    """Give every Vietnamese text of the desks, and the names of the roles."""
    texts = [role.name_vi for role in ROLES.values()]
    for message in messages_of_the_pages():
        texts += [message.string] if isinstance(message.string, str) else message.string or []
    return {as_said(text) for text in texts if text}


def named_in(document: Path, pattern: str) -> set[str]:
    return set(re.findall(pattern, document.read_text(encoding="utf-8")))


@pytest.mark.parametrize("document", sorted(HOW_TO.glob("*.md")), ids=lambda path: path.stem)
def test_every_vietnamese_word_in_bold_and_every_code_stands_on_a_page(document: Path) -> None:
    """What the documents tell to press is there to be pressed; … stands for a number."""
    said = words_of_the_pages()
    words = {as_said(word) for word in named_in(document, r"\*\*([^*]+)\*\*") if not word.isascii()}
    forms = {word: re.compile(re.escape(word).replace("…", ".+")) for word in words}
    assert [word for word, form in forms.items() if not any(map(form.fullmatch, said))] == []
    codes = {code for code in named_in(document, r"`([A-Z]+(?:_[A-Z]+)+)`") if not code.startswith("VAXPASS_")}
    assert codes - {str(message.id) for message in messages_of_the_pages()} - set(Code) == set()
