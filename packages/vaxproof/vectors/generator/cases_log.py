"""The transparency log: proofs, buckets, checkpoints; logs that fork, shrink, are altered."""

import json
from hashlib import sha256
from typing import Any

from packages.vaxproof.vectors.generator import keys as k
from packages.vaxproof.vectors.generator import publications as p
from packages.vaxproof.vectors.generator.case import Case, put, refused, unclear, valid
from packages.vaxproof.vectors.generator.envelope import claims, hc1, identifier, sign1, text, vaccination
from packages.vaxproof.vectors.generator.logs import (
    IMPOSTOR,
    LOG,
    ORIGIN,
    STRANGER,
    WITNESSES,
    Log,
    leaf,
    leaf_hash,
    path,
    policy,
    root,
    spoiled,
)

_POLICY = "log-policy.json"


def _cose(number: int, key: k.Identity = k.DSC) -> bytes:
    return sign1(vaccination(ci=identifier(number)), key)


def _small() -> tuple[Log, dict[str, bytes]]:
    """Five leaves: an honest passport, one of the stolen key, one that is revoked later, a stranger's, a revocation."""
    passports = {
        "issued": _cose(31), "stolen": _cose(32, k.DSC_STOLEN), "revoked": _cose(33), "other": _cose(34),
        "forged": _cose(35), "forged_stolen": _cose(36, k.DSC_STOLEN), "waiting": _cose(37),
    }  # fmt: skip
    leaves = [
        leaf(passports["issued"]),
        leaf(passports["stolen"], key=k.DSC_STOLEN),
        leaf(passports["revoked"]),
        leaf(passports["other"]),
        leaf(passports["revoked"], "revoke", day="2026-05-20"),
    ]
    return Log(leaves), passports


def cases() -> list[Case]:
    """All of them."""
    put(_POLICY, policy())
    log, passports = _small()
    return [
        *_proofs(log, passports), *_buckets(log, passports), *_of_countries(log, passports),
        *_checkpoints(log, passports), *_audits(log), *_differences(log),
    ]  # fmt: skip


def _proofs(log: Log, passports: dict[str, bytes]) -> list[Case]:
    def proof(name: str, at: int, /, **changes: Any) -> dict[str, Any]:
        return {"proof": put(f"{name}.tlog-proof", log.proof(at, **changes)), "log_policy": _POLICY}

    issued, unreadable, invalid = text(passports["issued"]), "LOG_PROOF_UNREADABLE", "LOG_PROOF_INVALID"
    right = log.proof(0)
    steps = path(0, log.hashes)
    cut = {"proof": put("proof-cut-short.tlog-proof", right[: right.index(b"\n\n")]), "log_policy": _POLICY}
    page = {"proof": put("proof-page.tlog-proof", b"<!doctype html>\n\nno proof\n"), "log_policy": _POLICY}
    other_kid = leaf(passports["issued"], key=k.DSC_OTHER)
    return [
        valid("proof", "A proof file: the passport is in the log.", issued, **proof("proof", 0)),
        valid("proof-stolen-key", "The key was stolen, but this passport is in the log.", text(passports["stolen"]), **proof("proof-stolen-key", 1)),
        refused("proof-of-revocation", "A proof that the revocation is in the log.", "REVOKED", text(passports["revoked"]), **proof("proof-of-revocation", 4)),
        valid("proof-of-issue-of-revoked", "A proof of the issue cannot know of a later revocation.", text(passports["revoked"]), **proof("proof-of-issue-of-revoked", 2)),
        unclear("proof-of-another", "The proof of another passport.", "LOG_PROOF_OF_ANOTHER", text(passports["other"]), **proof("proof", 0)),
        unclear("proof-path-altered", "One bit of the path is flipped.", invalid, issued, **proof("proof-path-altered", 0, path=[spoiled(steps[0]), *steps[1:]])),
        unclear("proof-path-short", "A step of the path is missing.", invalid, issued, **proof("proof-path-short", 0, path=steps[:-1])),
        unclear("proof-path-long", "One step too many.", invalid, issued, **proof("proof-path-long", 0, path=[*steps, steps[-1]])),
        unclear("proof-index-altered", "The position is another's.", invalid, issued, **proof("proof-index-altered", 0, index="1")),
        unclear("proof-index-beyond", "The position is beyond the log.", invalid, issued, **proof("proof-index-beyond", 0, index="5")),
        unclear("proof-leaf-altered", "The leaf names another key.", invalid, issued, **proof("proof-leaf-altered", 0, extra=other_kid)),
        unclear("proof-leaf-missing", "The proof does not carry its leaf.", unreadable, issued, **proof("proof-leaf-missing", 0, extra=None)),
        unclear("proof-leaf-form", "The leaf has a space too many.", unreadable, issued, **proof("proof-leaf-form", 0, extra=log.leaves[0].replace(b",", b", "))),
        unclear("proof-leaf-day", "The leaf is of a day that does not exist.", unreadable, issued, **proof("proof-leaf-day", 0, extra=leaf(passports["issued"], day="2026-02-30"))),
        unclear("proof-version", "A proof of a later version.", unreadable, issued, **proof("proof-version", 0, first="c2sp.org/tlog-proof@v2")),
        unclear("proof-index-zeros", "The position with a leading zero.", unreadable, issued, **proof("proof-index-zeros", 0, index="00")),
        unclear("proof-hash-short", "A hash of 31 bytes in the path.", unreadable, issued, **proof("proof-hash-short", 0, path=[steps[0][:-1], *steps[1:]])),
        unclear("proof-cut-short", "Half-written: the checkpoint is missing.", unreadable, issued, **cut),
        unclear("proof-page", "A page of the web instead of a proof.", unreadable, issued, **page),
        refused("proof-of-no-code", "A proof beside a text that is no code.", "INVALID_SCHEME_PREFIX", "hello", **proof("proof", 0)),
        refused("proof-wrong-signature", "In the log, but the signature on the passport is another's.", "SIGNATURE_INVALID", hc1(signature=bytes(64)), **_logged_wrong()),
    ]  # fmt: skip


def _logged_wrong() -> dict[str, Any]:
    """A log in which a passport with a wrong signature stands all the same."""
    log = Log([leaf(sign1(signature=bytes(64)))])
    return {"proof": put("proof-wrong-signature.tlog-proof", log.proof(0)), "log_policy": _POLICY}


def _buckets(log: Log, passports: dict[str, bytes]) -> list[Case]:
    def bucket(name: str, data: bytes) -> dict[str, Any]:
        return {"bucket": put(f"{name}.json", data), "log_policy": _POLICY}

    def about(cose: bytes, digits: int = 1) -> str:
        return sha256(cose).hexdigest()[:digits]

    issued, forged, waiting = passports["issued"], passports["forged"], passports["waiting"]
    whole = log.bucket("")
    entries = json.loads(whole)["entries"]
    altered = [entries[0] | {"path": entries[1]["path"]}, *entries[1:]]
    other = next(digit for digit in "0123456789abcdef" if digit != about(issued))
    unreadable, stolen = "LOG_PROOF_UNREADABLE", passports["forged_stolen"]
    return [
        valid("bucket", "Asked by prefix: the passport is in the log.", text(issued), **bucket("bucket", log.bucket(about(issued)))),
        valid("bucket-of-all", "Asked without a prefix: the whole log answers.", text(issued), **bucket("bucket-of-all", whole)),
        valid("bucket-stolen-key", "The key was stolen, but the log has this passport.", text(passports["stolen"]), **bucket("bucket-of-all", whole)),
        refused("bucket-revoked", "The log has its revocation too.", "REVOKED", text(passports["revoked"]), **bucket("bucket-of-all", whole)),
        refused("bucket-without-it", "Signed by a key that counts, but not in the log: forged with a stolen key.", "NOT_IN_LOG", text(forged), **bucket("bucket-of-all", whole)),
        refused("bucket-without-it-by-prefix", "The same, asked by three digits; nobody shares them.", "NOT_IN_LOG", text(forged), **bucket("bucket-without-it-by-prefix", log.bucket(about(forged, 3)))),
        refused("bucket-without-it-stolen-key", "The key was withdrawn for what is not logged, and this is not.", "NOT_IN_LOG", text(stolen), **bucket("bucket-of-all", whole)),
        unclear("bucket-behind", "Its leaf waits for the next checkpoint.", "LOG_BEHIND", text(waiting), **bucket("bucket-behind", log.bucket("", waiting=[leaf(waiting).decode()]))),
        unclear("bucket-of-another-prefix", "The answer to another question.", "LOG_PROOF_OF_ANOTHER", text(issued), **bucket("bucket-of-another-prefix", log.bucket(other))),
        unclear("bucket-path-altered", "The path of another leaf.", "LOG_PROOF_INVALID", text(issued), **bucket("bucket-path-altered", log.bucket("", entries=altered))),
        unclear("bucket-leaf-out-of-place", "A leaf that does not begin with the prefix.", unreadable, text(issued), **bucket("bucket-leaf-out-of-place", log.bucket(about(issued), entries=entries))),
        unclear("bucket-out-of-order", "The leaves are not in the order of the log.", unreadable, text(issued), **bucket("bucket-out-of-order", log.bucket("", entries=entries[::-1]))),
        unclear("bucket-index-yes", "A position is a yes.", unreadable, text(issued), **bucket("bucket-index-yes", log.bucket("", entries=[entries[0] | {"index": True}]))),
        unclear("bucket-cut-short", "Half-written.", unreadable, text(issued), **bucket("bucket-cut-short", whole[: len(whole) // 2])),
        unclear("bucket-version", "A bucket of a later version.", unreadable, text(issued), **bucket("bucket-version", log.bucket("", version=2))),
        unclear("bucket-prefix-capitals", "The prefix in capital letters.", unreadable, text(issued), **bucket("bucket-prefix-capitals", log.bucket("", prefix="A"))),
    ]  # fmt: skip


def _of_countries(log: Log, passports: dict[str, bytes]) -> list[Case]:
    """A policy that says whose passports the log keeps: about those of other countries' keys it says nothing."""
    ours = put("log-policy-vn.json", policy(countries=["VN"]))
    both = put("log-policy-vn-fr.json", policy(countries=["FR", "VN"]))
    any_country = put("log-policy-no-country.json", policy(countries=[]))
    french = sign1(claims(vaccination(co="FR", ci=identifier(41)), iss="FR"), k.DSC_FR)
    posing = text(sign1(claims(vaccination(co="FR", ci=identifier(42)), iss="FR")))
    whole, remark = "bucket-of-all.json", ("LOG_NOT_COVERED",)
    withdrawal = Log([*log.leaves, leaf(french, "revoke", k.DSC_FR)])
    revoked = put("bucket-foreign-revocation.json", withdrawal.bucket(""))
    proved = put("proof-foreign-revocation.tlog-proof", withdrawal.proof(5))
    fr, issued, forged = text(french), text(passports["issued"]), text(passports["forged"])
    stolen = put("trust-list-fr-stolen.jws", p.jws(p.trust_list([_stolen(k.DSC_FR)])))
    faulty = {"one-word": "VN", "small": ["vn"], "three-letters": ["VNM"], "null": None, "number": [84]}
    return [
        valid("log-of-others", "The log keeps Vietnam's passports; a French one that it does not hold is none the worse.", fr, bucket=whole, log_policy=ours, remarks=remark),
        valid("log-of-others-revocation", "What such a log says of a foreign passport counts for nothing, not even a revocation.", fr, bucket=revoked, log_policy=ours, remarks=remark),
        valid("log-of-others-proof", "The same with a proof file.", fr, proof=proved, log_policy=ours, remarks=remark),
        unclear("log-of-others-stolen-key", "The French key was stolen, and the log of Vietnam cannot vouch for the passport.", "LOG_PROOF_NEEDED", fr, take=(stolen,), bucket=whole, log_policy=ours, remarks=remark),
        valid("log-of-ours", "The log keeps Vietnam's passports and holds this one.", issued, bucket=whole, log_policy=ours),
        refused("log-of-ours-without-it", "The log keeps Vietnam's passports and does not hold this one.", "NOT_IN_LOG", forged, bucket=whole, log_policy=ours),
        refused("log-of-ours-posing", "Signed by a key of Vietnam, but it names France: the key's country counts.", "NOT_IN_LOG", posing, bucket=whole, log_policy=ours),
        refused("log-of-both", "A log of two countries.", "NOT_IN_LOG", fr, bucket=whole, log_policy=both),
        refused("log-of-any", "A log that names no country keeps those of all.", "NOT_IN_LOG", fr, bucket=whole, log_policy=any_country),
        *(
            unclear(f"log-policy-countries-{name}", f"A policy whose countries are wrong: {name.replace('-', ' ')}.", "LOG_POLICY_INVALID", issued, proof="proof.tlog-proof", log_policy=put(f"log-policy-countries-{name}.json", policy(countries=value)))
            for name, value in faulty.items()
        ),
    ]  # fmt: skip


def _stolen(key: k.Identity) -> dict[str, Any]:
    reason = {"at": "2026-05-20T00:00:00Z", "reason": "KEY_COMPROMISED", "unless_logged": True}
    return p.trusted(key, withdrawn=reason)


def _checkpoints(log: Log, passports: dict[str, bytes]) -> list[Case]:
    """All with a proof that is right but for its checkpoint, or with another policy."""
    base, invalid, missing = log.text(), "CHECKPOINT_SIGNATURE_INVALID", "CHECKPOINT_WITNESSES_MISSING"
    w1, w2, w3 = WITNESSES
    unsigned = base.encode() + b"\n" + w1.line(base).encode() + w2.line(base).encode()
    bigger = log.checkpoint().replace(b"\n5\n", b"\n6\n", 1)
    again = w1.line(base, 1_780_000_000)
    notes = [
        ("size-altered", "The size was altered after signing.", invalid, bigger),
        ("other-key", "Signed by another key under the log's name.", invalid, log.checkpoint(by=IMPOSTOR)),
        ("unsigned", "Witnesses signed, the log did not.", invalid, unsigned),
        ("signature-altered", "One bit of the log's signature is flipped.", invalid, f"{base}\n{LOG.line(base, spoil=True)}{w1.line(base)}{w2.line(base)}".encode()),
        ("witness-altered", "One bit of a witness's cosignature is flipped.", invalid, log.checkpoint(witnesses=(w1,), more=w2.line(base, spoil=True))),
        ("one-witness", "One witness where two are wanted.", missing, log.checkpoint(witnesses=(w1,))),
        ("no-witness", "No witness.", missing, log.checkpoint(witnesses=())),
        ("witness-twice", "The same witness twice is one witness.", missing, log.checkpoint(witnesses=(w1,), more=again)),
        ("stranger", "One witness and somebody whom the policy does not name.", missing, log.checkpoint(witnesses=(w1, STRANGER))),
        ("another-log", "The checkpoint of another log.", "CHECKPOINT_OF_ANOTHER_LOG", log.checkpoint(log.text(origin="log.test.example/other"))),
        ("no-signature-line", "A text without any signature.", "CHECKPOINT_UNREADABLE", base.encode()),
        ("size-words", "The size is a word.", "CHECKPOINT_UNREADABLE", log.checkpoint(base.replace("\n5\n", "\nfive\n"))),
        ("size-zeros", "The size with a leading zero.", "CHECKPOINT_UNREADABLE", log.checkpoint(base.replace("\n5\n", "\n05\n"))),
        ("root-short", "A root of 31 bytes.", "CHECKPOINT_UNREADABLE", log.checkpoint(log.text(top=root(log.hashes)[:-1]))),
        ("cut-short", "Half-written: the last line has no end.", "CHECKPOINT_UNREADABLE", log.checkpoint()[:-1]),
        ("control-character", "A tab in the text.", "CHECKPOINT_UNREADABLE", log.checkpoint(base.replace("\n5\n", "\n5\t\n"))),
    ]  # fmt: skip
    issued = text(passports["issued"])

    def proof(name: str, note: bytes, with_policy: str = _POLICY) -> dict[str, Any]:
        return {"proof": put(f"checkpoint-{name}.tlog-proof", log.proof(0, note=note)), "log_policy": with_policy}

    none = put("log-policy-without-witnesses.json", policy(quorum=0, witnesses=()))
    faulty = {
        "quorum-out-of-reach": policy(quorum=4),
        "vkey-altered": policy(vkey=LOG.vkey.replace("+", "+0", 1)[:-1]),
        "witness-twice": policy(witnesses=(w1, w1)),
        "cut-short": policy()[:-20],
    }  # fmt: skip
    extended = log.text() + "an extension line\n"
    return [
        *(unclear(f"checkpoint-{name}", about, code, issued, **proof(name, note)) for name, about, code, note in notes),
        valid("checkpoint-third-witness", "Any two of the three witnesses will do.", issued, **proof("third-witness", log.checkpoint(witnesses=(w2, w3)))),
        valid("checkpoint-stranger-too", "Signatures of strangers are let pass.", issued, **proof("stranger-too", log.checkpoint(more=STRANGER.line(base)))),
        valid("checkpoint-extension", "Lines after the third mean nothing and are signed all the same.", issued, **proof("extension", log.checkpoint(extended))),
        valid("checkpoint-without-witnesses", "A policy that wants no witness.", issued, **proof("without-witnesses", log.checkpoint(witnesses=()), none)),
        *(
            unclear(f"log-policy-{name}", f"A policy that is wrong: {name.replace('-', ' ')}.", "LOG_POLICY_INVALID", issued, proof="proof.tlog-proof", log_policy=put(f"log-policy-{name}.json", data))
            for name, data in faulty.items()
        ),
    ]  # fmt: skip


def _folder(name: str, log: Log, *earlier: int) -> str:
    for place, data in log.files(*earlier).items():
        put(f"logs/{name}/{place}", data)
    return f"logs/{name}"


def _audit(name: str, about: str, code: str, folder: str, **more: Any) -> Case:
    members = {"policy": _POLICY, "folder": folder, "since": None, "replaced": {}} | more
    answer = "VALID" if code == "VALID" else "CANNOT_TELL"
    return Case(id=f"log-{name}", about=about, answer=answer, code=code, kind="log", more=members)


def _audits(log: Log) -> list[Case]:
    """A whole log of five leaves and one of 300, right and altered."""
    small = _folder("small", log, 3)
    long = Log([leaf(f"passport {number}".encode()) for number in range(300)])
    large = _folder("large", long)
    tile, bundle = "tile/0/000.p/5", "tile/entries/000.p/5"
    files, many = log.files(), long.files()

    def altered(place: str, data: bytes | None, name: str) -> dict[str, Any]:
        return {"replaced": {place: None if data is None else put(f"logs/replaced/{name}", data)}}

    odd = Log([*log.leaves[:4], b'{"cose":"not a digest"}'])
    wrong_top = log.checkpoint(log.text(top=bytes(32)))
    return [
        _audit("whole", "A log of five leaves, everything right.", "VALID", small),
        _audit("large", "A log of 300 leaves: more than one tile, two levels.", "VALID", large),
        _audit("tile-altered", "One bit of a tile is flipped.", "LOG_TILE_ALTERED", small, **altered(tile, spoiled(files[tile], 40), "tile-altered")),
        _audit("tile-half-written", "A tile is cut in the middle of a hash.", "LOG_TILE_ALTERED", small, **altered(tile, files[tile][:-7], "tile-half-written")),
        _audit("tile-missing", "A tile is missing.", "LOG_TILE_MISSING", small, **altered(tile, None, "")),
        _audit("upper-tile-altered", "One bit of a tile of the second level is flipped.", "LOG_TILE_ALTERED", large, **altered("tile/1/000.p/1", spoiled(many["tile/1/000.p/1"]), "upper-tile-altered")),
        _audit("entry-altered", "A leaf was rewritten: a revocation became an issue.", "LOG_TILE_ALTERED", small, **altered(bundle, _forged_entries(log), "entry-altered")),
        _audit("entries-missing", "The leaves are missing.", "LOG_TILE_MISSING", small, **altered(bundle, None, "")),
        _audit("leaf-unreadable", "The log holds something that is no leaf.", "LOG_LEAF_UNREADABLE", _folder("odd", odd)),
        _audit("root-differs", "The signed root is not that of the tiles.", "LOG_ROOT_DIFFERS", small, **altered("checkpoint", wrong_top, "root-differs")),
        _audit("checkpoint-unwitnessed", "The checkpoint lacks a witness.", "CHECKPOINT_WITNESSES_MISSING", small, **altered("checkpoint", log.checkpoint(witnesses=()), "unwitnessed")),
    ]  # fmt: skip


def _forged_entries(log: Log) -> bytes:
    rewritten = log.leaves[4].replace(b'"revoke"', b'"issue"')
    return Log([*log.leaves[:4], rewritten]).files()["tile/entries/000.p/5"]


def _differences(log: Log) -> list[Case]:
    """From an earlier checkpoint to the present one."""

    def since(name: str, note: bytes) -> dict[str, Any]:
        return {"since": put(f"checkpoint-{name}.txt", note)}

    small = "logs/small"
    other = Log([leaf_hash(b"other")] * 8)
    return [
        _audit("grown", "The log grew from three leaves to five.", "VALID", small, **since("of-three", log.checkpoint(log.text(3)))),
        _audit("grown-from-nothing", "The log grew from nothing.", "VALID", small, **since("of-none", log.checkpoint(log.text(0)))),
        _audit("unchanged", "The same checkpoint again.", "VALID", small, **since("of-five", log.checkpoint())),
        _audit("forked", "An earlier checkpoint of three other leaves.", "LOG_FORKED", small, **since("forked", log.checkpoint(other.text(3)))),
        _audit("forked-same-size", "Two checkpoints of one size with different roots.", "LOG_FORKED", small, **since("forked-same-size", log.checkpoint(other.text(5)))),
        _audit("shrunk", "An earlier checkpoint of eight leaves.", "LOG_SHRUNK", small, **since("shrunk", log.checkpoint(other.text(8)))),
        _audit("since-of-another-log", "The earlier checkpoint is another log's.", "CHECKPOINT_OF_ANOTHER_LOG", small, **since("since-other", log.checkpoint(log.text(3, origin=f"{ORIGIN}2")))),
    ]  # fmt: skip
