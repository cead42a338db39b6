"""Asks the library in Chromium: a JSON list of questions on each line of the input, their answers on each line out.

`python chromium_runner.py CHROMIUM FOLDER`. A process of its own, since two loops of Playwright in one do not go well.
"""

import sys
from pathlib import Path

from playwright.sync_api import Page, Route, sync_playwright

HERE = Path(__file__).resolve().parent
ORIGIN = "https://proof.example"  # secure, so that the browser gives WebCrypto; nothing leaves the machine
_LOAD = """async () => {
    const { makeAnswers } = await import("/answers.js");
    window.answer = await makeAnswers((name) => import(`/proof/${name}`));
}"""
_ASK = """async (line) => {
    const answers = [];
    for (const question of JSON.parse(line)) answers.push(await window.answer(question));
    return JSON.stringify(answers);
}"""


def opened(page: Page, library: Path) -> Page:
    """The page with the library in it."""

    def serve(route: Route) -> None:
        folder, _, name = route.request.url.removeprefix(f"{ORIGIN}/").rpartition("/")
        file = (library.parent / folder if folder in ("proof", "audit") else HERE) / (name or "none")
        if not name:
            route.fulfill(body="<!doctype html><title>proof</title>", content_type="text/html")
        elif file.suffix == ".js" and file.is_file():
            route.fulfill(body=file.read_text("utf-8"), content_type="text/javascript; charset=utf-8")
        else:
            route.abort()

    page.route("**/*", serve)
    page.goto(f"{ORIGIN}/")
    page.evaluate(_LOAD)
    return page


def main(chromium: str, library: str) -> None:
    """Answer until the input ends."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = opened(browser.new_page(), Path(library))
        for line in sys.stdin:
            sys.stdout.write(page.evaluate(_ASK, line) + "\n")
            sys.stdout.flush()
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
