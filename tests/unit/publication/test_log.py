"""The log as files: only what is committed, every checkpoint extends the last, and a kill at any step harms nobody."""

import threading
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import IntegrityError, connection, transaction
from vaxproof.log.audit import audit_log
from vaxproof.log.checkpoint import LogPolicy
from vaxproof.log.folder import FolderStore
from vaxproof.log.merkle import verify_inclusion
from vaxproof.log.note import NoteSigner, SignatureKind, read_note
from vaxproof.log.tiles import TileReader

from vaxpass.offices.scope import Refused, Unavailable
from vaxpass.passports.leaves import _grow_log
from vaxpass.passports.queries import log_size, stream_leaves
from vaxpass.passports.rules import LeafKind, leaf_hash_of
from vaxpass.publication import log
from vaxpass.publication.log import LogPress, last_checkpoint, publish_log
from vaxpass.publication.models import PublishedCheckpoint
from vaxpass.records.copying import copy_rows

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
ORIGIN = "vaxpass.invalid/test"
COLUMNS = {
    "position": "int8", "at": "timestamptz", "kind": "int2", "kid": "bytea", "day": "date", "digest": "bytea",
    "hash": "bytea", "passport_id": "int8",
}  # fmt: skip


def leaf(number: int, salt: str = "") -> tuple[object, ...]:
    digest, kid, day = sha256(f"{salt}{number}".encode()).digest(), b"k" * 8, date(2026, 11, 22)
    return LeafKind.ISSUE.value, kid, day, digest, leaf_hash_of(digest, LeafKind.ISSUE, kid, day), number


def grow(count: int, salt: str = "", at: datetime = NOW) -> None:
    """Append leaves as an issue does, in one transaction."""
    with transaction.atomic():
        first = _grow_log(count)
        copy_rows("passports_logleaf", COLUMNS, ((first + i, at, *leaf(first + i, salt)) for i in range(count)))


class Friend:
    """A witness in the same process; `is_away` makes it silent."""

    def __init__(self) -> None:
        self.signer = NoteSigner("witness.invalid/a", Ed25519PrivateKey.generate(), SignatureKind.COSIGNATURE)
        self.is_away = False
        self.asked = 0

    @property
    def vkey(self) -> str:
        return self.signer.vkey

    def cosign(self, note, prove):
        self.asked += 1
        if self.is_away:
            raise Unavailable("WITNESS_UNREACHABLE")
        return [self.signer.sign(read_note(note).text, NOW)]


@pytest.fixture
def press(tmp_path):
    signer = NoteSigner(ORIGIN, Ed25519PrivateKey.generate())
    return LogPress(tmp_path, signer, LogPolicy(ORIGIN, signer.verifier))


def witnessed(press, *friends, quorum):
    keys = tuple(friend.signer.verifier for friend in friends)
    return LogPress(press.directory, press.signer, LogPolicy(ORIGIN, press.signer.verifier, keys, quorum), friends)


def check(press):
    """Audit the published log as anybody may, and compare it with the database."""
    checkpoint = press.policy.open((press.folder / "checkpoint").read_bytes())
    assert audit_log(FolderStore(press.folder), checkpoint).is_clean
    reader = TileReader(FolderStore(press.folder), checkpoint.size)
    entries = dict(stream_leaves(0, checkpoint.size))
    for index in {0, checkpoint.size // 2, checkpoint.size - 1}:
        assert reader.entry(index) == entries[index]
        leaf_hash = sha256(b"\0" + entries[index]).digest()
        path = reader.inclusion_path(index)
        assert verify_inclusion(leaf_hash, index, checkpoint.size, path, checkpoint.root)
    return checkpoint.size


def test_an_empty_log_has_no_checkpoint_yet(press):
    assert publish_log(press, NOW) is None
    assert not press.folder.exists()


def test_each_publishing_extends_the_last(press):
    total = 0
    for count in (1, 254, 1, 1, 300, 1_000, 65_000):
        grow(count)
        total += count
        published = publish_log(press, NOW)
        assert (published.checkpoint.size, published.is_new) == (total, True)
        assert check(press) == total
    assert not publish_log(press, NOW).is_new


def test_partial_tiles_go_when_the_full_one_is_there(press):
    grow(200)
    publish_log(press, NOW)
    assert (press.folder / "tile/0/000.p/200").exists()
    grow(100)
    publish_log(press, NOW)
    assert not (press.folder / "tile/0/000.p").exists()
    assert not (press.folder / "tile/entries/000.p").exists()
    assert check(press) == 300


class Killed(BaseException):
    """The process is gone."""


def test_killed_at_each_step_the_log_verifies_and_goes_on(press, monkeypatch):
    """Each write of a tile, their settling, the row, the checkpoint: one kill before each, until one run passes."""
    grow(250)
    publish_log(press, NOW)
    grow(3_000)
    steps = 0
    for step in range(1, 200, 3):
        done = iter(range(step))

        def dies(*_, done=done):
            if next(done, None) is None:
                raise Killed

        with monkeypatch.context() as patch:
            for owner, name in ((FolderStore, "write"), (FolderStore, "settle"), (log, "write_whole")):
                real = getattr(owner, name)
                patch.setattr(owner, name, lambda *given, real=real, dies=dies: (dies(), real(*given))[1])
            try:
                publish_log(press, NOW)
                break
            except Killed:
                steps += 1
        assert check(press) == 250
    assert steps >= 9
    assert check(press) == 3_250


@pytest.mark.parametrize("name", ["sign", "row", "checkpoint"])
def test_killed_after_the_tiles_the_log_verifies_and_goes_on(press, monkeypatch, name):
    friend = Friend()
    press = witnessed(press, friend, quorum=1)
    grow(10)
    publish_log(press, NOW)
    grow(10)

    def dies(*_, **__):
        raise Killed

    places = {
        "sign": (friend, "cosign"),
        "row": (PublishedCheckpoint.objects, "create"),
        "checkpoint": (log, "write_whole"),
    }
    with monkeypatch.context() as patch:
        patch.setattr(*places[name], dies)
        with pytest.raises(Killed):
            publish_log(press, NOW)
    assert check(press) == 10
    assert publish_log(press, NOW).is_new
    assert check(press) == 20


def test_a_witness_that_is_away_holds_the_checkpoint_back_and_not_the_one_before(press):
    friend, other = Friend(), Friend()
    press = witnessed(press, friend, other, quorum=2)
    grow(5)
    publish_log(press, NOW)
    grow(5)
    other.is_away = True
    with pytest.raises(Unavailable, match="LOG_WITNESSES_MISSING"):
        publish_log(press, NOW)
    assert check(press) == 5
    other.is_away = False
    publish_log(press, NOW)
    assert check(press) == 10


def test_one_witness_of_two_is_enough_where_the_quorum_says_so(press):
    friend, other = Friend(), Friend()
    other.is_away = True
    press = witnessed(press, friend, other, quorum=1)
    grow(5)
    publish_log(press, NOW)
    assert check(press) == 5


def test_a_quorum_that_was_raised_has_the_same_checkpoint_cosigned(press):
    grow(5)
    publish_log(press, NOW)
    friend = Friend()
    assert publish_log(witnessed(press, friend, quorum=1), NOW).is_new
    assert check(witnessed(press, friend, quorum=1)) == 5


@pytest.mark.parametrize("lost", ["checkpoint", "tile/0/000.p/200", "tile/entries/000.p/200", "tile/0/000.p/200!"])
def test_lost_or_altered_files_are_made_anew_from_the_database(press, lost):
    grow(200)
    publish_log(press, NOW)
    path = press.folder / lost.rstrip("!")
    path.write_bytes(b"x" * 6_400) if lost.endswith("!") else path.unlink()
    grow(1)
    publish_log(press, NOW)
    assert check(press) == 201


@pytest.mark.parametrize("lost", ["tile/0/000", "tile/0/001!", "tile/entries/000", "tile/0/002.p/88"])
def test_files_in_the_middle_are_mended_when_asked(press, lost):
    grow(600)
    publish_log(press, NOW)
    before = {path: path.read_bytes() for path in press.folder.rglob("tile/**/*") if path.is_file()}
    path = press.folder / lost.rstrip("!")
    path.write_bytes(b"x" * 8_192) if lost.endswith("!") else path.unlink()
    assert not publish_log(press, NOW).is_new
    assert publish_log(press, NOW, anew=True).checkpoint.size == 600
    assert check(press) == 600
    assert {path: path.read_bytes() for path in press.folder.rglob("tile/**/*") if path.is_file()} == before


def test_a_log_is_not_mended_from_leaves_that_are_other_ones(press):
    grow(300)
    publish_log(press, NOW)
    without_guards("UPDATE passports_logleaf SET digest = hash WHERE position = 7")
    before = {path: path.read_bytes() for path in press.folder.rglob("*") if path.is_file()}
    with pytest.raises(Refused, match="LOG_FORKED"):
        publish_log(press, NOW, anew=True)
    assert {path: path.read_bytes() for path in press.folder.rglob("*") if path.is_file()} == before


def without_guards(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_a_database_that_lost_leaves_publishes_nothing(press):
    grow(20)
    publish_log(press, NOW)
    without_guards("DELETE FROM passports_logleaf WHERE position >= 10")
    without_guards("UPDATE passports_logcounter SET size = 10")
    with pytest.raises(Refused, match="LOG_SHRUNK"):
        publish_log(press, NOW)
    assert (press.folder / "checkpoint").read_text().split("\n")[1] == "20"


@pytest.mark.parametrize("rows_too", [False, True])
def test_a_restored_database_that_went_another_way_publishes_no_fork(press, rows_too):
    grow(20)
    publish_log(press, NOW)
    before = {path: path.read_bytes() for path in press.folder.rglob("*") if path.is_file()}
    without_guards("DELETE FROM passports_logleaf WHERE position >= 10")
    without_guards("UPDATE passports_logcounter SET size = 10")
    if rows_too:
        without_guards("DELETE FROM publication_publishedcheckpoint")
    else:
        (press.folder / "tile/0/000.p/20").unlink()
    grow(15, salt="another")
    with pytest.raises(Refused, match="LOG_FORKED"):
        publish_log(press, NOW)
    assert all(path.read_bytes() == data for path, data in before.items() if path.exists())


def test_a_restored_database_with_the_same_leaves_goes_on(press):
    grow(20)
    publish_log(press, NOW)
    without_guards("DELETE FROM publication_publishedcheckpoint")
    grow(5)
    publish_log(press, NOW)
    assert check(press) == 25


def test_a_gap_among_the_leaves_is_refused(press):
    grow(20)
    without_guards("DELETE FROM passports_logleaf WHERE position = 7")
    with pytest.raises(Refused, match="LOG_LEAVES_MISSING"):
        publish_log(press, NOW)
    assert not (press.folder / "checkpoint").exists()


def test_a_folder_where_nothing_can_be_written_is_told_by_its_code(press):
    grow(3)
    press.folder.write_bytes(b"a file")
    with pytest.raises(Unavailable, match="PUBLISH_FOLDER_UNUSABLE"):
        publish_log(press, NOW)


@pytest.mark.parametrize("statement", [
    "UPDATE publication_publishedcheckpoint SET made_at = now()",
    "DELETE FROM publication_publishedcheckpoint",
    "INSERT INTO publication_publishedcheckpoint SELECT size - 1, root, made_at FROM publication_publishedcheckpoint",
])  # fmt: skip
def test_checkpoints_are_appended_and_only_grow(press, statement):
    grow(3)
    publish_log(press, NOW)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_leaves_of_a_transaction_under_way_are_not_published(press):
    grow(5)
    written, may_end = threading.Event(), threading.Event()

    def issue():
        with transaction.atomic():
            grow(7)
            written.set()
            may_end.wait(30)
        connection.close()

    other = threading.Thread(target=issue)
    other.start()
    assert written.wait(30)
    try:
        assert publish_log(press, NOW).checkpoint.size == 5
    finally:
        may_end.set()
        other.join()
    assert log_size() == 12
    assert publish_log(press, NOW).checkpoint.size == 12
    assert check(press) == 12


@pytest.mark.django_db(transaction=True)
def test_two_publishers_at_once_make_one_checkpoint(press):
    grow(5_000)
    found, start = [], threading.Barrier(2)

    def work():
        start.wait(30)
        found.append(publish_log(press, NOW))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.is_new for one in found) == [False, True]
    assert check(press) == 5_000


def test_the_last_checkpoint_is_known_without_the_files(press):
    grow(3)
    published = publish_log(press, NOW + timedelta(minutes=1))
    assert last_checkpoint(ORIGIN) == published.checkpoint
