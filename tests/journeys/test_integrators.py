"""Somebody who does not trust us runs the printed commands; the pages of the integrators' desk in the browser."""

import base64
import html
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer
from vaxproof import issue, uvci
from vaxproof.trust.revocation_list import hash_of_identifier
from vaxproof.verify import cose_of

from tests.factories.integrators import Nation, log_in, make_nation, publish_nation
from tests.journeys.browser import check_accessible, take_screenshot
from vaxpass.desks._shared.politeness import Minute
from vaxpass.desks.integrators import doors

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime.now(UTC).replace(microsecond=0)
EARLIER = NOW - timedelta(hours=1)
VECTORS = Path(__file__).parents[2] / "packages" / "vaxproof" / "vectors"


@pytest.fixture(autouse=True)
def _fresh_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "_MINUTE", Minute())


@dataclass
class Sceptic:
    """Runs the printed steps in a shell of their own, one after the other, in one folder."""

    nation: Nation
    passports: list[str]
    commands: dict[int, str]
    folder: Path

    def hold(self, passport: str) -> None:
        (self.folder / "check-us").mkdir(exist_ok=True)
        (self.folder / "check-us" / "passport.txt").write_text(passport + "\n")

    def run(self, *steps: int, only: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run the steps; the first that fails ends it. `only`: the one folder in which programs are found."""
        environment = {"PATH": str(only), "LANG": "C.UTF-8"} if only else None
        script = "\n".join([self.commands[0], *map(self._step, steps)])
        return subprocess.run(
            ["/bin/bash"], input=script, cwd=self.folder, env=environment,
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip

    def _step(self, step: int) -> str:
        """The first step goes into the folder by itself."""
        into = "" if step == 1 else "cd check-us\n"
        return f"{into}{self.commands[step]}\n[ $? = 0 ] || exit 1\ncd ..\n"


@pytest.fixture(params=["ec", "rsa"])
def sceptic(request: pytest.FixtureRequest, tmp_path: Path, settings: Any, live_server: LiveServer) -> Sceptic:
    """Everything is published, by a publisher with either kind of key, and four passports are in the log."""
    settings.PUBLISH_DIR = tmp_path / "published"
    nation = make_nation(settings.PUBLISH_DIR, NOW)
    passports = [issued(nation, number) for number in range(4)]
    log_in(nation, passports, EARLIER)
    publish_nation(nation, EARLIER, request.param)
    (tmp_path / "home").mkdir()
    sceptic = Sceptic(nation, passports, printed_commands(live_server), tmp_path / "home")
    sceptic.hold(passports[2])
    return sceptic


def issued(nation: Nation, number: int) -> str:
    return nation.ministry.issue(EARLIER, uvci=uvci.build("VN", "40A01", f"TRAVELLER{number:04d}"))


def printed_commands(server: LiveServer) -> dict[int, str]:
    """The commands as they stand on the page, by step."""
    page = Client().get("/integrators/check-us/", headers={"host": server.url.removeprefix("http://")})
    found = re.findall(r'<code data-step="(\d+)">(.*?)</code>', page.content.decode(), re.DOTALL)
    return {int(step): html.unescape(commands) for step, commands in found}


def test_all_printed_commands_succeed(sceptic: Sceptic) -> None:
    done = sceptic.run(*range(1, 10))

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("Verified OK") == 4
    assert done.stdout.count("Signature Verified Successfully") == 3
    assert re.search(r"dsc-\w{16}.pem: OK", done.stdout)
    for said in ("Nguyễn", "not revoked", "issue stands at 2 of 4", "4 leaves share what was asked"):
        assert said in done.stdout


def test_the_whole_log_is_fetched_and_audited(sceptic: Sceptic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    done = sceptic.run(1, 3, 10, 10)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("leaves: 4, read: 4") == 2


def test_they_need_nothing_but_openssl_and_python(sceptic: Sceptic, tmp_path: Path) -> None:
    """And the three small tools that every system has."""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "python3").symlink_to(Path(sys.executable).resolve())
    for name in ("openssl", "mkdir", "cat", "rm"):
        (tools / name).symlink_to(Path(shutil.which(name) or "").resolve())
    done = sceptic.run(*range(1, 10), only=tools)
    assert done.returncode == 0, done.stdout + done.stderr


def alter_payload(folder: Path, name: str) -> None:
    path = folder / f"{name}.jws"
    head, payload, signature = path.read_bytes().split(b".")
    middle = len(payload) // 2
    payload = payload[:middle] + (b"B" if payload[middle : middle + 1] != b"B" else b"C") + payload[middle + 1 :]
    path.write_bytes(b".".join((head, payload, signature)))


@pytest.mark.parametrize("name", ["index", "trust-list", "revocation-list"])
def test_an_altered_list_is_found(sceptic: Sceptic, name: str) -> None:
    alter_payload(sceptic.nation.directory, name)
    assert sceptic.run(1, 2).returncode == 0
    assert sceptic.run(3).returncode != 0


def test_a_list_signed_by_somebody_else_is_found(sceptic: Sceptic) -> None:
    stranger = make_nation(sceptic.folder / "stranger", NOW)
    publish_nation_documents(stranger)
    shutil.copy(stranger.directory / "trust-list.jws", sceptic.nation.directory / "trust-list.jws")
    done = sceptic.run(1, 3)
    assert done.returncode != 0
    assert "not in publisher.pem" in done.stderr


def publish_nation_documents(nation: Nation) -> None:
    log_in(nation, [issued(nation, 9)], EARLIER)
    nation.directory.mkdir(parents=True)
    publish_nation(nation, NOW)


def test_an_altered_certificate_file_is_found(sceptic: Sceptic) -> None:
    path = next((sceptic.nation.directory / "certificates").glob("*.pem"))
    path.write_bytes(path.read_bytes() + b"\n")
    done = sceptic.run(1, 3, 4)
    assert done.returncode != 0
    assert path.name in done.stderr


def test_a_signer_of_another_root_is_found(sceptic: Sceptic) -> None:
    assert sceptic.run(1, 3).returncode == 0
    path = sceptic.folder / "check-us" / "trust-list.json"
    document = json.loads(path.read_bytes())
    stranger = make_nation(sceptic.folder / "stranger", NOW).ministry.certificate
    document["certificates"][0] |= {"der": base64.b64encode(stranger.der).decode(), "country": "VN", "usage": "DSC"}
    path.write_text(json.dumps(document))
    assert sceptic.run(5).returncode != 0


def test_a_forged_passport_is_found(sceptic: Sceptic) -> None:
    assert sceptic.run(1, 3).returncode == 0
    sceptic.hold(make_nation(sceptic.folder / "stranger", NOW).ministry.issue(EARLIER))
    done = sceptic.run(6)
    assert done.returncode != 0
    assert "does not have the key" in done.stderr


def test_an_altered_passport_is_found(sceptic: Sceptic) -> None:
    cose = cose_of(sceptic.passports[2]).replace(b"1990-05-17", b"1991-05-17")
    sceptic.hold(issue.to_hc1(cose))
    done = sceptic.run(1, 3, 6)
    assert done.returncode != 0
    assert "Verification failure" in done.stdout + done.stderr


def test_a_revoked_passport_is_found(sceptic: Sceptic) -> None:
    assert sceptic.run(1, 3, 6, 7).returncode == 0
    path = sceptic.folder / "check-us" / "revocation-list.json"
    document = json.loads(path.read_bytes())
    identifier = json.loads((sceptic.folder / "check-us" / "passport.json").read_text())["v"][0]["ci"]
    document["entries"]["UCI"] = [base64.b64encode(hash_of_identifier(identifier)).decode()]
    path.write_text(json.dumps(document))
    done = sceptic.run(7)
    assert (done.returncode, done.stderr.strip()) == (1, "REVOKED (UCI)")


def test_a_passport_of_a_stolen_key_is_found(sceptic: Sceptic) -> None:
    """Signed by the ministry's own key, and never issued."""
    sceptic.hold(issued(sceptic.nation, 99))
    done = sceptic.run(1, 3, 5, 6, 7, 8)
    assert done.returncode != 0
    assert "Verified OK" in done.stdout
    assert "NOT IN THE LOG" in done.stderr


@pytest.mark.parametrize("place", [0, 2, 3])
def test_an_altered_checkpoint_is_found(sceptic: Sceptic, place: int) -> None:
    """The size, the log's signature, the second witness's."""
    assert sceptic.run(1, 3, 6, 8, 9).returncode == 0
    path = sceptic.folder / "check-us" / "log-checkpoint"
    text = path.read_text()
    if place == 0:
        text = text.replace("\n4\n", "\n5\n")
    else:
        lines = text.split("\n")
        line = lines[place + 2]
        lines[place + 2] = line[:-6] + ("A" if line[-6] != "A" else "B") + line[-5:]
        text = "\n".join(lines)
    path.write_text(text)
    assert sceptic.run(9).returncode != 0


def test_a_checkpoint_without_witnesses_is_found(sceptic: Sceptic) -> None:
    assert sceptic.run(1, 3, 6, 8).returncode == 0
    path = sceptic.folder / "check-us" / "log-checkpoint"
    path.write_text("\n".join(path.read_text().split("\n")[:5]) + "\n")
    done = sceptic.run(9)
    assert done.returncode != 0
    assert "too few witnesses" in done.stderr


@pytest.fixture
def shown(tmp_path: Path, settings: Any) -> Nation:
    """Published, with the test vectors."""
    settings.PUBLISH_DIR = tmp_path / "published"
    nation = make_nation(settings.PUBLISH_DIR, NOW)
    log_in(nation, [issued(nation, number) for number in range(4)], EARLIER)
    publish_nation(nation, NOW - timedelta(hours=26), vectors=VECTORS)
    return nation


PAGES = {
    "published": ("/integrators/", "Các tệp công bố"),
    "check-us": ("/integrators/check-us/", "Tự kiểm tra, không cần tin chúng tôi"),
    "api": ("/integrators/api/", "API kiểm tra"),
    "vectors": ("/integrators/vectors/", "Bộ mẫu thử"),
}


@pytest.mark.browser
@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("window", ["page", "phone"])
def test_the_pages(name: str, window: str, request: pytest.FixtureRequest) -> None:
    page: Page = request.getfixturevalue(window)
    address, title = PAGES[name]
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    take_screenshot(page, f"integrators-{name}-{window}")
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "the page scrolls sideways"


@pytest.mark.browser
@pytest.mark.usefixtures("shown")
def test_in_english_without_javascript(no_script_page: Page) -> None:
    page = no_script_page
    page.goto("/integrators/")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Published files")
    expect(page.get_by_role("row", name=re.compile("trust-list")).first).to_contain_text("Late")
    for name, title in (("Verification API", "Verification API"), ("Test vectors", "Test vectors")):
        page.get_by_role("link", name=name).first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.get_by_role("link", name="vectors.json").click()
    assert json.loads(page.locator("body").inner_text())["format"] == "vaxproof-vectors"
