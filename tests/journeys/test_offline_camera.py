"""A border officer scans by camera: from the open page to the answer, person after person, for hours."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.factories.passports import Ministry, make_ministry
from tests.factories.published import make_folder
from tests.journeys.browser import check_accessible, take_screenshot
from tests.journeys.conftest import CHROMIUM, QUIET
from tests.journeys.verifier_pages import (
    HOLDER,
    VALID,
    expect_answer,
    open_verifier,
    paste,
    photo_of,
    wait_until_kept,
    write_film,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOW = datetime.now(UTC).replace(microsecond=0)
EARLIER = NOW - timedelta(hours=1)
SECOND = "Trần"
SCANS = 300


@pytest.fixture(scope="module")
def ministry() -> Ministry:
    return make_ministry(NOW)


@pytest.fixture(autouse=True)
def _published(ministry: Ministry, tmp_path: Path, settings: Any) -> None:
    settings.PUBLISH_DIR = tmp_path / "published"
    make_folder(settings.PUBLISH_DIR, [ministry], NOW).write(NOW - timedelta(minutes=20))


@pytest.fixture
def films(ministry: Ministry, tmp_path: Path) -> dict[str, Path]:
    """What a camera sees, over and over: two passports with the bare desk between, or the desk alone."""
    first = photo_of(ministry.issue(EARLIER), tmp_path / "first.png", 4)
    second = photo_of(ministry.issue(EARLIER, family_name=SECOND), tmp_path / "second.png", 175)
    poster = photo_of("HTTPS://EXAMPLE.ORG/KHUYEN-MAI", tmp_path / "poster.png")
    made = {name: tmp_path / f"{name}.y4m" for name in ("people", "desk", "poster")}
    write_film([(poster, 20), (first, 40)], made["poster"], rate=6)
    write_film([(first, 18), (None, 15), (second, 18), (None, 15)], made["people"], rate=6)
    write_film([(None, 2)], made["desk"], rate=6)
    return made


@pytest.fixture
def camera(
    request: pytest.FixtureRequest, films: dict[str, Path], live_server: LiveServer, chromium: Browser
) -> Iterator[Page]:
    """A page whose camera shows a film; people unless the test names another."""
    film = films[getattr(request, "param", "people")]
    flags = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    browser = chromium.browser_type.launch(
        executable_path=CHROMIUM, args=[*QUIET, *flags, f"--use-file-for-fake-video-capture={film}"]
    )
    context = browser.new_context(base_url=live_server.url, locale="vi-VN", permissions=["camera"])
    yield context.new_page()
    browser.close()


def start(page: Page) -> None:
    page.get_by_role("button", name="Quét bằng máy ảnh").click()  # the answer may be there before one can look


@pytest.mark.parametrize("camera", ["poster"], indirect=True)
def test_a_code_that_is_no_passport_gets_a_word_and_no_answer(camera: Page) -> None:
    open_verifier(camera)
    start(camera)
    expect(camera.locator("#camera-status")).to_contain_text("không phải mã hộ chiếu", timeout=30_000)
    expect_answer(camera, VALID, "VALID", patience=30_000)


def test_the_camera_reads_person_after_person_with_one_key_each(camera: Page) -> None:
    open_verifier(camera)
    start(camera)
    seen = []
    for _person in range(4):
        expect_answer(camera, VALID, "VALID", patience=30_000)
        seen.append(camera.locator(".holder-value").first.inner_text())
        camera.keyboard.press("Enter")
        expect(camera.locator(".holder-value")).to_have_count(0)

    assert len(set(seen)) == 2
    assert all(one != after for one, after in pairwise(seen))  # never the same code twice in a row


def test_the_camera_reads_in_flight_mode(camera: Page) -> None:
    open_verifier(camera)
    wait_until_kept(camera)
    camera.context.set_offline(True)
    camera.reload()
    start(camera)

    expect_answer(camera, VALID, "VALID", patience=30_000)


@pytest.mark.parametrize("camera", ["desk"], indirect=True)
def test_a_stopped_camera_is_let_go(camera: Page) -> None:
    open_verifier(camera)
    start(camera)
    expect(camera.get_by_role("button", name="Tắt máy ảnh")).to_be_visible()
    check_accessible(camera)
    take_screenshot(camera, "offline-camera")
    camera.get_by_role("button", name="Tắt máy ảnh").click()

    assert camera.evaluate("document.querySelector('video').srcObject") is None
    expect(camera.get_by_role("button", name="Quét bằng máy ảnh")).to_be_visible()


def test_a_camera_that_is_refused_is_told(page: Page) -> None:
    open_verifier(page)
    page.get_by_role("button", name="Quét bằng máy ảnh").click()

    expect(page.get_by_role("alert")).to_contain_text("Không dùng được máy ảnh")


def test_two_passports_in_one_picture_are_told_apart(page: Page, ministry: Ministry, tmp_path: Path) -> None:
    one = Image.open(photo_of(ministry.issue(EARLIER), tmp_path / "a.png"))
    other = Image.open(photo_of(ministry.issue(EARLIER, family_name=SECOND), tmp_path / "b.png"))
    both = Image.new("L", (one.width + other.width, max(one.height, other.height)), 190)
    both.paste(one, (0, 0))
    both.paste(other, (one.width, 0))
    both.save(tmp_path / "both.png")
    open_verifier(page)
    page.get_by_label("Hình chụp mã QR").set_input_files(tmp_path / "both.png")

    expect(page.get_by_role("alert")).to_contain_text("nhiều hơn một hộ chiếu")


def size_of(page: Page) -> dict[str, float]:
    """Heap in use, DOM nodes and listeners of the page, after everything unused is gone."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    for _round in range(3):
        session.send("HeapProfiler.collectGarbage")
    found = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    session.detach()
    return {name: found[name] for name in ("JSHeapUsedSize", "Nodes", "JSEventListeners")}


def scan(page: Page, text: str, times: int) -> None:
    """Hand in a text again and again, as fast as the page goes, with Esc between."""
    page.evaluate(
        """async ([text, times]) => {
            const field = document.getElementById("text");
            for (let i = 0; i < times; i += 1) {
                field.value = text;
                document.getElementById("text-form").requestSubmit();
                while (!document.getElementById("next")) await new Promise((go) => setTimeout(go, 0));
                document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
            }
        }""",
        [text, times],
    )


def test_hundreds_of_scans_leave_nothing_behind(page: Page, ministry: Ministry) -> None:
    open_verifier(page)
    wait_until_kept(page)
    text = ministry.issue(EARLIER)
    scan(page, text, 30)
    before = size_of(page)
    scan(page, text, SCANS)
    after = size_of(page)

    assert after["Nodes"] <= before["Nodes"] + 20
    assert after["JSEventListeners"] <= before["JSEventListeners"] + 5
    assert after["JSHeapUsedSize"] <= before["JSHeapUsedSize"] + 500_000
    paste(page, text)
    expect(page.get_by_text(HOLDER)).to_be_visible()


def test_many_pictures_do_not_grow_the_reader(page: Page, ministry: Ministry, tmp_path: Path) -> None:
    """The memory of the reader's worker, which holds one canvas and one WebAssembly heap."""
    photo = photo_of(ministry.issue(EARLIER), tmp_path / "a.png")
    open_verifier(page)
    grown = page.evaluate(
        """async (bytes) => {
            const { Reader } = await import(document.body.dataset.base + "verifier/app/reader.js");
            const reader = new Reader();
            const file = new Blob([new Uint8Array(bytes)], { type: "image/png" });
            const read = async (times) => {
                let texts = [];
                for (let i = 0; i < times; i += 1) texts = await reader.readFile(file);
                return texts;
            };
            const first = await read(10);
            const before = performance.memory.usedJSHeapSize;
            const last = await read(60);
            return { same: first[0] === last[0], grown: performance.memory.usedJSHeapSize - before };
        }""",
        list(photo.read_bytes()),
    )

    assert grown["same"]
    assert grown["grown"] < 5_000_000
