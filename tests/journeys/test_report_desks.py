"""Officers work off citizens' reports: by keyboard alone, by mouse, on a phone, without JavaScript."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils.translation import override
from playwright.sync_api import Page, expect

from tests.factories.reports import Scene, dose_of, filed, make_scene
from tests.journeys.browser import check_accessible, sign_in, take_screenshot
from vaxpass.desks._shared.reports.words import wrong_words
from vaxpass.offices.models import Officer
from vaxpass.offices.queries import get_actor
from vaxpass.reports import queries
from vaxpass.reports.actions import escalate_overdue, object_to, refuse
from vaxpass.reports.facts import ReportFacts
from vaxpass.reports.rules import ReportStatus, Wrong
from vaxpass.synth.papers import Paper, PaperDose, Quality, draw_photo

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG_AGO = datetime(2022, 4, 18, 2, 0, tzinfo=UTC)


def paper(name: str = "Nguyễn Thị Hương", birth: str = "18/05/1990") -> Paper:
    dose = PaperDose("01/09/2021", "AstraZeneca", "FK0112", "Trạm Y tế")
    return Paper(name, birth, "Nữ", "040190000001", "0900000001", "Xóm 1", [dose])


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return make_scene()


def report_of(report_id: int) -> ReportFacts:
    actor = get_actor(Officer.objects.get(username="ministry"))
    return queries.get_report(actor, report_id, now=datetime.now(UTC))


class Keys:
    """Presses keys once the page takes them, and counts them."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.locator("html[data-keys=on]").wait_for(state="attached")
            self.page.keyboard.press(key)
            self.count += 1


def heading(page: Page, *wrongs: Wrong) -> None:
    """The page of a report about these errors is shown."""
    with override("vi"):
        expect(page.get_by_role("heading", level=1)).to_have_text(wrong_words(wrongs))


def no_sideways(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.fixture
def five(scene: Scene) -> list[int]:
    """Five reports of one facility, due in this order: one accepted, two refused, one asked, one ended."""
    photo = draw_photo(paper())
    since = [LONG_AGO + timedelta(hours=hour) for hour in range(5)]
    dose = [dose_of(scene, serial) for serial in range(1, 6)]
    return [
        filed(dose[0], Wrong.NAME, Wrong.BIRTH_DATE, full_name="Nguyễn Thị Hương", birth_date="18/05/1990",
              photos=(photo, draw_photo(paper(), Quality.TILTED)), now=since[0], note="Trên giấy ghi khác"),
        filed(dose[1], Wrong.SEX, sex="1", photos=(draw_photo(paper(), Quality.BLURRED),), now=since[1]),
        filed(dose[2], Wrong.LOT, lot="FK0999", now=since[2]),
        filed(dose[3], Wrong.DOSE_DATE, given_on="02/09/2021", now=since[3]),
        filed(dose[4], Wrong.NOT_MINE_DOSE, now=since[4]),
    ]  # fmt: skip


def test_five_reports_by_keyboard_alone(page: Page, five: list[int]) -> None:
    sign_in(page, "facility")
    page.goto("/facility/reports/")
    check_accessible(page)
    take_screenshot(page, "reports-list")
    keys = Keys(page)
    keys.press("j")
    heading(page, Wrong.NAME, Wrong.BIRTH_DATE)
    check_accessible(page)
    take_screenshot(page, "report-open")
    begun = keys.count
    keys.press("a")
    heading(page, Wrong.SEX)
    assert report_of(five[0]).version.identity.full_name == "Nguyễn Thị Hương"
    expect(page.get_by_role("status").get_by_role("link")).to_have_attribute("href", f"/facility/reports/{five[0]}/")
    keys.press("r")
    expect(page.get_by_role("button", name="Ảnh mờ")).to_be_visible()
    check_accessible(page)
    take_screenshot(page, "report-refuse")
    keys.press("8")
    heading(page, Wrong.LOT)
    assert report_of(five[1]).refusal == "CORRECTION_PROOF_BLURRED"
    keys.press("r", "d")
    heading(page, Wrong.DOSE_DATE)
    assert report_of(five[2]).refusal == "CORRECTION_PROOF_ALTERED"
    keys.press("m", "3")
    page.wait_for_url(f"**/reports/{five[4]}/")
    assert report_of(five[3]).status is ReportStatus.MORE_NEEDED
    keys.press("a")
    check_accessible(page)
    take_screenshot(page, "report-end")
    keys.press("y")
    expect(page.get_by_text("Không có phản ánh nào chờ đơn vị.")).to_be_visible()
    assert report_of(five[4]).status is ReportStatus.UPDATED
    spent = keys.count - begun
    print(f"{spent} keys for 5 reports")  # noqa: T201 -- the figure that the journey is for
    assert spent == 9


def test_keys_walk_help_and_rest_while_somebody_types(page: Page, five: list[int]) -> None:
    sign_in(page, "facility")
    page.goto(f"/facility/reports/{five[1]}/")
    keys = Keys(page)
    keys.press("j")
    page.wait_for_url(f"**/reports/{five[2]}/")
    keys.press("k")
    page.wait_for_url(f"**/reports/{five[1]}/")
    keys.press("?")
    expect(page.get_by_role("button", name="Dùng phím tắt")).to_be_visible()
    take_screenshot(page, "report-keys")
    keys.press("Escape")
    expect(page.get_by_role("button", name="Dùng phím tắt")).to_be_hidden()
    page.get_by_label("Lời nhắn cho người dân").first.fill("")
    page.get_by_label("Lời nhắn cho người dân").first.press_sequentially("a r m")
    assert page.url.endswith(f"/reports/{five[1]}/")
    assert report_of(five[1]).status is ReportStatus.OPEN


def test_whoever_does_not_want_keys_switches_them_off(page: Page, five: list[int]) -> None:
    sign_in(page, "facility")
    page.goto(f"/facility/reports/{five[1]}/")
    Keys(page).press("?")
    page.get_by_role("button", name="Dùng phím tắt").click()
    page.reload()
    expect(page.locator("html[data-keys=off]")).to_be_attached()
    page.keyboard.press("a")
    page.keyboard.press("r")
    expect(page.get_by_role("button", name="Ảnh mờ")).to_be_hidden()
    assert report_of(five[1]).status is ReportStatus.OPEN


def test_the_photo_is_enlarged_and_turned(page: Page, five: list[int]) -> None:
    sign_in(page, "facility")
    page.goto(f"/facility/reports/{five[0]}/")
    photo = page.get_by_role("img", name="Ảnh 1 chụp giấy tờ của người dân")
    assert photo.evaluate("image => image.complete && image.naturalWidth > 0")
    before = photo.bounding_box()
    keys = Keys(page)
    keys.press("+", "t")
    expect(page.locator("[data-photo]").first).to_have_attribute("data-turn", "1")
    after = photo.bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] > 1.5 * before["width"]
    take_screenshot(page, "report-photo")


def test_fifty_reports_of_one_error_in_three_presses(page: Page, scene: Scene) -> None:
    ids = [filed(dose_of(scene, serial), Wrong.LOT, lot="FK0113") for serial in range(1, 51)]
    sign_in(page, "facility")
    page.goto("/facility/reports/")
    take_screenshot(page, "reports-with-group")
    keys = Keys(page)
    keys.press("g")
    heading(page, Wrong.LOT)
    check_accessible(page)
    take_screenshot(page, "reports-group")
    keys.press("a", "y")
    expect(page.get_by_text("Đã trả lời 50 phản ánh.")).to_be_visible()
    check_accessible(page)
    take_screenshot(page, "reports-group-done")
    assert keys.count == 3
    assert {report_of(pk).status for pk in ids} == {ReportStatus.UPDATED}


def test_a_colleague_was_quicker(page: Page, five: list[int]) -> None:
    sign_in(page, "facility")
    page.goto(f"/facility/reports/{five[0]}/")
    colleague = get_actor(Officer.objects.get(username="colleague"))
    refuse(colleague, five[0], "CORRECTION_PROOF_BLURRED", now=datetime.now(UTC))
    page.get_by_label("Lời nhắn cho người dân").first.fill("Đã gọi điện cho bà")
    page.get_by_role("button", name="Chấp nhận: sửa hồ sơ như trên").click()
    expect(page.get_by_text("Người khác đã trả lời trước.")).to_be_visible()
    expect(page.get_by_text("Đã gọi điện cho bà")).to_be_visible()
    check_accessible(page)
    take_screenshot(page, "report-collided")


def test_on_a_phone(phone: Page, five: list[int]) -> None:
    sign_in(phone, "facility")
    phone.goto("/facility/reports/")
    check_accessible(phone)
    no_sideways(phone)
    take_screenshot(phone, "reports-list-phone")
    phone.goto(f"/facility/reports/{five[0]}/")
    check_accessible(phone)
    no_sideways(phone)
    phone.get_by_text("Từ chối", exact=False).first.click()
    take_screenshot(phone, "report-phone")
    phone.get_by_role("button", name="Ảnh mờ").click()
    heading(phone, Wrong.SEX)
    assert report_of(five[0]).status is ReportStatus.REFUSED


def test_without_a_script(no_script_page: Page, five: list[int]) -> None:
    page = no_script_page
    sign_in(page, "facility")
    page.goto("/facility/reports/")
    page.get_by_role("link", name="Mở phản ánh đến hạn sớm nhất").click()
    take_screenshot(page, "report-no-script")
    expect(page.get_by_role("button", name="Phóng to")).to_be_hidden()
    expect(page.get_by_role("link", name="Ảnh 1 kích thước đầy đủ")).to_have_attribute(
        "href", f"/facility/reports/{five[0]}/photos/1.jpg"
    )
    page.get_by_label("Họ và tên").fill("Nguyễn Thị Hướng")
    page.get_by_role("button", name="Chấp nhận: sửa hồ sơ như trên").click()
    heading(page, Wrong.SEX)
    assert report_of(five[0]).version.identity.full_name == "Nguyễn Thị Hướng"
    page.locator("#more > summary").click()
    page.locator("#more").get_by_role("button").first.click()
    heading(page, Wrong.LOT)
    page.get_by_role("link", name="Chuyển đơn vị khác").click()
    take_screenshot(page, "report-forward")
    page.get_by_role("button", name="Cơ sở T40").click()
    heading(page, Wrong.DOSE_DATE)


def test_a_missing_dose_and_a_stranger(page: Page, scene: Scene) -> None:
    dose_of(scene, 1)
    who: dict[str, Any] = {"full_name": "Nguyễn Thị Hường", "birth_date": "17/05/1990", "sex": "2"}
    who["number"] = "040190000001"
    missing: dict[str, Any] = {"given_on": "01/10/2021", "product": "EU/1/20/1528", "lot": "FK0113", "dose_number": "2"}
    facility: dict[str, Any] = {"facility_id": scene.facility}
    first = filed(None, Wrong.MISSING_DOSE, **who, **missing, **facility, now=LONG_AGO)
    claimed = {**who, "birth_date": "18/05/1990"}
    second = filed(None, Wrong.BIRTH_DATE, **claimed, **facility, now=LONG_AGO + timedelta(hours=1))
    sign_in(page, "facility")
    page.goto(f"/facility/reports/{first}/")
    check_accessible(page)
    take_screenshot(page, "report-missing-dose")
    Keys(page).press("a")
    page.wait_for_url(f"**/reports/{second}/")
    check_accessible(page)
    take_screenshot(page, "report-stranger")
    page.get_by_role("link", name="01/09/2021").click()
    expect(page.get_by_label("Ngày sinh")).to_have_value("18/05/1990")
    take_screenshot(page, "report-stranger-chosen")
    Keys(page).press("a")
    expect(page.get_by_role("status").first).to_contain_text("đã chấp nhận")
    assert report_of(second).status is ReportStatus.UPDATED


@pytest.fixture
def come_up(scene: Scene) -> tuple[int, int]:
    """One report that the facility left overdue, and one refused to which the citizen objected."""
    late = filed(dose_of(scene, 1), Wrong.SEX, sex="1", now=LONG_AGO)
    escalate_overdue(LONG_AGO + timedelta(days=4))
    refused = filed(dose_of(scene, 2), Wrong.DOSE_DATE, given_on=date(2021, 9, 2).strftime("%d/%m/%Y"))
    clerk = get_actor(Officer.objects.get(username="facility"))
    refuse(clerk, refused, "CORRECTION_PROOF_BLURRED", now=datetime.now(UTC))
    object_to(queries.contacts([refused])[0].number, "Ảnh của tôi rõ", now=datetime.now(UTC))
    return late, refused


def test_the_province_takes_what_is_overdue_and_decides_objections(
    page: Page, phone: Page, come_up: tuple[int, int]
) -> None:
    late, refused = come_up
    sign_in(page, "province")
    page.goto("/province/reports/")
    check_accessible(page)
    take_screenshot(page, "reports-province")
    page.get_by_role("link", name="Tình hình từng đơn vị").click()
    check_accessible(page)
    take_screenshot(page, "reports-offices")
    page.goto(f"/province/reports/{late}/")
    Keys(page).press("r", "8")
    page.wait_for_url(f"**/reports/{refused}/")
    check_accessible(page)
    take_screenshot(page, "report-objection")
    Keys(page).press("b", "y")
    expect(page.get_by_role("status").first).to_contain_text("đã trả lại để thực hiện")
    assert report_of(refused).sent_back
    sign_in(phone, "district")
    for url in ("/province/reports/", "/province/reports/offices/", f"/province/reports/{late}/"):
        phone.goto(url)
        check_accessible(phone)
        no_sideways(phone)
    take_screenshot(phone, "report-district-phone")


def test_the_ministry_sees_the_country(page: Page, come_up: tuple[int, int]) -> None:
    sign_in(page, "inspector")
    page.goto("/ministry/reports/")
    check_accessible(page)
    take_screenshot(page, "reports-ministry")
    page.get_by_role("link", name="Tình hình từng tỉnh, thành phố").click()
    check_accessible(page)
    take_screenshot(page, "reports-provinces")
    page.get_by_role("row").nth(1).get_by_role("link").first.click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("40A01")
