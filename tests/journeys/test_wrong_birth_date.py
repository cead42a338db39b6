"""A wrong birth date becomes a right passport: by the citizen, the clerk, the register, the signer and the ministry.

VAXPASS_DOC_SCREENSHOTS=1 writes the pictures of docs/how-to/corrected-passport.md, otherwise they lie in test-results.
"""

import json
import os
import re
import time
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import base45
import cbor2
import pytest
import zxingcpp
from django.utils.translation import gettext, override
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.contract.population.conftest import start_simulator, stop_simulator
from tests.journeys.browser import RESULTS, check_accessible, sign_in
from tests.journeys.whole_platform import Platform, prepared_platform
from vaxpass.adapters.signing.files import DEMO_PIN
from vaxpass.console import demo_walk
from vaxpass.console.demo_offices import PASSWORD
from vaxpass.console.demo_walk import Demo
from vaxpass.jobs.ministry_signing import begin_standing_run, defer_preparing, defer_signing
from vaxpass.jobs.publication import publish
from vaxpass.ministry_signing import actions as ministry
from vaxpass.ministry_signing import standing
from vaxpass.ministry_signing.rules import RunKind, RunScope
from vaxpass.passports import queries as passports
from vaxpass.passports.rules import Status
from vaxpass.records.facts import DoseFacts, IdentityFacts, Origin, ReceivedDose
from vaxpass.records.queries import find_people_by_number
from vaxpass.records.receiving import receive
from vaxpass.synth.papers import Paper, PaperDose, draw_photo

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAME, NUMBER, PHONE = "Lò Thị Ngọc Diệp", "040190424242", "0912345678"
WRONG, RIGHT = "1990-05-07", "1990-07-05"
"""Day and month were exchanged, in the register too; its police has mended it since."""
FACILITY = "40001"
IMAGES = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "images"


def register_line(birth_date: str) -> str:
    person = {"id_number": NUMBER, "old_number": "", "name": NAME.upper(), "sex": "F", "birth_date": birth_date}
    return json.dumps(person, ensure_ascii=False) + "\n"


@pytest.fixture
def platform(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[Platform]:
    """The demo's platform and a citizen whose passport shows a wrong birth date; the register is right by now."""
    settings.MESSAGES_FOLDER = str(tmp_path / "messages")
    with prepared_platform(tmp_path / "state", settings) as state, ExitStack() as registers:
        before = platform_with(state, tmp_path / "before.jsonl", WRONG, registers, settings)
        give_wrong_passport(before)
        yield platform_with(state, tmp_path / "after.jsonl", RIGHT, registers, settings)


def platform_with(state: Path, register: Path, birth_date: str, registers: ExitStack, settings: Any) -> Platform:
    register.write_text(register_line(birth_date), encoding="utf-8")
    process, url = start_simulator(register)
    registers.callback(stop_simulator, process)
    return Platform(state, url, settings.MESSAGES_FOLDER)


def dose(number: int, day: date) -> ReceivedDose:
    identity = IdentityFacts(NAME, 2, WRONG, "VN", 1, NUMBER, PHONE, "Xã Mường Lưng")
    return ReceivedDose(identity, DoseFacts("EU/1/20/1528", f"FK01{number}", day, number, "Sông Trà", ""))


def give_wrong_passport(platform: Platform) -> None:
    """By the verbs of the desks, as the demo does it."""
    demo = Demo(platform.state / "demo")
    clerk, now = demo.actor("clerk"), datetime.now(UTC)
    doses = [dose(1, date(2021, 9, 1)), dose(2, date(2021, 9, 29))]
    receive(doses, Origin(clerk.office_id, clerk.officer_id, clerk.office_id, now))
    platform.compare_identities()
    assert demo_walk._sign(demo, FACILITY) == 2
    run_id = ministry.ask_for_run(demo.actor("operator"), RunScope(limit=10), now=now)
    defer_preparing(run_id)
    platform.work()
    defer_signing(ministry.approve(demo.actor("approver"), run_id, now=datetime.now(UTC)))
    platform.work()
    standing.begin(demo.actor("operator"), RunKind.CORRECTED, now=datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Desk:
    """The citizen's phone and the officers' desk, both open all the time."""

    phone: Page
    desk: Page
    platform: Platform


@pytest.fixture
def both(platform: Platform, phone: Page, page: Page) -> Desk:
    return Desk(phone, page, platform)


def said(text: str) -> str:
    """The Vietnamese words of the pages."""
    with override("vi"):
        return gettext(text)


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("main").get_by_role("button", name=name).first.click()


def show(page: Page, name: str) -> None:
    check_accessible(page)
    for_docs = os.environ.get("VAXPASS_DOC_SCREENSHOTS") == "1"
    target = IMAGES / f"corrected-{name}.png" if for_docs else RESULTS / f"corrected-{name}.png"
    target.parent.mkdir(exist_ok=True)
    picture = Image.open(BytesIO(page.screenshot()))
    picture.convert("RGB").quantize(64, dither=Image.Dither.NONE).save(target, optimize=True)


def newest_message(platform: Platform) -> str:
    files = sorted(Path(platform.messages).glob("*.json"), key=lambda file: json.loads(file.read_text())["at"])
    return str(json.loads(files[-1].read_text())["text"])


def find_my_record(both: Desk) -> None:
    phone = both.phone
    phone.goto("/citizen/find/")
    phone.get_by_label(said("Full name")).fill("lo thi ngoc diep")
    phone.get_by_label("Ngày sinh").fill("5/7/1990")
    phone.get_by_label("Số giấy tờ hoặc số điện thoại").fill(PHONE)
    press(phone, "Gửi mã cho tôi")
    both.platform.work()
    code = re.search(r"\b\d{6}\b", newest_message(both.platform))
    assert code
    phone.get_by_label("Mã sáu số").fill(code[0])
    press(phone, "Mở hồ sơ của tôi")
    expect(phone.get_by_role("main")).to_contain_text(NAME)


def read_qr(page: Page) -> str:
    page.goto("/citizen/passport/")
    code: Locator = page.locator(".show-code")
    expect(code).to_be_visible()
    (read,) = zxingcpp.read_barcodes(Image.open(BytesIO(code.screenshot())))
    return str(read.text)


def report_the_date(both: Desk) -> None:
    phone = both.phone
    phone.goto("/citizen/report/")
    phone.locator("[name=line]").first.check()
    phone.get_by_label(said("For myself")).check()
    press(phone, said("Continue"))
    phone.locator("[name=wrongs][value=BIRTH_DATE]").check()
    show(phone, "what")
    press(phone, said("Continue"))
    phone.locator("[name=birth_date]").fill("5/7/1990")
    press(phone, said("Continue"))
    doses = [PaperDose(f"{day}/09/2021", "Comirnaty", f"FK01{n}", "Sông Trà") for n, day in ((1, "01"), (2, "29"))]
    paper = Paper(NAME, "05/07/1990", "Nữ", NUMBER, PHONE, "Xã Mường Lưng", doses)
    photo = draw_photo(paper, located=True)
    phone.locator("#photos").set_input_files({"name": "giay.jpg", "mimeType": "image/jpeg", "buffer": photo})
    press(phone, said("Add and continue"))
    press(phone, said("Send the report"))
    expect(phone.get_by_role("main")).to_contain_text("PA-")
    show(phone, "receipt")


def become(page: Page, username: str) -> None:
    page.goto("/")
    if page.locator(".officer summary").count():
        page.locator(".officer summary").click()
        page.get_by_role("button", name="Đăng xuất").click()
        expect(page.get_by_role("link", name="Đăng nhập")).to_be_visible()
    sign_in(page, username, PASSWORD)


def accept_it(both: Desk) -> None:
    desk = both.desk
    become(desk, "clerk")
    desk.goto("/facility/reports/")
    key(desk, "j")
    expect(desk.get_by_role("main")).to_contain_text("05/07/1990")
    show(desk, "decide")
    key(desk, "a")
    expect(desk.get_by_text("Không có phản ánh nào chờ đơn vị.")).to_be_visible()
    both.platform.work()


def key(page: Page, name: str) -> None:
    page.locator("html[data-keys=on]").wait_for(state="attached")
    page.keyboard.press(name)


def sign_it(both: Desk) -> None:
    desk = both.desk
    become(desk, "signer")
    desk.goto("/facility/sign/")
    press(desk, re.compile("^Lập lô"))
    desk.get_by_role("link", name="Đọc hồ sơ tiếp theo").first.click()
    right = desk.get_by_role("button", name="Đúng", exact=True)
    while right.is_visible():
        right.click()
    desk.get_by_role("link", name=re.compile(r"^Ký \d+ mũi")).first.click()
    desk.get_by_label("Mã PIN của khóa").fill(DEMO_PIN)
    desk.get_by_role("main").get_by_role("button", name="Ký", exact=True).click()
    expect(desk.get_by_role("status")).to_contain_text("Đã ký")
    both.platform.work()


def approve_it(both: Desk) -> None:
    begin_standing_run(RunKind.CORRECTED, datetime.now(UTC))  # by itself within a minute, or at once by the job above
    both.platform.work()
    desk = both.desk
    become(desk, "approver")
    desk.get_by_role("link", name="Xem và quyết định").first.click()
    desk.get_by_role("link", name=re.compile(r"^\d+$")).first.click()
    desk.get_by_role("link", name="Xem và quyết định").first.click()
    press(desk, "Duyệt và ký")
    press(desk, "Duyệt và ký")
    both.platform.work()


def birth_date_in(text: str) -> str:
    payload = cbor2.loads(zlib.decompress(base45.b45decode(text.removeprefix("HC1:")))).value[2]
    return str(cbor2.loads(payload)[-260][1]["dob"])


def test_from_a_wrong_birth_date_to_the_right_passport(both: Desk) -> None:
    find_my_record(both)
    show(both.phone, "record")
    old = read_qr(both.phone)
    assert birth_date_in(old) == WRONG
    begun = time.monotonic()
    report_the_date(both)
    accept_it(both)
    assert read_qr(both.phone) == old  # it holds until the next one is there
    sign_it(both)
    approve_it(both)
    new = read_qr(both.phone)
    took = timedelta(seconds=round(time.monotonic() - begun))
    show(both.phone, "passport")
    assert birth_date_in(new) == RIGHT
    (person_id,) = find_people_by_number(NUMBER)
    assert [one.status for one in passports.passports_of(person_id)] == [Status.LIVE, Status.REVOKED]
    print(f"\nreport to corrected passport, everyone answering at once: {took}")  # noqa: T201 -- what the journey measures
    ask_the_verifier(both, old, new)


def ask_the_verifier(both: Desk, old: str, new: str) -> None:
    publish(datetime.now(UTC))
    for text, answer in ((old, "Không hợp lệ"), (new, "Hợp lệ")):
        both.desk.goto("/verify/")
        both.desk.get_by_label("Chuỗi ký tự của mã QR").fill(text)
        press(both.desk, "Kiểm tra chuỗi ký tự")
        expect(both.desk.get_by_role("heading", level=1)).to_have_text(answer, timeout=30_000)
