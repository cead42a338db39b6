"""How large the verifier is that runs on the device: every byte that is fetched to install it, plain and packed.

Run: `python bench/page.py [--json]`. Sizes are those of the release that this checkout serves; `packed` is Brotli as
the server sends it (pictures and fonts are packed by themselves). The reader of QR codes stands apart: it is vendored.
"""

import json
import os
import sys
from collections import Counter
from pathlib import Path

LIMIT = 250_000
"""Bytes, packed, of all but the vendored reader."""
GROUPS = {
    "verifier/app/": "the page",
    "verifier/proof/": "the proof library",
    "words.": "words, two languages",
    "vendor/zxing": "QR reader (vendored)",
    "vendor/be-vietnam-pro": "typeface",
    "verifier/icons/": "icons",
}


def main() -> int:
    """Measure and print; exit 1 where the page grew beyond its limit."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vaxpass.settings.test")
    import django

    django.setup()
    from vaxpass.console.locales import compile_locales
    from vaxpass.desks._shared.device_release import Part
    from vaxpass.desks.verifier.release import current_release

    compile_locales(Path(__file__).parents[1] / "locale")
    release = current_release()
    plain: Counter[str] = Counter()
    packed: Counter[str] = Counter()
    for part in [*release.parts.values(), Part("service-worker.js", release.service_worker)]:
        group = next((name for start, name in GROUPS.items() if part.path.startswith(start)), "styles and the rest")
        plain[group] += len(part.content)
        packed[group] += len(part.content if part.is_packed else part.brotlied)
    return _print(plain, packed, len(release.parts) + 1)


def _print(plain: Counter[str], packed: Counter[str], files: int) -> int:
    reader = GROUPS["vendor/zxing"]
    own = packed.total() - packed[reader]
    if "--json" in sys.argv:
        print(json.dumps({"files": files, "plain": plain, "packed": packed, "packed_without_reader": own}))
        return int(own > LIMIT)
    for group, size in packed.most_common():
        print(f"{group:28}{plain[group]:12,} B{size:12,} B packed")
    print(f"{'all of ' + str(files) + ' files':28}{plain.total():12,} B{packed.total():12,} B packed")
    print(f"{'without the reader':28}{plain.total() - plain[reader]:12,} B{own:12,} B packed (limit {LIMIT:,})")
    return int(own > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
