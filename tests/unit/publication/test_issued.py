"""“Was this one issued?”, asked online: crowds of 32, nothing about who is meant."""

import json
from datetime import UTC, date, datetime
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction
from vaxproof import ProofError
from vaxproof.log.checkpoint import LogPolicy
from vaxproof.log.issued import CROWD, prefix_of, read_bucket
from vaxproof.log.note import NoteSigner
from vaxproof.log.proof import LogAnswer

from vaxpass.offices.scope import Refused, Unavailable
from vaxpass.passports.leaves import _grow_log
from vaxpass.passports.rules import LeafKind, cose_digest, leaf_hash_of
from vaxpass.publication.issued import issued_bucket, question_length
from vaxpass.publication.log import LogPress, publish_log
from vaxpass.records.copying import copy_rows

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
ORIGIN = "vaxpass.invalid/test"
COLUMNS = {
    "position": "int8", "at": "timestamptz", "kind": "int2", "kid": "bytea", "day": "date", "digest": "bytea",
    "hash": "bytea", "passport_id": "int8",
}  # fmt: skip


def cose(number: int) -> bytes:
    return b"passport %d" % number


def append(numbers, kind=LeafKind.ISSUE):
    """Append leaves as the platform does; the passports themselves do not matter here."""
    kid, day = b"k" * 8, date(2026, 11, 22)
    digests = [cose_digest(cose(number)) for number in numbers]
    with transaction.atomic():
        first = _grow_log(len(digests))
        copy_rows(
            "passports_logleaf",
            COLUMNS,
            (
                (first + i, NOW, int(kind), kid, day, digest, leaf_hash_of(digest, kind, kid, day), first + i)
                for i, digest in enumerate(digests)
            ),
        )


@pytest.fixture
def press(tmp_path):
    signer = NoteSigner(ORIGIN, Ed25519PrivateKey.generate())
    return LogPress(tmp_path, signer, LogPolicy(ORIGIN, signer.verifier))


@pytest.fixture
def ask(press):
    """What a verifier does: the question, the answer over the line, the check of it."""

    def asked(number):
        prefix = prefix_of(cose(number), question_length(press.directory))
        bucket = json.dumps(issued_bucket(prefix, NOW, press.directory)).encode()
        return read_bucket(bucket, cose(number), press.policy)

    return asked


def test_issued_revoked_and_never_issued(press, ask):
    append(range(1000))
    append([7], LeafKind.REVOKE)
    publish_log(press, NOW)
    assert question_length(press.directory) == 1
    assert ask(5) == LogAnswer(5, None, 1001, complete=True)
    assert ask(7) == LogAnswer(7, 1000, 1001, complete=True)
    assert ask(5000) == LogAnswer(None, None, 1001, complete=True)


def test_every_leaf_of_the_prefix_comes_and_no_other(press):
    append(range(1000))
    publish_log(press, NOW)
    bucket = issued_bucket("a", NOW, press.directory)
    expected = [n for n in range(1000) if sha256(cose(n)).hexdigest().startswith("a")]
    assert [entry["index"] for entry in bucket["entries"]] == expected
    assert len(expected) > CROWD
    assert bucket["waiting"] == []


def test_the_answer_comes_from_an_index():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT position FROM passports_logleaf "
            "WHERE substring(digest FROM 1 FOR 4) BETWEEN '\\xaa000000' AND '\\xaaffffff'"
        )
        assert "substring_idx" in "".join(line for (line,) in cursor.fetchall())


def test_what_was_issued_since_the_last_checkpoint_waits(press, ask):
    """Neither forged nor proved: the passport is in its holder's hand before the next publication."""
    append(range(600))
    publish_log(press, NOW)
    append([9000])
    append([5], LeafKind.REVOKE)
    for number in (9000, 5):
        with pytest.raises(ProofError, match="LOG_BEHIND"):
            ask(number)
    publish_log(press, NOW)
    assert ask(9000).issued_at == 600
    assert ask(5).revoked_at == 601


@pytest.mark.parametrize(
    ("prefix", "code"),
    [
        ("ab", "ISSUED_PREFIX_TOO_LONG"),
        ("0" * 64, "ISSUED_PREFIX_TOO_LONG"),
        ("A", "ISSUED_PREFIX_ILLEGAL"),
        ("g", "ISSUED_PREFIX_ILLEGAL"),
        ("1\n", "ISSUED_PREFIX_ILLEGAL"),
        ("%00", "ISSUED_PREFIX_ILLEGAL"),
    ],
)
def test_a_question_that_would_tell_too_much_or_is_none(press, prefix, code):
    append(range(600))
    publish_log(press, NOW)
    with pytest.raises(Refused, match=code) as refused:
        issued_bucket(prefix, NOW, press.directory)
    assert refused.value.facts == {"digits": 1}


def test_a_question_that_is_too_short(press):
    append(range(CROWD * 256))
    publish_log(press, NOW)
    assert question_length(press.directory) == 2
    assert issued_bucket("a", NOW, press.directory)["entries"]
    with pytest.raises(Refused, match="ISSUED_PREFIX_TOO_SHORT"):
        issued_bucket("", NOW, press.directory)


def test_no_log_or_a_damaged_one(press):
    with pytest.raises(Unavailable, match="LOG_NOT_PUBLISHED"):
        issued_bucket("", NOW, press.directory)
    append(range(3))
    publish_log(press, NOW)
    tile = press.folder / "tile/0/000.p/3"
    tile.unlink()
    with pytest.raises(Unavailable, match="LOG_FILES_DAMAGED"):
        issued_bucket("", NOW, press.directory)
    (press.folder / "checkpoint").write_bytes(b"half")
    with pytest.raises(Unavailable, match="LOG_FILES_DAMAGED"):
        issued_bucket("", NOW, press.directory)
