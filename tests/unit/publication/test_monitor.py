"""The monitor finds what was done behind the platform's back, once, and says when it is gone."""

import shutil
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import ProgrammingError, connection, transaction
from django.utils.translation import gettext, override
from vaxproof.log.checkpoint import Checkpoint, LogPolicy
from vaxproof.log.note import NoteSigner

from tests.factories import NOW
from tests.factories.signing import (
    RECORDED,
    Key,
    Ministry,
    approved_run,
    attested_person,
    make_key,
    make_ministry,
    sign_and_record,
)
from vaxpass import wiring
from vaxpass.offices.scope import Refused
from vaxpass.passports.actions import revoke_of_versions
from vaxpass.passports.rules import Revocation
from vaxpass.publication import alarms, monitoring
from vaxpass.publication.alarms import Finding, report
from vaxpass.publication.log import LogPress, publish_log
from vaxpass.publication.models import MonitorState
from vaxpass.publication.monitoring import ROW_KINDS, watch
from vaxpass.publication.rules import Lateness
from vaxpass.publication.watched_files import FILE_KINDS, Watched

pytestmark = pytest.mark.django_db
ORIGIN = "vaxpass.invalid/test"
LATER = RECORDED + timedelta(minutes=10)


@pytest.fixture
def ministry() -> Ministry:
    return make_ministry()


@pytest.fixture
def key() -> Key:
    return make_key()


@dataclass
class Platform:
    """A platform with passports, a published log, and its monitor."""

    press: LogPress
    ministry: Ministry
    key: Key
    people: int = 0

    @property
    def folder(self) -> Path:
        return self.press.folder

    def issue(self, people: int = 3) -> list[int]:
        """Issue to some people and publish; give the versions of the last one."""
        for _ in range(people):
            self.people += 1
            versions = attested_person(self.ministry, self.people)
        sign_and_record(approved_run(self.ministry, self.key)[1], self.key)
        self.publish()
        return versions

    def publish(self) -> None:
        publish_log(self.press, LATER)

    def look(self, *, whole: bool = False) -> set[tuple[str, str]]:
        """What is new; what documents are missing here is of no interest."""
        watched = Watched(self.press.directory, self.press.policy, [])
        found = watch(watched, LATER, whole=whole)
        return {(one.kind, one.subject) for one in found if one.kind not in set(Lateness)}


@pytest.fixture
def platform(ministry: Ministry, key: Key, tmp_path: Path) -> Platform:
    signer = NoteSigner(ORIGIN, Ed25519PrivateKey.generate())
    made = Platform(LogPress(tmp_path, signer, LogPolicy(ORIGIN, signer.verifier)), ministry, key)
    made.issue()
    return made


def behind(*statements: str, **values: int | bytes | str) -> None:
    """Do what no verb of the platform does: triggers off, as only the database's owner can."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement, values or None)
        cursor.execute("SET LOCAL session_replication_role = origin")


FORGED_PASSPORT = """
INSERT INTO passports_passport (id, uvci, person_id, disease, version_id, facility_id, dose_number, series_size, kid,
  algorithm, cose, issued_at, expires_at, recorded_at, status, status_since, status_reason)
SELECT 900001, 'URN:FORGED', 900001, disease, version_id, facility_id, dose_number, series_size, kid,
  algorithm, '\\x00'::bytea || cose, issued_at, expires_at, recorded_at, status, status_since, status_reason
FROM passports_passport ORDER BY id LIMIT 1
"""
LEAF = """
INSERT INTO passports_logleaf (position, at, kind, kid, day, digest, hash, passport_id)
SELECT (SELECT size FROM passports_logcounter), l.at, l.kind, l.kid, l.day, sha256(p.cose),
  sha256('\\x00'::bytea || convert_to('{"cose":"' || encode(sha256(p.cose), 'hex') || '","day":"' || l.day
  || '","kid":"' || encode(l.kid, 'hex') || '","kind":"issue"}', 'UTF8')), p.id
FROM passports_passport p, passports_logleaf l WHERE p.id = 900001 AND l.position = 0
"""
COPY = (
    "INSERT INTO passports_logleaf SELECT c.size, at, kind, kid, day, digest, hash, {} "
    "FROM passports_logleaf, passports_logcounter c WHERE position = 0"
)
FIRST = "WHERE id = (SELECT min(id) FROM passports_passport)"
COUNT = "UPDATE passports_logcounter SET size = size + 1"


def test_nothing_is_found_where_nothing_is_wrong(platform: Platform) -> None:
    assert platform.look() == set()
    platform.issue(2)
    revoke_of_versions(platform.issue(1), reason=Revocation.REPORT_ACCEPTED.value, now=RECORDED)
    platform.publish()
    assert platform.look() == platform.look() == platform.look(whole=True) == set()
    state = MonitorState.objects.get()
    assert (state.position, state.checkpoint_size) == (7, 7)


@pytest.mark.parametrize("whole", [False, True])
def test_a_passport_inserted_behind_the_platforms_back(platform: Platform, *, whole: bool) -> None:
    """With a stolen key: its signature may be right, but no leaf tells of it."""
    platform.look()
    behind(FORGED_PASSPORT)
    assert platform.look(whole=whole) == {("SIGNATURE_WITHOUT_LEAF", "passport/900001")}
    assert platform.look() == platform.look(whole=True) == set()


@pytest.mark.parametrize("whole", [False, True])
def test_a_passport_with_its_leaf_but_without_a_run(platform: Platform, *, whole: bool) -> None:
    """Whoever writes the leaf too is found by the runs, which prepared nothing of the kind."""
    platform.look()
    behind(FORGED_PASSPORT, LEAF, COUNT)
    kid = platform.key.key_id.hex()
    assert platform.look(whole=whole) == {
        ("ISSUED_OUTSIDE_RUNS", "passport/900001"),
        ("COUNTS_DIFFER", f"{kid}/{RECORDED:%Y-%m-%d}"),
    }


def test_a_leaf_inserted_behind_the_platforms_back(platform: Platform) -> None:
    platform.look()
    behind(
        COPY.format("900002"),
        COUNT,
    )
    assert ("LEAF_WITHOUT_PASSPORT", "leaf/3") in platform.look()


def test_a_leaf_at_a_position_that_was_never_given_out(platform: Platform) -> None:
    platform.look()
    behind(
        "INSERT INTO passports_logleaf SELECT 77, at, kind, kid, day, digest, hash, passport_id "
        "FROM passports_logleaf WHERE position = 0"
    )
    assert platform.look() == {("LEAF_BEYOND", "leaf/77")}


def test_one_passport_told_of_twice(platform: Platform) -> None:
    platform.look()
    behind(
        COPY.format("passport_id"),
        COUNT,
    )
    assert ("LEAF_TWICE", "leaf/3") in platform.look()


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ("digest = sha256(digest)", "LEAF_OF_OTHER_BYTES"),
        ("kid = '\\x0102030405060708'", "LEAF_OF_OTHER_KEY"),
        ("day = day - 1", "LEAF_OF_OTHER_DAY"),
        ("hash = sha256(hash)", "LEAF_HASH_WRONG"),
        ("kind = 2", "LEAF_WITHOUT_REVOCATION"),
    ],
)
def test_an_altered_leaf(platform: Platform, change: str, kind: str) -> None:
    """Found at the first look at it; what was altered later is found by looking at the whole."""
    behind(f"UPDATE passports_logleaf SET {change} WHERE position = 1")
    assert (kind, "leaf/1") in platform.look()
    platform.look()
    behind(f"UPDATE passports_logleaf SET {change} WHERE position = 2")
    assert (kind, "leaf/2") not in platform.look()
    assert (kind, "leaf/2") in platform.look(whole=True)


def test_an_altered_passport(platform: Platform) -> None:
    platform.look()
    behind(f"UPDATE passports_passport SET cose = '\\x00'::bytea || cose {FIRST}")
    assert platform.look(whole=True) == {("LEAF_OF_OTHER_BYTES", "leaf/0")}


def test_a_leaf_for_another_key(platform: Platform) -> None:
    """As if a second key had signed: the counts of both keys tell it too."""
    behind("UPDATE passports_logleaf SET kid = '\\x0102030405060708' WHERE position = 0")
    kinds = [kind for kind, _ in platform.look()]
    assert "LEAF_OF_OTHER_KEY" in kinds
    assert kinds.count("COUNTS_DIFFER") == 2


def test_a_revocation_behind_the_platforms_back(platform: Platform) -> None:
    platform.look()
    behind(f"UPDATE passports_passport SET status = 3 {FIRST}")
    [(kind, _)] = platform.look()
    assert kind == "REVOCATION_WITHOUT_LEAF"


def test_a_gap(platform: Platform) -> None:
    platform.look()
    behind("DELETE FROM passports_logleaf WHERE position = 1")
    assert ("LOG_GAP", "leaf/1") in platform.look()


def test_a_passport_removed(platform: Platform) -> None:
    platform.look()
    behind("DELETE FROM passports_passport WHERE id = (SELECT passport_id FROM passports_logleaf WHERE position = 1)")
    assert {kind for kind, _ in platform.look()} == {"COUNTS_DIFFER"}
    assert ("LEAF_WITHOUT_PASSPORT", "leaf/1") in platform.look(whole=True)


def test_a_log_that_lost_its_end(platform: Platform) -> None:
    """Rows and counter set back, as by a restore of yesterday's database."""
    platform.look()
    behind("DELETE FROM passports_logleaf WHERE position = 2", "UPDATE passports_logcounter SET size = 2")
    found = platform.look()
    assert ("LOG_NOT_AS_PUBLISHED", "3") in found
    assert any(kind == "SIGNATURE_WITHOUT_LEAF" for kind, _ in found)


# Files --------------------------------------------------------------------------------------------------------------


def test_an_altered_tile_is_found_by_the_whole_look_and_at_once_where_it_is_new(platform: Platform) -> None:
    platform.look()
    tile = platform.folder / "tile/0/000.p/3"
    right = tile.read_bytes()
    tile.write_bytes(b"\0" * 96)
    assert ("LOG_TILE_ALTERED", "tile/0/000.p/3") in platform.look(whole=True)
    tile.write_bytes(right)
    assert platform.look(whole=True) == set()
    assert {alarm.kind for alarm in alarms.standing()} <= set(Lateness)


def test_published_entries_that_are_not_the_databases(platform: Platform) -> None:
    """Every file fits the others and the checkpoint, and yet."""
    behind("UPDATE passports_logleaf SET digest = sha256(digest) WHERE position = 1")
    assert ("LOG_NOT_AS_PUBLISHED", "3") in platform.look()


def write_checkpoint(platform: Platform, checkpoint: Checkpoint, signer: NoteSigner | None = None) -> None:
    (platform.folder / "checkpoint").write_bytes(checkpoint.sign(signer or platform.press.signer))


def test_a_checkpoint_that_is_not_ours_though_our_key_signed_it(platform: Platform) -> None:
    platform.look()
    root = sha256(b"another").digest()
    write_checkpoint(platform, Checkpoint(ORIGIN, 3, root))
    found = platform.look()
    assert ("LOG_CHECKPOINT_NOT_OURS", f"3/{root.hex()[:16]}") in found
    assert ("LOG_FORKED", "3") in found


def test_a_checkpoint_that_went_back(platform: Platform) -> None:
    early = (platform.folder / "checkpoint").read_bytes()
    platform.issue(2)
    platform.look()
    (platform.folder / "checkpoint").write_bytes(early)
    assert platform.look() == {("LOG_SHRUNK", "5 to 3")}


def test_a_checkpoint_by_another_key(platform: Platform) -> None:
    write_checkpoint(platform, Checkpoint(ORIGIN, 3, bytes(32)), NoteSigner(ORIGIN, Ed25519PrivateKey.generate()))
    assert platform.look() == {("LOG_CHECKPOINT_WRONG", "CHECKPOINT_SIGNATURE_INVALID")}


def test_a_log_that_is_gone(platform: Platform) -> None:
    platform.look()
    shutil.rmtree(platform.folder)
    assert platform.look() == {("LOG_CHECKPOINT_MISSING", "checkpoint")}


def test_what_was_found_once_is_believed_until_the_files_are_right_again(platform: Platform) -> None:
    """A fork must not become the new truth because the monitor looked twice."""
    platform.look()
    right = (platform.folder / "checkpoint").read_bytes()
    write_checkpoint(platform, Checkpoint(ORIGIN, 3, sha256(b"another").digest()))
    assert platform.look()
    assert MonitorState.objects.get().checkpoint_size == 3
    assert bytes(MonitorState.objects.get().checkpoint_root) != sha256(b"another").digest()
    (platform.folder / "checkpoint").write_bytes(right)
    assert platform.look() == set()


# Alarms -------------------------------------------------------------------------------------------------------------


def test_one_thing_gives_one_alarm_until_it_comes_back() -> None:
    thing = Finding("PUBLICATION_OVERDUE", "trust-list")
    kinds = frozenset({"PUBLICATION_OVERDUE"})
    assert len(report([thing, thing], looked_for=kinds, now=NOW)) == 1
    assert report([thing], looked_for=kinds, now=LATER) == []
    assert report([], looked_for=frozenset(), now=LATER) == []
    assert len(alarms.standing()) == 1
    assert report([], looked_for=kinds, now=LATER) == []
    assert alarms.standing() == []
    assert len(report([thing], looked_for=kinds, now=LATER)) == 1
    assert [alarm.occurrence for alarm in alarms.alarms().order_by("pk")] == [0, 1]


def test_an_alarm_is_logged_as_an_error_without_a_persons_data(
    platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    behind(FORGED_PASSPORT)
    platform.look()
    lines = [record for record in caplog.records if "SIGNATURE_WITHOUT_LEAF" in record.getMessage()]
    assert [record.levelname for record in lines] == ["ERROR"]
    assert "URN:" not in lines[0].getMessage()


def test_an_alarm_is_taken_on_once_by_who_may(platform: Platform) -> None:
    behind(FORGED_PASSPORT)
    platform.look()
    [alarm] = [one for one in alarms.standing() if one.kind == "SIGNATURE_WITHOUT_LEAF"]
    before = alarms.count_unseen()
    with pytest.raises(Refused, match="RIGHT_MISSING"):
        alarms.see(platform.ministry.inspector, alarm.id, now=LATER)
    alarms.see(platform.ministry.operator, alarm.id, now=LATER)
    alarms.see(platform.ministry.approver, alarm.id, now=LATER)
    seen = alarms.get_alarm(alarm.id)
    assert (seen.seen_by, seen.seen_at, seen.ended_at) == (platform.ministry.operator.officer_id, LATER, None)
    assert alarms.count_unseen() == before - 1
    with pytest.raises(Refused, match="ALARM_UNKNOWN"):
        alarms.see(platform.ministry.operator, 999_999, now=LATER)


@pytest.mark.parametrize("table", ["publication_alarm", "publication_alarmseen", "publication_alarmend"])
@pytest.mark.parametrize("statement", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"])
def test_the_application_cannot_silence_an_alarm(table: str, statement: str) -> None:
    call_command("grant_app_role", "vaxpass_app_tested")
    column = "kind" if table == "publication_alarm" else "at"
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE vaxpass_app_tested")
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            cursor.execute(statement.format(table, column))
        cursor.execute("RESET ROLE")


@pytest.mark.parametrize("table", ["passports_logleaf", "passports_logleaf_default", "publication_publishedcheckpoint"])
@pytest.mark.parametrize("statement", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0}"])
def test_the_application_cannot_rewrite_the_log(platform: Platform, table: str, statement: str) -> None:
    """Tried with leaves in it, on the table and on a partition of it."""
    call_command("grant_app_role", "vaxpass_app_tested")
    column = "size" if table == "publication_publishedcheckpoint" else "position"
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE vaxpass_app_tested")
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            cursor.execute(statement.format(table, column))
        cursor.execute("RESET ROLE")
    assert platform.look(whole=True) == set()


def test_every_kind_of_alarm_has_its_sentence_in_both_languages() -> None:
    for language in ("vi", "en"):
        with override(language):
            without = [kind for kind in sorted({*ROW_KINDS, *FILE_KINDS, *Lateness}) if gettext(kind) == kind]
            assert not without, language


def test_the_command_says_what_stands_and_ends_with_1(
    platform: Platform, settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.PUBLISH_DIR = platform.press.directory
    monkeypatch.setattr(wiring, "log_policy", lambda: platform.press.policy)
    monkeypatch.setattr(wiring, "publisher_certificates", list)
    monkeypatch.setattr(monitoring, "_look_at_promises", lambda *_: [])
    call_command("monitor")
    assert "fit" in capsys.readouterr().out
    behind(FORGED_PASSPORT)
    with pytest.raises(CommandError) as ended:
        call_command("monitor", "--json")
    assert ended.value.returncode == 1
    assert "SIGNATURE_WITHOUT_LEAF" in capsys.readouterr().out
