"""A newcomer opens the front door."""

import pytest
from playwright.sync_api import Page

from tests.journeys.browser import check_accessible, take_screenshot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("address", ["/", "/citizen/", "/account/login/", "/none"])
def test_the_open_pages_are_accessible(page: Page, phone: Page, address: str) -> None:
    name = "open" + address.rstrip("/").replace("/", "-")
    for view, suffix in ((page, ""), (phone, "-phone")):
        view.goto(address)
        check_accessible(view)
        take_screenshot(view, name + suffix)
