"""The command line: what it prints and its exit codes."""

import io
import json
import subprocess
import sys
from datetime import timedelta

import pytest
import zxingcpp
from PIL import Image
from vaxproof import RevocationList, issue
from vaxproof._cli import main
from vaxproof.trust.revocation_list import hash_of_identifier

HOUR = timedelta(hours=1)


@pytest.fixture
def text(vaccination, office, now):
    return issue.issue(vaccination(), office.signer, now - HOUR, now + HOUR)


@pytest.fixture
def trust(office, tmp_path, now):
    path = tmp_path / "trust.json"
    path.write_bytes(office.trust.to_json(now - HOUR, now + HOUR))
    return str(path)


@pytest.fixture
def run(capsys):
    def command(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return ended.value.code, printed.out, printed.err

    return command


def png(text, tmp_path, name="code.png", mode="L"):
    picture = Image.fromarray(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=4))
    path = tmp_path / name
    picture.convert(mode).save(path)
    return path


def test_valid(run, text, trust, now):
    code, out, _ = run("verify", "--trust", trust, "--at", now.isoformat(), text)
    assert code == 0
    assert out.startswith("VALID (VALID)\nGiấy chứng nhận hợp lệ.")
    assert "name: Đặng Đình Đức" in out
    assert "vaccination: Vaxzevria, dose 2 of 2, 2021-10-01" in out


def test_json(run, text, trust, now):
    code, out, _ = run("verify", "--json", "--trust", trust, "--at", now.isoformat(), text)
    verdict = json.loads(out)
    assert code == 0
    assert (verdict["answer"], verdict["code"]) == ("VALID", "VALID")
    assert verdict["claims"]["certificate"]["nam"]["fnt"] == "DANG"
    assert verdict["facts"]["trust_list"]["made_at"] == "2026-06-01T11:00:00Z"


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "1"])
def test_pictures(run, text, trust, now, tmp_path, mode):
    path = png(text, tmp_path, mode=mode)
    assert run("verify", "--trust", trust, "--at", now.isoformat(), path)[0] == 0


def test_a_picture_in_another_mode_than_alphanumeric(run, text, trust, now, tmp_path):
    """Q2 of the EU's list: the same text in byte mode is read as well; only the code is larger."""
    bytes_mode = zxingcpp.create_barcode(text.encode(), zxingcpp.BarcodeFormat.QRCode)
    path = tmp_path / "bytes.png"
    Image.fromarray(bytes_mode.to_image(scale=4)).save(path)
    assert run("verify", "--trust", trust, "--at", now.isoformat(), path)[0] == 0


def test_files_and_standard_input(run, text, trust, now, tmp_path, monkeypatch):
    path = tmp_path / "code.txt"
    path.write_text(text + "\n")
    assert run("verify", "--trust", trust, "--at", now.isoformat(), path)[0] == 0
    for data in (text.encode(), png(text, tmp_path).read_bytes()):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        assert run("verify", "--trust", trust, "--at", now.isoformat(), "-")[0] == 0


def test_not_valid(run, text, trust, now):
    code, out, _ = run("verify", "--json", "--trust", trust, "--at", (now + 2 * HOUR).isoformat(), text)
    assert (code, json.loads(out)["code"]) == (1, "CWT_EXPIRED")
    assert run("verify", "--trust", trust, "rubbish")[0] == 1


def test_revoked(run, text, trust, now, tmp_path):
    path = tmp_path / "revoked.json"
    uvci = "URN:UVCI:01:VN:01001/ABCDEF0123456789ABCD#O"
    path.write_bytes(RevocationList.of(now - HOUR, now + HOUR, UCI=[hash_of_identifier(uvci)]).to_json())
    code, out, _ = run("verify", "--json", "--trust", trust, "--revocations", path, "--at", now.isoformat(), text)
    assert (code, json.loads(out)["code"]) == (1, "REVOKED")


def test_cannot_tell(run, text, trust, now, tmp_path):
    assert run("verify", "--at", now.isoformat(), text)[0] == 2
    blank = tmp_path / "blank.png"
    Image.new("L", (50, 50), 255).save(blank)
    code, out, _ = run("verify", "--json", "--trust", trust, blank)
    assert (code, json.loads(out)["code"]) == (2, "PICTURE_UNREADABLE")
    damaged = tmp_path / "damaged.json"
    damaged.write_text("{")
    code, out, _ = run("verify", "--json", "--trust", damaged, text)
    assert (code, json.loads(out)["code"]) == (2, "TRUST_LIST_INVALID")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["unknown"],
        ["verify"],
        ["verify", "--at", "yesterday", "HC1:"],
        ["verify", "--trust", "/no/such/file", "HC1:"],
        ["verify", "no-such-picture.png"],
        ["conformance", "/no/such/folder"],
        ["inspect", "no-such-picture.png"],
        ["verify", "no/such/path"],
        ["verify", "photo.heic"],
        ["verify", "/"],
        ["inspect", "/"],
        ["verify", "--trust", "", "HC1:"],
        ["verify", "--trust", "a\0b", "HC1:"],
        ["verify", "--revocations", "/", "HC1:"],
        ["verify", "--at", "2026-01-01T00:00:00+99:00", "HC1:"],
        ["conformance", __file__],
    ],
)
def test_misuse(run, arguments):
    code, out, err = run(*arguments)
    assert code == 64
    assert out == ""
    assert err


def test_inspect_shows_and_says_that_nothing_is_checked(run, text):
    code, out, _ = run("inspect", text)
    content = json.loads(out)
    assert code == 0
    assert content["checked"] is False
    assert content["certificate"]["nam"]["fn"] == "Đặng"
    assert run("inspect", "rubbish")[0] == 1


def test_conformance(run, tmp_path):
    (tmp_path / "1.json").write_text(
        json.dumps({"PREFIX": "HC1:A", "EXPECTEDRESULTS": {"EXPECTEDUNPREFIX": True, "EXPECTEDVERIFY": True}})
    )
    code, out, _ = run("conformance", tmp_path)
    assert code == 0
    assert out.splitlines()[:2] == [
        "assertions 1/1, cases 1/1",
        "not evaluable: 1 (the file lacks what the flag is about)",
    ]
    code, out, _ = run("conformance", "--json", tmp_path)
    assert json.loads(out)["assertions"] == {"ok": 1, "all": 1, "not_evaluable": 1}


def test_an_unexplained_deviation_fails_the_run(run, tmp_path):
    (tmp_path / "1.json").write_text(json.dumps({"PREFIX": "XX", "EXPECTEDRESULTS": {"EXPECTEDUNPREFIX": True}}))
    code, out, _ = run("conformance", tmp_path)
    assert code == 1
    assert "unexplained (1)" in out


@pytest.mark.vectors
def test_vietnams_specimen_from_the_shell(vectors):
    """As a program, with the real clock: the key is not in the list, so nothing can be said."""
    arguments = ["verify", "--trust", str(vectors / "vietnam" / "prod-dsc-ZtJVElOdWm0.pem")]
    specimen = str(vectors / "vietnam" / "acc-specimen.hc1.txt")
    done = subprocess.run(
        [sys.executable, "-m", "vaxproof._cli", *arguments, specimen], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stdout.startswith("CANNOT_TELL (KEY_NOT_IN_TRUST_LIST)")
