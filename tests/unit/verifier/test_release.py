"""The page that runs on the device: one version of all its files, the same for everybody, and every word translated."""

import gzip
import json
import re
from datetime import UTC, datetime

import brotli
import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.published import make_folder
from vaxpass.desks.verifier.release import current_release
from vaxpass.desks.verifier.words import texts_of

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(autouse=True)
def published(tmp_path, settings):
    settings.PUBLISH_DIR = tmp_path
    folder = make_folder(tmp_path, [], NOW)
    folder.write(NOW)
    return folder


def asked(path, **headers):
    return Client(enforce_csrf_checks=True).get(path, headers=headers)


def test_every_file_that_the_worker_names_is_there_and_kept_for_ever():
    release = current_release()
    told = json.loads(release.service_worker.decode().splitlines()[0].removeprefix("const RELEASE = ").rstrip(";"))

    assert told["version"] == release.version
    assert told["home"] == reverse("verifier:home")
    for path in told["files"]:
        answer = asked(told["base"] + path)
        assert answer.status_code == 200, path
        assert "immutable" in answer["Cache-Control"]
        assert not answer.cookies


def test_every_address_that_a_file_names_is_in_the_release():
    """Modules, styles and the page name each other; what is missing would only be missed in flight mode."""
    release = current_release()
    named: dict[str, str] = {}
    for path, part in release.parts.items():
        if path.endswith((".js", ".css")) and not path.startswith("vendor/zxing"):
            text = part.content.decode()
            found = re.findall(r'(?:from|import\() ?"(\.[^"]+)"|url\("?([^")]+)"?\)', text)
            named |= {resolved(path, next(filter(None, one))): path for one in found}
    page = release.parts["shell.html"].content.decode()
    named |= dict.fromkeys(re.findall(rf'/verify/app/{release.version}/([^"]+)"', page), "shell.html")

    assert {one: where for one, where in named.items() if one not in release.parts} == {}
    assert "verifier/app/main.js" in named
    assert "verifier/proof/index.js" in named


def resolved(path, relative):
    parts = path.split("/")[:-1]
    for step in relative.split("/"):
        if step == "..":
            parts.pop()
        elif step != ".":
            parts.append(step)
    return "/".join(parts)


def test_another_publisher_is_another_version(tmp_path, settings):
    before = current_release().version
    settings.PUBLISH_DIR = tmp_path / "other"
    make_folder(settings.PUBLISH_DIR, [], NOW).write(NOW)

    assert current_release().version != before
    assert asked(reverse("verifier:app_file", args=[before, "shell.html"])).status_code == 404


def test_the_pins_are_the_publishers_certificates(published):
    pins = json.loads(current_release().parts["pins.json"].content)

    assert pins == {"publishers": [published._index()["publishers"][0]]}


def test_without_a_publisher_there_are_no_pins(tmp_path, settings):
    settings.PUBLISH_DIR = tmp_path / "nothing"

    assert json.loads(current_release().parts["pins.json"].content) == {"publishers": []}
    assert asked(reverse("verifier:home")).status_code == 200


def test_a_page_that_did_not_change_is_not_sent_again():
    first = asked(reverse("verifier:home"))

    assert first["Cache-Control"] == "no-cache"
    assert asked(reverse("verifier:home"), if_none_match=first["ETag"]).status_code == 304
    assert asked(reverse("verifier:service_worker"), if_none_match=first["ETag"]).status_code == 304


def test_the_page_may_run_the_reader_and_nothing_else():
    for path in (reverse("verifier:home"), reverse("verifier:service_worker")):
        policy = asked(path)["Content-Security-Policy"]
        assert "script-src 'self' 'wasm-unsafe-eval'" in policy
        assert "default-src 'none'" in policy
        assert "'unsafe-eval'" not in policy
        assert "unsafe-inline" not in policy


@pytest.mark.parametrize(
    ("accepted", "opened"), [("gzip", gzip.decompress), ("gzip, deflate, br;q=0.9", brotli.decompress)]
)
def test_files_come_packed_as_the_browser_wishes(accepted, opened):
    path = reverse("verifier:app_file", args=[current_release().version, "verifier/app/main.js"])
    answer = asked(path, accept_encoding=accepted)

    assert opened(answer.content) == asked(path).content


def test_nothing_of_the_visitor_is_in_the_page():
    client = Client()
    client.cookies["django_language"] = "en"

    assert client.get(reverse("verifier:home")).content == asked(reverse("verifier:home")).content


@pytest.mark.parametrize("path", ["verifier/app/../../settings", "..%2f..%2fsettings", "pins", "x"])
def test_there_are_no_other_files(path):
    assert asked(f"/verify/app/{current_release().version}/{path}").status_code == 404


def test_every_word_of_the_page_is_in_both_languages():
    parts = current_release().parts
    sources = [part.content.decode() for path, part in parts.items() if path.startswith("verifier/app/")]
    plain, counted = texts_of([*sources, parts["shell.html"].content.decode()])
    vi, en = (json.loads(parts[f"words.{one}.json"].content) for one in ("vi", "en"))

    names = {"Demo"}
    assert [text for text in plain if vi[text] == text and text not in names] == []
    assert [one for one, _many in counted if vi[one][0] == one] == []
    assert [text for text in plain if en[text] != text] == []
    assert vi["VALID"].startswith("Giấy chứng nhận hợp lệ")
    assert len(plain) > 60


def test_the_manifest_makes_it_installable():
    manifest = json.loads(current_release().parts["manifest.webmanifest"].content)

    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/verify/", "/verify/", "standalone")
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
    for icon in manifest["icons"]:
        assert asked(icon["src"])["Content-Type"] == icon["type"]
