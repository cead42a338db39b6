"""“Was this one issued?” on the device: by a question that does not tell whose passport is meant, or by a file."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from vaxproof.log.leaf import cose_digest
from vaxproof.verify import cose_of

from tests.factories.passports import Ministry, make_ministry
from tests.factories.public_log import OTHERS, PublicLog
from tests.factories.published import make_folder
from tests.journeys.browser import check_accessible, take_screenshot
from tests.journeys.verifier_pages import NOT_VALID, VALID, expect_answer, open_verifier, paste

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOW = datetime.now(UTC).replace(microsecond=0)
EARLIER = NOW - timedelta(hours=1)
QUESTION = "**/api/v1/log/issued/*"


@pytest.fixture(scope="module")
def ministry() -> Ministry:
    return make_ministry(NOW)


@pytest.fixture
def log(tmp_path: Path) -> PublicLog:
    return PublicLog(tmp_path / "published/log")


@pytest.fixture(autouse=True)
def _published(ministry: Ministry, log: PublicLog, tmp_path: Path, settings: Any) -> None:
    settings.PUBLISH_DIR = tmp_path / "published"
    make_folder(settings.PUBLISH_DIR, [ministry], NOW, log=log.policy()).write(NOW - timedelta(minutes=20))


def answer_questions(page: Page, log: PublicLog) -> list[str]:
    """Answer as the API does; gives what was asked."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url.rpartition("/")[2])
        route.fulfill(body=log.bucket(asked[-1]), content_type="application/json")

    page.route(QUESTION, answer)
    return asked


def ask(page: Page, text: str) -> None:
    open_verifier(page)
    paste(page, text)
    expect_answer(page, VALID)
    page.get_by_text("Giấy này có thật đã được cấp?").filter(visible=True).click()
    page.get_by_role("button", name="Tra nhật ký").click()


def test_an_issued_one_stays_valid_and_its_place_is_told(
    page: Page, phone: Page, ministry: Ministry, log: PublicLog
) -> None:
    text = ministry.issue(EARLIER)
    log.write([text], NOW)
    for view, suffix in ((page, ""), (phone, "-phone")):
        asked = answer_questions(view, log)
        ask(view, text)
        expect(view.get_by_text(f"vị trí {OTHERS} trong {OTHERS + 1}")).to_be_visible()
        expect_answer(view, VALID)
        check_accessible(view)
        take_screenshot(view, "offline-issued" + suffix)
        assert asked == [cose_digest(cose_of(text)).hex()[:1]]  # one digit: more than 32 others share it


def test_one_that_was_never_issued_is_made_with_a_stolen_key(
    page: Page, phone: Page, ministry: Ministry, log: PublicLog
) -> None:
    log.write([ministry.issue(EARLIER)], NOW)
    for view, suffix in ((page, ""), (phone, "-phone")):
        answer_questions(view, log)
        ask(view, ministry.issue(EARLIER, family_name="Trần"))
        expect_answer(view, NOT_VALID, "NOT_IN_LOG")
        check_accessible(view)
        take_screenshot(view, "offline-never-issued" + suffix)


def test_a_revoked_one_is_not_valid(page: Page, ministry: Ministry, log: PublicLog) -> None:
    text = ministry.issue(EARLIER)
    log.write([text], NOW, revoked=[text])
    answer_questions(page, log)
    ask(page, text)

    expect_answer(page, NOT_VALID, "REVOKED")
    expect(page.locator("#result .alert")).to_contain_text(["Nhật ký có dòng thu hồi của giấy này"])


def test_a_proof_file_needs_no_network(page: Page, ministry: Ministry, log: PublicLog, tmp_path: Path) -> None:
    text, other = ministry.issue(EARLIER), ministry.issue(EARLIER, family_name="Trần")
    log.write([text, other], NOW)
    (tmp_path / "own.tlog-proof").write_bytes(log.proof(0))
    (tmp_path / "other.tlog-proof").write_bytes(log.proof(1))
    open_verifier(page)
    page.context.set_offline(True)
    for file, told in (("own", f"vị trí {OTHERS} trong {OTHERS + 2}"), ("other", "một giấy chứng nhận khác")):
        paste(page, text)
        expect_answer(page, VALID)
        page.get_by_text("Giấy này có thật đã được cấp?").filter(visible=True).click()
        page.get_by_label("Hoặc tệp chứng minh").set_input_files(tmp_path / f"{file}.tlog-proof")
        expect(page.locator("#result .alert").first).to_contain_text(told)
        page.keyboard.press("Escape")


def test_without_a_network_the_question_is_put_off_and_the_answer_stays(
    page: Page, ministry: Ministry, log: PublicLog
) -> None:
    text = ministry.issue(EARLIER)
    log.write([text], NOW)
    open_verifier(page)
    page.context.set_offline(True)
    paste(page, text)
    page.get_by_text("Giấy này có thật đã được cấp?").filter(visible=True).click()
    page.get_by_role("button", name="Tra nhật ký").click()

    expect(page.get_by_text(re.compile("Chưa tra được nhật ký"))).to_be_visible()
    expect(page.get_by_role("button", name="Tra nhật ký")).to_be_visible()  # to try again
    expect_answer(page, VALID)


def test_another_countrys_passport_is_no_matter_of_our_log(
    page: Page, ministry: Ministry, log: PublicLog, settings: Any
) -> None:
    abroad = make_ministry(NOW, common_name="DSC DE", country="DE")
    make_folder(settings.PUBLISH_DIR, [ministry, abroad], NOW, log=log.policy()).write(NOW - timedelta(minutes=20))
    log.write([ministry.issue(EARLIER)], NOW)
    open_verifier(page)
    for issuer, offered in ((abroad, 0), (ministry, 1)):
        paste(page, issuer.issue(EARLIER))
        expect_answer(page, VALID)
        expect(page.get_by_role("button", name="Tra nhật ký", include_hidden=True)).to_have_count(offered)
        page.keyboard.press("Escape")


def test_a_size_that_the_log_never_signed_makes_no_longer_question(
    page: Page, ministry: Ministry, log: PublicLog
) -> None:
    text = ministry.issue(EARLIER)
    log.write([text], NOW)
    asked = answer_questions(page, log)
    note = (log.path / "checkpoint").read_text()
    inflated = note.replace(f"\n{OTHERS + 1}\n", "\n4503599627370496\n")
    page.route("**/published/log/checkpoint", lambda route: route.fulfill(body=inflated))
    ask(page, text)

    expect(page.locator("#result .alert").first).to_be_visible()
    assert asked == []
