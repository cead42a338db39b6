"""How many bytes a citizen's page costs a phone: every answer that Chromium takes, heads included, as sent.

Run: `python -m bench.citizen_page URL…` against a platform that runs (`vaxpass up`, then its /citizen/). Nothing is in
the browser's cache; exit 1 where a page costs more than the limit.
"""

import os
import sys
from typing import Any

from playwright.sync_api import Page, sync_playwright

LIMIT = 100_000
"""Bytes, all told; two seconds of slow 3G (400 kbit/s)."""
CHROMIUM = os.environ.get("VAXPASS_CHROMIUM", "/usr/bin/chromium")


def transferred(page: Page, address: str) -> dict[str, int]:
    """Load a page with an empty cache; give the bytes that each address cost on the line."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.clearBrowserCache")
    asked: dict[str, str] = {}
    sizes: dict[str, int] = {}
    network.on("Network.requestWillBeSent", lambda sent: asked.update({sent["requestId"]: sent["request"]["url"]}))

    def count(finished: dict[str, Any]) -> None:
        url = asked.get(finished["requestId"], "")
        if not url.startswith("data:"):
            sizes[url] = sizes.get(url, 0) + int(finished["encodedDataLength"])

    network.on("Network.loadingFinished", count)
    page.goto(address, wait_until="networkidle")
    network.detach()
    return sizes


def main(addresses: list[str]) -> int:
    """Measure and print; exit 1 where one of the pages is too heavy."""
    heaviest = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for address in addresses:
            page = browser.new_page(viewport={"width": 390, "height": 844})
            sizes = transferred(page, address)
            for url, size in sorted(sizes.items(), key=lambda one: -one[1]):
                print(f"{size:9,} B  {url}")
            print(f"{sum(sizes.values()):9,} B  all of {address} (limit {LIMIT:,})")
            heaviest = max(heaviest, sum(sizes.values()))
            page.close()
        browser.close()
    return int(heaviest > LIMIT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["http://127.0.0.1:8000/citizen/"]))
