"""Nothing about the holder leaves the device or stays on it: every request of a whole session is watched."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.signals import request_started
from playwright.sync_api import Page, expect

from tests.factories.passports import VACCINATION, Ministry, make_ministry
from tests.factories.published import RULE_TWO_DOSES, make_folder, rule_set
from tests.journeys.verifier_pages import (
    HOLDER,
    TEXT,
    VALID,
    expect_answer,
    open_verifier,
    paste,
    photo_of,
    wait_until_kept,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOW = datetime.now(UTC).replace(microsecond=0)
EARLIER = NOW - timedelta(hours=1)
MAY_BE_ASKED = re.compile(
    r"^/(verify/(app/[0-9a-f]{16}/[\w./-]+|service-worker\.js)?|published/[\w-]+\.jws|favicon\.ico)$"
)


@pytest.fixture(scope="module")
def ministry() -> Ministry:
    return make_ministry(NOW)


@pytest.fixture(autouse=True)
def _published(ministry: Ministry, tmp_path: Path, settings: Any) -> None:
    settings.PUBLISH_DIR = tmp_path / "published"
    folder = make_folder(settings.PUBLISH_DIR, [ministry], NOW, rules=[rule_set(RULE_TWO_DOSES)])
    folder.write(NOW - timedelta(minutes=20))


@pytest.fixture
def heard() -> Iterator[list[dict[str, str]]]:
    """Every request that reaches the server, the service worker's included: method, path, query, length, headers."""
    requests: list[dict[str, str]] = []

    def listen(environ: dict[str, Any] | None = None, **_: Any) -> None:
        if environ is not None:
            requests.append({key: str(value) for key, value in environ.items() if isinstance(value, str)})

    request_started.connect(listen)
    yield requests
    request_started.disconnect(listen)


def test_a_whole_session_sends_nothing_about_the_holder(
    page: Page, heard: list[dict[str, str]], ministry: Ministry, tmp_path: Path
) -> None:
    sent: list[str] = []
    page.context.on("request", lambda request: sent.append(f"{request.method} {request.url} {request.post_data or ''}"))
    text = ministry.issue(EARLIER)
    open_verifier(page)
    wait_until_kept(page)
    page.get_by_label("Nước đến", exact=True).select_option("DE")
    paste(page, text)
    expect_answer(page, VALID)
    page.keyboard.press("Escape")
    page.get_by_label("Hình chụp mã QR").set_input_files(photo_of(text, tmp_path / "a.png"))
    expect_answer(page, VALID)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Tải danh sách ngay").click()
    page.reload()
    open_verifier(page)

    assert len(heard) > 40
    for request in heard:
        assert request["REQUEST_METHOD"] == "GET"
        assert MAY_BE_ASKED.match(request["PATH_INFO"]), request["PATH_INFO"]
        assert request.get("QUERY_STRING", "") == ""
        assert request.get("CONTENT_LENGTH", "") in {"", "0"}
        assert "HTTP_COOKIE" not in request
    everything = " ".join(sent) + " ".join(" ".join(request.values()) for request in heard)
    assert not [one for one in (text[10:40], "NGUYEN", VACCINATION.uvci[-12:], "1990-05-17") if one in everything]


def test_the_page_cannot_reach_anybody_else(page: Page) -> None:
    other = page.context.new_page()  # the breach is told on its console
    open_verifier(other)
    reached = other.evaluate("fetch('https://example.com/').then(() => true, () => false)")

    assert reached is False


KEPT = """async () => {
    const found = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie];
    for (const { name } of await indexedDB.databases()) {
        const read = (asked) => new Promise((go) => { asked.onsuccess = () => go(asked.result); });
        const database = await read(indexedDB.open(name));
        for (const room of database.objectStoreNames) {
            const store = () => database.transaction(room).objectStore(room);
            const keys = await read(store().getAllKeys());
            const values = await read(store().getAll());
            const inWords = (one) => one instanceof Uint8Array ? new TextDecoder().decode(one) : JSON.stringify(one);
            values.forEach((value, at) => found.push(`${keys[at]}: ${inWords(value)}`));
        }
        database.close();
    }
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) found.push(request.url, await (await cache.match(request)).text());
    }
    return found;
}"""


def test_nothing_about_the_holder_is_kept(page: Page, ministry: Ministry, tmp_path: Path) -> None:
    text = ministry.issue(EARLIER)
    open_verifier(page)
    wait_until_kept(page)
    paste(page, text)
    expect_answer(page, VALID)
    page.keyboard.press("Escape")
    page.get_by_label("Hình chụp mã QR").set_input_files(photo_of(text, tmp_path / "a.png"))
    expect_answer(page, VALID)
    kept: list[str] = page.evaluate(KEPT)

    names = {one.split(":")[0] for one in kept if one.split(":")[0].endswith(".jws")}
    assert names == {"index.jws", "trust-list.jws", "revocation-list.jws", "value-sets.jws", "rules.jws"}
    everything = "\n".join(kept)
    assert "numbers" in everything
    for personal in (HOLDER, "Hường", "NGUYEN", "1990-05-17", "17/05/1990", VACCINATION.uvci, text[10:40]):
        assert personal not in everything


def test_leaving_the_page_clears_the_answer(page: Page, ministry: Ministry) -> None:
    open_verifier(page)
    paste(page, ministry.issue(EARLIER))
    expect_answer(page, VALID)
    page.goto("about:blank")
    page.go_back()

    expect(page.get_by_text(HOLDER)).to_have_count(0)


def test_a_text_that_was_pasted_and_never_checked_does_not_wait_for_the_next_person(
    page: Page, ministry: Ministry
) -> None:
    page.clock.install()
    open_verifier(page)
    box = page.get_by_label(TEXT)
    box.fill(ministry.issue(EARLIER))
    page.clock.fast_forward(30_000)
    expect(box).not_to_have_value("")
    page.clock.fast_forward(90_000)
    expect(box).to_have_value("")
