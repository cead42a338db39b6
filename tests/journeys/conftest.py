"""A real browser in front of the live server; every page that logs an error or breaks the content policy fails."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

CHROMIUM = os.environ.get("VAXPASS_CHROMIUM", "/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session", autouse=True)
def _rows_beside_the_browser() -> Iterator[None]:
    """Playwright's loop runs in this thread; Django would refuse to touch rows beside it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


def _opened(chromium: Browser, live_server: LiveServer, **options: Any) -> Iterator[Page]:
    context = chromium.new_context(base_url=live_server.url, locale="vi-VN", **options)
    context.set_default_timeout(15_000)
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: _note(message, errors))
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert not errors


def _note(message: ConsoleMessage, errors: list[str]) -> None:
    expected = (
        "Failed to load resource: the server responded with a status of 4",  # refusals are pages too
        "Failed to load resource: net::ERR_INTERNET_DISCONNECTED",  # flight mode
    )
    if message.type == "error" and not message.text.startswith(expected):
        errors.append(message.text)


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    yield from _opened(chromium, live_server, viewport={"width": 1280, "height": 900})


@pytest.fixture
def phone(chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    yield from _opened(
        chromium, live_server, viewport={"width": 390, "height": 844}, has_touch=True, device_scale_factor=2
    )


@pytest.fixture
def no_script_page(chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    yield from _opened(chromium, live_server, viewport={"width": 1280, "height": 900}, java_script_enabled=False)
