"""Milliseconds per scan in Chromium: from a camera frame to the answer on the screen, on the page as it is served.

Run: `python -m bench.scan [SCANS] [--json]`. Frames of 1280 x 720 and 1920 x 1080 hold a grey, slightly blurred, turned
code. `read`: frame → text (worker and WebAssembly, the picture's way there included); `check`: text → answer shown
(signature, trust, revocation, schema, rules); `scan`: both. Medians and 95 of 100.
"""

import json
import os
import sys
import tempfile
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

ROOT = Path(__file__).resolve().parents[1]
FRAMES = ((1280, 720), (1920, 1080))
MEASURE = """async ([pictures, times]) => {
    const { Reader } = await import(document.body.dataset.base + "verifier/app/reader.js");
    const reader = new Reader();
    const field = document.getElementById("text");
    const shown = () => new Promise((go) => {
        const watch = new MutationObserver(() => document.getElementById("next") && (watch.disconnect(), go()));
        watch.observe(document.getElementById("result"), { childList: true });
    });
    const measured = [];
    for (const [name, address] of pictures) {
        const still = await createImageBitmap(await (await fetch(address)).blob());
        for (let i = -5; i < times; i += 1) {
            const frame = await createImageBitmap(still);
            const began = performance.now();
            const [text] = await reader.read(frame, { thorough: false });
            const read = performance.now();
            if (!text) throw new Error(name);
            field.value = text;
            const answer = shown();
            document.getElementById("text-form").requestSubmit();
            await answer;
            const ended = performance.now();
            if (i >= 0) measured.push({ frame: name, read: read - began, check: ended - read, scan: ended - began });
            document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
        }
    }
    return measured;
}"""


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the library's name
        """Say nothing."""


def main() -> int:
    """Measure and print."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 100
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vaxpass.settings.test")
        os.environ["VAXPASS_PUBLISH_DIR"] = folder
        server = _serve()
        pictures = _publish(Path(folder))
        try:
            measured = _measure(f"http://localhost:{server.server_port}", pictures, times)
        finally:
            server.shutdown()
    _print(measured)
    return 0


def _serve() -> WSGIServer:
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
    from vaxpass.console.locales import compile_locales

    compile_locales(ROOT / "locale")
    server = make_server("127.0.0.1", 0, application, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def _publish(folder: Path) -> list[tuple[str, str]]:
    """Signed lists, and pictures of frames as data addresses by name."""
    from tests.factories.passports import make_ministry
    from tests.factories.published import RULE_TWO_DOSES, make_folder, rule_set

    now = datetime.now(UTC).replace(microsecond=0)
    ministry = make_ministry(now)
    make_folder(folder, [ministry], now, rules=[rule_set(RULE_TWO_DOSES)]).write(now - timedelta(minutes=20))
    text = ministry.issue(now - timedelta(hours=1))
    return [(f"{width} x {height}", _frame(text, folder, width, height)) for width, height in FRAMES]


def _frame(text: str, folder: Path, width: int, height: int) -> str:
    from base64 import b64encode

    from PIL import Image

    from tests.journeys.verifier_pages import photo_of

    code = Image.open(photo_of(text, folder / "code.png", turn=8))
    code.thumbnail((width, int(height * 0.9)))
    frame = Image.new("L", (width, height), 190)
    frame.paste(code, ((width - code.width) // 2, (height - code.height) // 2))
    frame.save(folder / "frame.png")
    return "data:image/png;base64," + b64encode((folder / "frame.png").read_bytes()).decode()


def _measure(address: str, pictures: list[tuple[str, str]], times: int) -> list[dict[str, Any]]:
    from playwright.sync_api import sync_playwright

    from tests.journeys.conftest import CHROMIUM, QUIET

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_context(bypass_csp=True).new_page()  # frames come as data addresses
        page.goto(f"{address}/verify/")
        page.wait_for_function("document.getElementById('lists')?.textContent.includes('Hà Nội')")
        page.select_option("#country", "DE")
        measured: list[dict[str, Any]] = page.evaluate(MEASURE, [pictures, times])
        browser.close()
    return measured


def _print(measured: list[dict[str, Any]]) -> None:
    rows = {
        f"{frame} {step}": [round(_share(measured, frame, step, share), 1) for share in (0.5, 0.95)]
        for frame in dict.fromkeys(one["frame"] for one in measured)
        for step in ("read", "check", "scan")
    }
    if "--json" in sys.argv:
        print(json.dumps(rows))
        return
    for name, (median, most) in rows.items():
        print(f"{name:24}{median:8.1f} ms{most:10.1f} ms (95 of 100)")


def _share(measured: list[dict[str, Any]], frame: str, step: str, share: float) -> float:
    times = sorted(one[step] for one in measured if one["frame"] == frame)
    return float(times[min(len(times) - 1, int(len(times) * share))])


if __name__ == "__main__":
    sys.exit(main())
