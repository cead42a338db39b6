"""Go's checksum database, whose authors wrote the formats, accepts our log and refuses it tampered with.

One cosignature and one note are checked by OpenSSL too, as the page "check us without trusting us" tells people to.
"""

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from vaxproof.log.checkpoint import Checkpoint, cosign, hash_text
from vaxproof.log.note import read_note

from packages.vaxproof.tests.logs import AT, ORIGIN, Log, log_key, witness_key

pytestmark = pytest.mark.judge
SOURCE = Path(__file__).parent / "judges/go/judge.go"
GO_PATH = Path("/usr/share/gocode")


@pytest.fixture(scope="session")
def go_judge(need, tmp_path_factory):
    go = shutil.which("go")
    there = bool(go) and (GO_PATH / "src/golang.org/x/mod/sumdb/tlog").is_dir()
    need(there, "no Go judge (apt-get install golang-go golang-golang-x-mod-dev)")
    program = tmp_path_factory.mktemp("go") / "judge"
    environment = os.environ | {"GO111MODULE": "off", "GOPATH": str(GO_PATH), "GOFLAGS": "", "GOTOOLCHAIN": "local"}
    subprocess.run([str(go), "build", "-o", str(program), str(SOURCE)], check=True, env=environment, timeout=300)

    def ask(*questions):
        lines = "".join(json.dumps(question) + "\n" for question in questions)
        done = subprocess.run([str(program)], input=lines, capture_output=True, text=True, check=True, timeout=120)
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(answers) == len(questions)
        return [answer["ok"] or answer["error"] for answer in answers]

    return ask


@pytest.fixture
def log(tmp_path):
    return Log(tmp_path, witnesses=(witness_key(),)).grow(1000)


def text_of(data):
    return base64.b64encode(data).decode()


def test_it_opens_our_checkpoint_and_no_altered_one(go_judge, log):
    note = {"ask": "note", "vkey": log.key.vkey}
    notes = [log.note, log.note.replace(b"\n1000\n", b"\n1001\n"), log.checkpoint.sign(log_key())]
    right, *wrong = go_judge(*[note | {"note": text_of(data)} for data in notes])
    assert right is True
    assert all("signature" in answer or "verifiable" in answer for answer in wrong)


@pytest.mark.parametrize("size", [1, 255, 256, 257, 1000, 66_000])
def test_it_reads_every_entry_through_our_tiles(go_judge, tmp_path, size):
    log = Log(tmp_path).grow(size)
    assert go_judge({"ask": "tiles", "folder": str(log.folder), "vkey": log.key.vkey}) == [True]


@pytest.mark.parametrize("path", ["tile/0/002", "tile/0/003.p/232", "tile/1/000.p/3", "tile/entries/001"])
def test_it_refuses_an_altered_tile_or_bundle(go_judge, log, path):
    data = (log.folder / path).read_bytes()
    (log.folder / path).write_bytes(data[:40] + bytes([data[40] ^ 1]) + data[41:])
    [answer] = go_judge({"ask": "tiles", "folder": str(log.folder), "vkey": log.key.vkey})
    assert answer is not True


def test_it_accepts_our_inclusion_proofs_and_no_others(go_judge, log):
    def question(place, **changes):
        path = [hash_text(node) for node in log.reader.inclusion_path(place)]
        entry = {"entry": text_of(log.reader.entry(place)), "index": place, "path": path}
        return {"ask": "record", "note": text_of(log.note), "vkey": log.key.vkey} | entry | changes

    places = [0, 1, 255, 256, 511, 768, 999]
    assert go_judge(*map(question, places)) == [True] * len(places)
    wrong = [question(7, index=8), question(7, entry=text_of(b"no")), question(7, path=[]), question(999, index=1000)]
    assert True not in go_judge(*wrong)


def test_it_accepts_our_consistency_proofs_and_no_others(go_judge, log):
    def question(size, **changes):
        path = [hash_text(node) for node in log.reader.consistency_path(size)]
        roots = {"oldRoot": hash_text(log.reader.root(size)), "newRoot": hash_text(log.root)}
        return {"ask": "tree", "old": size, "new": 1000, "path": path} | roots | changes

    sizes = [1, 2, 255, 256, 257, 512, 999, 1000]
    assert go_judge(*map(question, sizes)) == [True] * len(sizes)
    other = hash_text(b"\0" * 32)
    wrong = [question(256, oldRoot=other), question(256, newRoot=other), question(256, old=257), question(257, path=[])]
    assert True not in go_judge(*wrong)


@pytest.mark.parametrize("cosigned", [False, True])
def test_openssl_checks_a_signature_line(tmp_path, need, cosigned):
    openssl = shutil.which("openssl")
    need(bool(openssl), "no openssl")
    log, witness = log_key(), witness_key()
    note = read_note(cosign(Checkpoint(ORIGIN, 1, b"\7" * 32).sign(log), witness, AT))
    line, message, key = note.lines[0], note.text.encode(), log.verifier.key
    if cosigned:
        line, key = note.lines[1], witness.verifier.key
        message = b"cosignature/v1\ntime %d\n" % int.from_bytes(line.blob[4:12]) + message
    public = Ed25519PublicKey.from_public_bytes(key).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for name, data in (("key.pem", public), ("signature", line.blob[-64:]), ("message", message)):
        (tmp_path / name).write_bytes(data)
    command = [str(openssl), "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "key.pem", "-sigfile", "signature"]
    assert subprocess.run([*command, "-in", "message"], cwd=tmp_path, check=False, capture_output=True).returncode == 0
    (tmp_path / "message").write_bytes(message + b"x")
    assert subprocess.run([*command, "-in", "message"], cwd=tmp_path, check=False, capture_output=True).returncode != 0
