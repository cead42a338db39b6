"""The examples of the README run as they stand, from the checkout and from a built package."""

import base64
import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from vaxproof import Answer

from packages.vaxproof.vectors.run import HERE as VECTORS

PACKAGE = Path(__file__).parents[1]
VERIFYING, ISSUING = re.findall("```python\n(.*?)```", (PACKAGE / "README.md").read_text("utf-8"), re.DOTALL)


def draw(text: str, path: Path) -> None:
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=4)).save(path)


def test_ten_lines() -> None:
    assert len([line for line in VERIFYING.splitlines() if line.strip()]) == 10


def test_the_examples(office_with, monkeypatch, tmp_path, capsys):
    clock = datetime.now(UTC)
    office = office_with(not_before=clock - timedelta(days=1), not_after=clock + timedelta(days=9))
    monkeypatch.chdir(tmp_path)
    Path("trust-list.json").write_bytes(office.trust.to_json(clock, clock + timedelta(days=1)))

    names = {"signer": office.signer, "certificate_end": clock + timedelta(days=9)}
    exec(ISSUING, names)
    draw(names["text"], tmp_path / "passport.png")
    exec(VERIFYING, names)

    assert names["verdict"].answer is Answer.VALID
    assert "Đặng Đình Đức 1980-05-01" in capsys.readouterr().out


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package built as a wheel and unpacked as pip does, without the network."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--no-build-isolation", "--target", folder, PACKAGE], check=True, timeout=300)
    return folder


@pytest.fixture
def beside_a_vector(tmp_path: Path) -> dict[str, Any]:
    """The passport and the trust list of a vector, as a newcomer has them in a folder."""
    cases = json.loads((VECTORS / "vectors.json").read_text("utf-8"))["cases"]
    case: dict[str, Any] = next(case for case in cases if case["id"] == "vaccination-es256")
    draw(case["text"], tmp_path / "passport.png")
    payload = (VECTORS / "documents" / "trust-list.jws").read_bytes().split(b".")[1]
    (tmp_path / "trust-list.json").write_bytes(unpacked(payload))
    return case


def unpacked(part: bytes) -> bytes:
    return base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))


def run(command: list[str], folder: Path, installed: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONWARNINGS": "error"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60)


def test_the_built_package_verifies_a_vector(installed, beside_a_vector, tmp_path):
    lines = VERIFYING.replace("datetime.now(UTC)", f'datetime.fromisoformat("{beside_a_vector["at"]}")')
    done = run([sys.executable, "-c", f"{lines}\nimport vaxproof; print(vaxproof.__file__)"], tmp_path, installed)
    assert done.returncode == 0, done.stderr
    answer, person, place = done.stdout.splitlines()
    assert answer.startswith("VALID VALID The certificate is valid.")
    assert person == "Đặng Đình Đức 1980-05-01"
    assert Path(place).is_relative_to(installed)


def test_its_command_verifies_a_vector_by_its_signed_list(installed, beside_a_vector, tmp_path):
    documents = VECTORS / "documents"
    (tmp_path / "publisher.pem").write_bytes(as_pem((documents / "publisher-a.der").read_bytes()))
    command = [sys.executable, "-m", "vaxproof._cli", "verify", "--at", beside_a_vector["at"]]
    lists = ["--publisher", "publisher.pem", "--trust", str(documents / "trust-list.jws")]
    done = run([*command, *lists, "passport.png"], tmp_path, installed)
    assert (done.returncode, done.stderr) == (0, "")


def as_pem(der: bytes) -> bytes:
    return b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der) + b"-----END CERTIFICATE-----\n"
