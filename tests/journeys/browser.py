"""What the browser tests do again and again."""

import json
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RESULTS = Path(__file__).resolve().parents[2] / "test-results"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def sign_in(page: Page, username: str, password: str = "") -> None:
    """Sign in by hand; the factories' password is the user name, twice."""
    page.goto("/account/login/")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill(password or username * 2)
    page.get_by_role("main").get_by_role("button", name="Đăng nhập").click()


def check_accessible(page: Page) -> None:
    """No violation of WCAG 2.2 AA by axe-core's rules."""
    options = {"runOnly": {"type": "tag", "values": RULES}}
    violations: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
    found = [(v["id"], v["help"], [node["html"][:200] for node in v["nodes"]]) for v in violations]
    assert not found, f"{page.url}\n{json.dumps(found, indent=1, ensure_ascii=False)}"


def take_screenshot(page: Page, name: str) -> Path:
    """Save the full page as test-results/<name>.png."""
    RESULTS.mkdir(exist_ok=True)
    target = RESULTS / f"{name}.png"
    page.screenshot(path=target, full_page=True)
    return target
