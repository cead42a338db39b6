"""A border officer checks on the device: three answers, in flight mode too, by lists signed, numbered and aged."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.factories.passports import VACCINATION, Ministry, make_ministry
from tests.factories.published import RULE_TWO_DOSES, Folder, make_folder, rule_set
from tests.journeys.browser import check_accessible, take_screenshot
from tests.journeys.verifier_pages import (
    CANNOT_TELL,
    HOLDER,
    NOT_VALID,
    TEXT,
    VALID,
    expect_answer,
    flipped,
    open_verifier,
    paste,
    photo_of,
    wait_until_kept,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOW = datetime.now(UTC).replace(microsecond=0)
EARLIER = NOW - timedelta(hours=1)


@pytest.fixture(scope="module")
def ministry() -> Ministry:
    return make_ministry(NOW)


@pytest.fixture(autouse=True)
def folder(ministry: Ministry, tmp_path: Path, settings: Any) -> Folder:
    settings.PUBLISH_DIR = tmp_path / "published"
    made = make_folder(settings.PUBLISH_DIR, [ministry], NOW, rules=[rule_set(RULE_TWO_DOSES)])
    made.write(NOW - timedelta(minutes=20))
    return made


# Three answers ---------------------------------------------------------------------------------------
def test_a_valid_text_is_answered_with_the_holder_and_looks_right(page: Page, phone: Page, ministry: Ministry) -> None:
    for view, suffix in ((page, ""), (phone, "-phone")):
        open_verifier(view)
        wait_until_kept(view)
        check_accessible(view)
        take_screenshot(view, "offline-home" + suffix)
        paste(view, ministry.issue(EARLIER))
        expect_answer(view, VALID, "VALID")
        for shown in (HOLDER, "NGUYEN THI HUONG", "17/05/1990", "Comirnaty", "2 trong 2", "Bộ Y tế DSC thử, VN"):
            expect(view.locator("#result")).to_contain_text(shown)
        check_accessible(view)
        take_screenshot(view, "offline-valid" + suffix)


def test_a_flipped_character_is_not_valid(page: Page, phone: Page, ministry: Ministry) -> None:
    for view, suffix in ((page, ""), (phone, "-phone")):
        open_verifier(view)
        paste(view, flipped(ministry.issue(EARLIER)))
        expect_answer(view, NOT_VALID)
        expect(view.get_by_text(HOLDER)).to_have_count(0)
        check_accessible(view)
        take_screenshot(view, "offline-not-valid" + suffix)


def test_an_unknown_key_is_cannot_tell(page: Page, phone: Page) -> None:
    text = make_ministry(NOW).issue(EARLIER)
    for view, suffix in ((page, ""), (phone, "-phone")):
        open_verifier(view)
        paste(view, text)
        expect_answer(view, CANNOT_TELL, "KEY_NOT_IN_TRUST_LIST")
        check_accessible(view)
        take_screenshot(view, "offline-cannot-tell" + suffix)


@pytest.mark.parametrize(
    ("make", "answer", "code"),
    [
        (lambda m: m.issue(NOW - timedelta(days=200), days=30), NOT_VALID, "CWT_EXPIRED"),
        (lambda _: "https://example.com/?q=<script>alert(1)</script>", NOT_VALID, "INVALID_SCHEME_PREFIX"),
        (lambda _: "HC1:" + "A" * 1_000_000, NOT_VALID, "TEXT_TOO_LONG"),
        (lambda _: "HC2:ABC", CANNOT_TELL, "UNSUPPORTED_SCHEME_VERSION"),
    ],
)
def test_each_has_its_reason(page: Page, ministry: Ministry, make: Any, answer: str, code: str) -> None:
    open_verifier(page)
    paste(page, make(ministry))

    expect_answer(page, answer, code)


def test_a_revoked_one_is_not_valid_by_the_list_and_cannot_tell_by_the_filter(
    page: Page, phone: Page, folder: Folder, ministry: Ministry
) -> None:
    folder.revoked = [VACCINATION.uvci]
    for view, with_list, answer, code in (
        (page, True, NOT_VALID, "REVOKED"),
        (phone, False, CANNOT_TELL, "POSSIBLY_REVOKED"),
    ):
        folder.with_list = with_list
        folder.write(NOW)
        open_verifier(view)
        paste(view, ministry.issue(EARLIER))
        expect_answer(view, answer, code)


def test_an_answer_given_before_the_lists_came_is_given_anew_when_they_are_there(
    page: Page, ministry: Ministry
) -> None:
    waiting: list[Route] = []
    page.route("**/published/revocation-list.jws", lambda route: waiting.append(route))  # noqa: PLW0108 -- no built-in here
    with page.expect_request("**/published/revocation-list.jws"):  # the last of them to be asked for
        page.goto("/verify/")
    paste(page, ministry.issue(EARLIER))
    expect_answer(page, CANNOT_TELL, "REVOCATION_LIST_MISSING")
    waiting[0].continue_()
    expect_answer(page, VALID, "VALID")


def test_nothing_is_asked_for_again(page: Page) -> None:
    open_verifier(page)
    paste(page, "   ")

    expect(page.get_by_role("alert")).to_contain_text("Chưa có gì để kiểm tra")
    check_accessible(page)


@pytest.mark.parametrize("turn", [0, 33, 180])
def test_a_photo_is_read_on_the_device(page: Page, ministry: Ministry, tmp_path: Path, turn: float) -> None:
    open_verifier(page)
    page.get_by_label("Hình chụp mã QR").set_input_files(photo_of(ministry.issue(EARLIER), tmp_path / "a.png", turn))

    expect_answer(page, VALID, "VALID")


def test_a_file_that_is_no_picture_is_told(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"not a picture")
    open_verifier(page)
    page.get_by_label("Hình chụp mã QR").set_input_files(file)

    expect(page.get_by_role("alert")).to_contain_text("Không tìm thấy mã đọc được")


# The next person -------------------------------------------------------------------------------------
def test_by_keyboard_alone_from_one_person_to_the_next(page: Page, ministry: Ministry) -> None:
    open_verifier(page)
    page.get_by_label(TEXT).focus()
    for key in ("Enter", "Escape"):
        page.keyboard.insert_text(ministry.issue(EARLIER))
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect_answer(page, VALID)
        expect(page.get_by_role("button", name="Người tiếp theo")).to_be_focused()
        page.keyboard.press(key)
        expect(page.get_by_label(TEXT)).to_be_focused()
        expect(page.get_by_label(TEXT)).to_have_value("")
        expect(page.get_by_text(HOLDER)).to_have_count(0)


def test_an_idle_minute_clears_the_answer(page: Page, ministry: Ministry) -> None:
    page.clock.install()
    open_verifier(page)
    paste(page, ministry.issue(EARLIER))
    expect_answer(page, VALID)
    page.clock.fast_forward("01:20")

    expect(page.get_by_text(HOLDER)).to_have_count(0)
    expect(page.get_by_label(TEXT)).to_have_value("")


# Without a network -----------------------------------------------------------------------------------
def test_in_flight_mode_it_opens_and_checks(page: Page, ministry: Ministry, tmp_path: Path) -> None:
    photo = photo_of(ministry.issue(EARLIER), tmp_path / "a.png", 10)
    open_verifier(page)
    wait_until_kept(page)
    page.context.set_offline(True)
    later = page.context.new_page()
    page.close()
    for _reload in range(2):
        open_verifier(later)
        paste(later, ministry.issue(EARLIER))
        expect_answer(later, VALID, "VALID")
        later.keyboard.press("Escape")
    later.get_by_label("Hình chụp mã QR").set_input_files(photo)
    expect_answer(later, VALID, "VALID")


def test_vietnamese_and_english_switch_in_flight_mode_and_stay(page: Page, ministry: Ministry) -> None:
    open_verifier(page)
    wait_until_kept(page)
    page.context.set_offline(True)
    paste(page, ministry.issue(NOW - timedelta(days=200), days=30))
    page.get_by_role("button", name="English").click()
    expect_answer(page, "Not valid", "CWT_EXPIRED")
    expect(page.get_by_text("The certificate has expired.")).to_be_visible()
    page.reload()

    expect(page.get_by_role("heading", level=1)).to_have_text("Verify a passport")
    check_accessible(page)
    take_screenshot(page, "offline-home-english")


def test_lists_grow_old_with_a_warning_and_then_nothing_can_be_told(
    page: Page, phone: Page, ministry: Ministry
) -> None:
    text = ministry.issue(EARLIER)
    for view, suffix in ((page, ""), (phone, "-phone")):
        open_verifier(view)
        wait_until_kept(view)
        view.context.set_offline(True)
        for age, answer, code in (
            (timedelta(hours=23), VALID, "VALID"),
            (timedelta(hours=25), VALID, "VALID"),
            (timedelta(hours=71), VALID, "VALID"),
            (timedelta(hours=73), CANNOT_TELL, "TRUST_LIST_EXPIRED"),
        ):
            view.clock.set_fixed_time(NOW - timedelta(minutes=20) + age)
            open_verifier(view)
            warned = view.get_by_text("Các danh sách đã được lập cách đây").filter(visible=True)
            expect(warned).to_have_count(int(age > timedelta(hours=24)))
            paste(view, text)
            expect_answer(view, answer, code)
            expect(warned).to_have_count(int(age > timedelta(hours=24)))
            expect(view.locator("#result")).to_contain_text("cách đây")
            take_screenshot(view, f"offline-lists-{age.days * 24 + age.seconds // 3600}h{suffix}")


def test_a_clock_that_ran_backwards_is_noticed(page: Page, ministry: Ministry) -> None:
    open_verifier(page)
    wait_until_kept(page)
    paste(page, ministry.issue(EARLIER))
    expect_answer(page, VALID)
    page.context.set_offline(True)
    page.clock.set_fixed_time(NOW - timedelta(minutes=30))
    open_verifier(page)
    expect(page.locator("#lists-troubles")).to_contain_text("Đồng hồ của thiết bị đã chạy lùi")
    expect(page.locator("#lists")).to_contain_text("muộn hơn đồng hồ của thiết bị này")
    paste(page, ministry.issue(EARLIER))

    expect_answer(page, CANNOT_TELL, "CLOCK_TURNED_BACK")


def test_a_clock_that_was_ahead_and_is_right_again_is_believed_with_the_servers(page: Page, ministry: Ministry) -> None:
    open_verifier(page)
    wait_until_kept(page)
    page.clock.set_fixed_time(NOW + timedelta(days=30))
    page.reload()
    paste(page, ministry.issue(EARLIER))
    expect_answer(page, CANNOT_TELL)
    page.clock.set_fixed_time(datetime.now(UTC))  # as the server's clock has it by now
    page.reload()
    expect(page.locator("#lists-status")).to_be_empty()
    paste(page, ministry.issue(EARLIER))

    expect_answer(page, VALID)


def test_a_new_release_replaces_the_old_one_whole(page: Page, folder: Folder, ministry: Ministry) -> None:
    open_verifier(page)
    wait_until_kept(page)
    before = page.locator("body").get_attribute("data-version")
    make_folder(folder.path, [ministry], NOW, number=3).write(NOW)  # another publisher: another pin, another release
    page.reload()
    expect(page.locator("body")).not_to_have_attribute("data-version", before or "", timeout=20_000)
    open_verifier(page)
    wait_until_kept(page)
    after = page.locator("body").get_attribute("data-version")
    page.context.set_offline(True)
    page.reload()
    paste(page, ministry.issue(EARLIER))
    expect_answer(page, VALID)

    assert page.evaluate("caches.keys()") == [f"verifier-{after}"]


# Lists that are not ours, or not new -----------------------------------------------------------------
def test_lists_signed_by_another_are_refused_and_the_old_ones_stay(
    page: Page, folder: Folder, ministry: Ministry
) -> None:
    open_verifier(page)
    wait_until_kept(page)
    stranger = make_folder(folder.path, [make_ministry(NOW)], NOW, number=7)
    stranger.write(NOW)
    (folder.path / "publisher.pem").write_bytes(b"")
    page.get_by_role("button", name="Tải danh sách ngay").click()

    expect(page.get_by_text("index.jws:")).to_contain_text("Danh sách trước đó được giữ lại.")
    take_screenshot(page, "offline-refused-list")
    check_accessible(page)
    paste(page, ministry.issue(EARLIER))
    expect_answer(page, VALID)


def test_lists_that_are_put_back_are_refused_even_after_a_new_start(
    page: Page, folder: Folder, ministry: Ministry
) -> None:
    folder.write(NOW, number=5)
    open_verifier(page)
    wait_until_kept(page)
    folder.signers = [make_ministry(NOW).certificate.der]
    folder.write(NOW, number=4)
    page.reload()

    expect(page.get_by_text("index.jws:")).to_be_visible()
    paste(page, ministry.issue(EARLIER))
    expect_answer(page, VALID)


def test_the_publisher_that_a_signed_index_named_is_known_after_a_new_start_without_network(
    page: Page, folder: Folder, ministry: Ministry, tmp_path: Path, settings: Any
) -> None:
    pinned = tmp_path / "pinned.pem"
    pinned.write_bytes((folder.path / "publisher.pem").read_bytes())
    settings.VERIFIER_PUBLISHERS = str(pinned)
    successor = make_folder(folder.path, [ministry], NOW, number=8)
    folder.successors = [successor.publisher.certificate.der]
    folder.write(NOW, number=7)
    open_verifier(page)
    wait_until_kept(page)
    successor.write(NOW)
    page.get_by_role("button", name="Tải danh sách ngay").click()
    expect(page.locator("#lists")).to_contain_text(re.compile(r"cách đây \d phút"))
    page.context.set_offline(True)
    page.reload()

    expect(page.locator("#lists")).not_to_contain_text("Chưa có trên thiết bị này")
    expect(page.get_by_text(re.compile(r"\.jws:"))).to_have_count(0)
    paste(page, ministry.issue(EARLIER))
    expect_answer(page, VALID)


def test_a_half_written_list_is_refused(page: Page, folder: Folder, ministry: Ministry) -> None:
    open_verifier(page)
    folder.write(NOW)
    file = folder.path / "trust-list.jws"
    file.write_bytes(file.read_bytes()[:200])
    page.get_by_role("button", name="Tải danh sách ngay").click()

    expect(page.get_by_text("trust-list.jws:")).to_be_visible()
    paste(page, ministry.issue(EARLIER))
    expect_answer(page, VALID)


def test_a_new_list_counts_at_once(page: Page, folder: Folder) -> None:
    other = make_ministry(NOW)
    open_verifier(page)
    folder.signers = [*folder.signers, other.certificate.der]
    folder.write(NOW)
    page.get_by_role("button", name="Tải danh sách ngay").click()
    expect(page.locator("#lists")).to_contain_text(re.compile(r"cách đây \d phút"))
    paste(page, other.issue(EARLIER))

    expect_answer(page, VALID)


def test_without_any_list_nothing_can_be_told(page: Page, folder: Folder, ministry: Ministry) -> None:
    for file in folder.path.glob("*.jws"):
        file.unlink()
    page.goto("/verify/")
    expect(page.get_by_text("Thiết bị này chưa có đủ danh sách.")).to_be_visible()
    paste(page, ministry.issue(EARLIER))

    expect_answer(page, CANNOT_TELL)


# The second answer -----------------------------------------------------------------------------------
def test_the_rules_of_the_country_of_arrival_give_a_second_answer(page: Page, phone: Page, ministry: Ministry) -> None:
    for view, suffix in ((page, ""), (phone, "-phone")):
        open_verifier(view)
        view.get_by_label("Nước đến", exact=True).select_option("DE")
        paste(view, ministry.issue(EARLIER))
        expect_answer(view, VALID, "VALID")
        expect(view.get_by_role("heading", name="Không đáp ứng quy định")).to_be_visible()
        expect(view.get_by_text("Cần ít nhất ba mũi tiêm.")).to_be_visible()
        expect(view.get_by_text("Mũi số: 2")).to_be_visible()
        check_accessible(view)
        take_screenshot(view, "offline-rules" + suffix)
        view.keyboard.press("Escape")
        paste(view, ministry.issue(EARLIER, dose_number=3, series_size=3))
        expect(view.get_by_role("heading", name="Đáp ứng quy định", exact=True)).to_be_visible()


def test_an_arrival_that_was_chosen_stands_in_the_answer(page: Page, ministry: Ministry) -> None:
    text = ministry.issue(EARLIER, dose_number=3, series_size=3)
    later = NOW + timedelta(days=4000)
    open_verifier(page)
    page.get_by_label("Nước đến", exact=True).select_option("DE")
    page.locator("#arrives-at").fill(f"{later:%Y-%m-%dT10:30}")
    paste(page, text)

    expect(page.get_by_text(f"Xét cho thời điểm đến 10:30 {later:%d/%m/%Y}.")).to_be_visible()
    expect(page.get_by_text("Hộ chiếu hết hạn trước thời điểm đến đã chọn.")).to_be_visible()


def test_what_is_not_valid_is_not_judged_by_rules(page: Page, folder: Folder, ministry: Ministry) -> None:
    folder.revoked = [VACCINATION.uvci]
    folder.write(NOW)
    open_verifier(page)
    page.get_by_label("Nước đến", exact=True).select_option("DE")
    paste(page, ministry.issue(EARLIER, dose_number=3, series_size=3))

    expect_answer(page, NOT_VALID, "REVOKED")
    expect(page.locator("#judgement")).to_have_count(0)
