"""The page for the phone: the same for everybody, no cookie, one version of all files, and its own scope."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from tests.factories.public_log import ORIGIN, PublicLog
from vaxpass.desks.citizen.kept import current_release


@pytest.fixture(autouse=True)
def _log(settings: Any, tmp_path: Any) -> None:
    settings.LOG_ORIGIN = ORIGIN
    settings.LOG_KEY = {**settings.LOG_KEY, "vkey": PublicLog(tmp_path).policy()["vkey"]}


def test_the_shell_knows_nobody_and_sets_no_cookie(client: Client) -> None:
    first, second = client.get("/citizen/kept/"), client.get("/citizen/kept/")
    assert first.content == second.content
    assert not first.cookies
    assert first["Cache-Control"] == "no-cache"


def test_every_file_of_the_release_is_served_for_ever(client: Client) -> None:
    release = current_release()
    told = json.loads(re.search(rb"const RELEASE = (.*?);\n", release.service_worker)[1])
    assert set(told["files"]) == set(release.parts)
    for path in told["files"]:
        answer = client.get(told["base"] + path)
        assert (answer.status_code, answer.content) == (200, release.parts[path].content)
        assert "immutable" in answer["Cache-Control"]
    assert client.get(told["base"].replace(told["version"], "0" * 16) + "shell.html").status_code == 404


def test_the_worker_reaches_this_page_alone(client: Client) -> None:
    answer = client.get("/citizen/kept/service-worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "Service-Worker-Allowed" not in answer
    manifest = json.loads(current_release().parts["manifest.webmanifest"].content)
    assert manifest["scope"] == manifest["start_url"] == "/citizen/kept/"


def test_words_stand_in_both_languages() -> None:
    words = {one: json.loads(current_release().parts[f"words.{one}.json"].content) for one in ("vi", "en")}
    assert set(words["vi"]) == set(words["en"])
    assert not [text for text, said in words["vi"].items() if said == text]
    shell = current_release().parts["shell.html"].content.decode()
    assert set(re.findall(r'data-t="([^"]+)"', shell)) <= set(words["vi"])


def test_the_logs_key_is_pinned_and_a_platform_without_a_log_says_so(settings: Any, tmp_path: Any) -> None:
    assert json.loads(current_release().parts["log.json"].content)["origin"] == ORIGIN
    settings.LOG_KEY = {**settings.LOG_KEY, "vkey": ""}
    settings.KEY_DIR = tmp_path
    assert json.loads(current_release().parts["log.json"].content) is None
