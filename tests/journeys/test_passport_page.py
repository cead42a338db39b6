"""A clerk shows and prints a passport at the counter."""

import re

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.factories.signing import Key, approved_run, attested_person, make_key, make_ministry, sign_and_record
from tests.journeys.browser import check_accessible, sign_in, take_screenshot
from vaxpass.passports import queries
from vaxpass.passports.facts import PassportFacts

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def passport(transactional_db: None) -> PassportFacts:
    """A passport of the factories' time: by today's clock it may have expired, which the page then says."""
    ministry = make_ministry()
    key: Key = make_key()
    attested_person(ministry, 1)
    sign_and_record(approved_run(ministry, key)[1], key)
    (found,) = queries.facts_of(list(queries.passports()))
    return found


def test_the_passport_is_readable_by_eye_and_by_machine(page: Page, phone: Page, passport: PassportFacts) -> None:
    for view, suffix in ((page, ""), (phone, "-phone")):
        sign_in(view, "clerk")
        view.goto("/facility/passports/")
        expect(view.get_by_role("link", name="Nguyễn Thị Hường")).to_be_visible()
        check_accessible(view)
        take_screenshot(view, "passports" + suffix)
        view.get_by_role("link", name="Nguyễn Thị Hường").click()
        expect(view.get_by_role("listitem").filter(has_text=re.compile("Mã số của chứng nhận"))).to_contain_text(
            passport.uvci
        )
        check_accessible(view)
        (code,) = zxingcpp.read_barcodes(Image.open(take_screenshot(view, "passport-page" + suffix)))
        assert code.text == queries.hc1_text(passport)
        assert code.ec_level == "Q"
