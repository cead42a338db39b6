"""`vaxproof log`: what it prints and its exit codes."""

import json
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from vaxproof import issue
from vaxproof._cli import main
from vaxproof.log.leaf import LeafKind, leaf_bytes
from vaxproof.log.note import read_lines, read_note
from vaxproof.log.proof import read_proof
from vaxproof.verify import cose_of

from packages.vaxproof.tests.logs import DAY, KID, Log, leaf, log_key, witness_key


@pytest.fixture
def run(capsys):
    def command(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(["log", *map(str, arguments)])
        printed = capsys.readouterr()
        return ended.value.code, printed.out, printed.err

    return command


@pytest.fixture
def log(tmp_path):
    return Log(tmp_path / "log", witnesses=(witness_key(),)).grow(300)


@pytest.fixture
def policy(log, tmp_path):
    path = tmp_path / "policy.json"
    path.write_bytes(log.policy.to_json())
    return path


def test_a_clean_log(run, log, policy):
    code, out, _ = run("verify", log.folder, "--policy", policy)
    assert code == 0
    assert out.splitlines() == ["CLEAN: log.example/vn", "leaves: 300, read: 300", f"key {KID.hex()}, issue: 300"]


def test_a_clean_log_by_keys_given_as_text(run, log):
    keys = ["--vkey", log.key.vkey, "--witness", log.witnesses[0].vkey]
    assert run("verify", log.folder, *keys)[0] == 0
    code, out, _ = run("verify", log.folder, *keys, "--witness", witness_key("w2").vkey)
    assert code == 2
    assert "CHECKPOINT_WITNESSES_MISSING" in out


def test_for_programs(run, log, policy):
    code, out, _ = run("verify", log.folder, "--policy", policy, "--json")
    values = json.loads(out)
    assert (code, values["clean"], values["size"], values["audited"]) == (0, True, 300, 300)
    assert values["leaves"] == [{"key_id": KID.hex(), "day": "2026-06-01", "kind": "issue", "count": 300}]


def test_the_difference_since_a_kept_checkpoint(run, log, policy, tmp_path):
    kept = tmp_path / "kept"
    kept.write_bytes(log.note)
    log.grow(20)
    code, out, _ = run("verify", log.folder, "--policy", policy, "--since", kept)
    assert (code, "leaves: 320, read: 20" in out) == (0, True)


def test_an_altered_tile_is_named_with_its_sentence(run, log, policy):
    tile = log.folder / "tile/0/000"
    tile.write_bytes(tile.read_bytes()[::-1])
    code, out, _ = run("verify", log.folder, "--policy", policy)
    assert code == 1
    assert "NOT CLEAN" in out
    assert "LOG_TILE_ALTERED: tile/0/000" in out
    assert "Một tệp của nhật ký đã bị sửa" in out
    code, out, _ = run("verify", log.folder, "--policy", policy, "--json")
    assert (code, json.loads(out)["findings"]) == (1, [{"code": "LOG_TILE_ALTERED", "place": "tile/0/000"}])


def test_a_checkpoint_by_another_key(run, log):
    code, out, _ = run("verify", log.folder, "--vkey", log_key().vkey, "--json")
    assert (code, json.loads(out)["code"]) == (2, "CHECKPOINT_SIGNATURE_INVALID")


@pytest.mark.parametrize(
    "arguments", [[], ["--vkey", "x"], ["--policy", "absent"], ["--vkey", "A", "--policy", "B"], ["--since"]]
)
def test_misuse(run, log, arguments):
    assert run("verify", log.folder, *arguments)[0] == 64


def test_no_log_there(run, policy, tmp_path):
    assert run("verify", tmp_path / "absent", "--policy", policy)[0] == 64
    assert run("verify", tmp_path, "--policy", policy)[0] == 64
    assert run()[0] == 64


@pytest.fixture
def text(vaccination, office, now):
    return issue.issue(vaccination(), office.signer, now, now.replace(month=7))


def test_the_proof_of_a_passport(run, log, text, tmp_path):
    digest = sha256(cose_of(text)).digest()
    log.grow(1, lambda _: leaf_bytes(digest, LeafKind.ISSUE, KID, DAY))
    output = tmp_path / "passport.tlog-proof"
    assert run("prove", log.folder, text, "-o", output)[0] == 0
    assert read_proof(output.read_bytes(), cose_of(text), log.policy).issued_at == 300
    code, out, _ = run("prove", log.folder, text, "--kind", "revoke")
    assert code == 1
    assert "nhật ký" in out


def test_the_proof_on_standard_output(log, text, capfdbinary):
    log.grow(1, lambda _: leaf_bytes(sha256(cose_of(text)).digest(), LeafKind.ISSUE, KID, DAY))
    with pytest.raises(SystemExit) as ended:
        main(["log", "prove", str(log.folder), text])
    assert ended.value.code == 0
    assert read_proof(capfdbinary.readouterr().out, cose_of(text), log.policy).issued_at == 300


def test_no_proof_for_what_is_no_passport(run, log):
    code, out, _ = run("prove", log.folder, "HC1:nothing")
    assert code == 2
    assert "BASE_45_DECODING_FAILED" in out


@pytest.fixture
def witness(tmp_path, log):
    key = Ed25519PrivateKey.generate()
    pem = tmp_path / "witness.pem"
    pem.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return ["--vkey", log.key.vkey, "--name", "w.example", "--key", pem, "--state", tmp_path / "state.json"]


def test_a_witness_cosigns_while_the_log_grows_and_not_when_it_forks(run, log, witness, tmp_path):
    for _ in range(2):
        code, out, _ = run("witness", log.folder, *witness)
        assert code == 0
        [line] = read_lines(out.encode())
        assert line.name == "w.example"
        assert read_note(log.note).with_lines([line]).encode().endswith(out.encode())
        log.grow(20)
    fork = Log(tmp_path / "fork", log.key).grow(330, lambda n: leaf(n + 1))
    code, out, _ = run("witness", fork.folder, *witness)
    assert (code, out) == (1, "422 not consistent with what was seen\n")
    short = Log(tmp_path / "short", log.key).grow(10)
    assert run("witness", short.folder, *witness)[0] == 1


def test_a_witness_whose_state_or_key_cannot_be_read(run, log, witness, tmp_path):
    (tmp_path / "state.json").write_text("{")
    code, out, _ = run("witness", log.folder, *witness)
    assert (code, "CHECKPOINT_UNREADABLE" in out) == (2, True)
    for pem in (
        b"no key",
        generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    ):
        (tmp_path / "witness.pem").write_bytes(pem)
        code, out, _ = run("witness", log.folder, *witness)
        assert (code, "LOG_POLICY_INVALID" in out) == (2, True)


def test_a_leaf_of_the_log_is_found_by_its_digest_alone(run, log, text):
    """The digest in another member of a leaf is no hit."""
    strange = leaf(1).replace(b'"day"', b'"dey"') + sha256(cose_of(text)).hexdigest().encode()
    log.grow(1, lambda _: strange)
    assert run("prove", log.folder, text)[0] == 2
