"""Publishing: whole documents in order, numbers and times that only grow, and nothing half-done after any crash."""

import base64
import json
import subprocess
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import IntegrityError, connection, transaction
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey
from vaxproof import Answer, Code, RevocationList
from vaxproof.device import Device
from vaxproof.trust.publications import Pins
from vaxproof.trust.revocation_filter import RevocationFilter
from vaxproof.verify import Policy

from tests.factories.passports import make_ministry
from tests.factories.publication import make_publisher, own_entries
from vaxpass.offices.scope import Refused, Unavailable
from vaxpass.publication import editions, files
from vaxpass.publication.actions import Sources, publish
from vaxpass.publication.editions import Press
from vaxpass.publication.models import Edition
from vaxpass.publication.queries import altered, overdue
from vaxpass.publication.rules import NEXT_IN, RENEW_AFTER, Document, Lateness

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
LATER = NOW + RENEW_AFTER


@pytest.fixture(scope="module")
def ministry():
    return make_ministry(NOW)


@pytest.fixture(scope="module")
def root():
    return make_ministry(NOW, common_name="CSCA thử").certificate


@pytest.fixture
def press(tmp_path):
    return Press(tmp_path / "published", make_publisher())


@pytest.fixture
def sources(ministry, root):
    return Sources(own_entries([ministry.certificate.der], [root.der], NOW))


def read(press, document):
    return json.loads((press.directory / f"{document}.json").read_bytes())


def numbers(published):
    return {one.document: one.head.number for one in published.documents}


def tree(press):
    return {path.relative_to(press.directory).as_posix() for path in press.directory.rglob("*") if path.is_file()}


def test_a_device_that_pins_the_publisher_takes_everything_and_believes_a_passport(press, sources, ministry):
    published = publish(press, sources, NOW)

    device = Device(Pins(press.publisher.certificates), policy=Policy(guard_clock=True, revocations_needed=True))
    for document in reversed(Document):
        device.take((press.directory / f"{document}.jws").read_bytes(), at=NOW)
    assert device.check(ministry.issue(NOW), at=NOW + timedelta(hours=1)).answer is Answer.VALID
    assert numbers(published) == dict.fromkeys([document.value for document in Document], 1)
    assert published.next_at == NOW + NEXT_IN


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_an_independent_reader_of_jws_finds_the_document_in_it(tmp_path, sources, kind):
    press = Press(tmp_path, make_publisher(kind))
    publish(press, sources, NOW)
    certificate = x509.load_der_x509_certificate(press.publisher.certificates[0])
    public = (ECKey if kind == "ec" else RSAKey).import_key(
        certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    for document in Document:
        found = jws.deserialize_compact(
            (tmp_path / f"{document}.jws").read_bytes(), public, algorithms=["ES256", "PS256"]
        )
        assert found.payload == (tmp_path / f"{document}.json").read_bytes()
        assert found.protected["typ"] == f"vaxproof-{document}+json"
        assert found.protected["kid"] == sha256(press.publisher.certificates[0]).hexdigest()[:16]


def test_openssl_reads_the_certificates(press, sources, ministry):
    publish(press, sources, NOW)
    for name in (f"certificates/{ministry.certificate.key_id.hex()}.pem", "publisher.pem"):
        seen = subprocess.run(
            ["openssl", "x509", "-in", press.directory / name, "-noout", "-fingerprint", "-sha256"],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        fingerprint = bytes.fromhex(seen.strip().partition("=")[2].replace(":", ""))
        assert fingerprint in {
            sha256(ministry.certificate.der).digest(), sha256(press.publisher.certificates[0]).digest()
        }  # fmt: skip


def test_the_root_is_published_and_signs_nothing(press, sources, root, ministry):
    publish(press, sources, NOW)
    usages = {e["der"]: e.get("usage", "DSC") for e in read(press, "trust-list")["certificates"]}
    assert usages[base64.b64encode(root.der).decode()] == "CSCA"
    assert usages[base64.b64encode(ministry.certificate.der).decode()] == "DSC"
    assert f"certificates/{root.key_id.hex()}.pem" in tree(press)


def test_the_index_names_every_other_file_and_its_hash(press, sources):
    publish(press, sources, NOW)
    index = read(press, "index")
    assert set(index["files"]) == tree(press) - {"index.json", "index.jws"}
    for name, file in index["files"].items():
        data = (press.directory / name).read_bytes()
        assert file == {"sha256": sha256(data).hexdigest(), "size": len(data)}
    assert index["publishers"] == [base64.b64encode(press.publisher.certificates[0]).decode()]


def test_what_says_the_same_keeps_its_number_until_it_is_old(press, sources):
    publish(press, sources, NOW)
    before = {name: (press.directory / name).read_bytes() for name in tree(press)}
    again = publish(press, sources, LATER - timedelta(seconds=1))
    assert not any(one.is_new for one in again.documents)
    assert {name: (press.directory / name).read_bytes() for name in tree(press)} == before
    renewed = publish(press, sources, LATER)
    assert set(numbers(renewed).values()) == {2}
    assert read(press, "trust-list")["made_at"] == "2026-11-22T02:45:00Z"


def test_what_says_something_new_gets_the_next_number_at_once(press, sources, ministry, root):
    publish(press, sources, NOW)
    other = make_ministry(NOW).certificate
    more = Sources(own_entries([ministry.certificate.der, other.der], [root.der], NOW))
    assert numbers(publish(press, more, NOW + timedelta(seconds=1))) == {
        "trust-list": 2, "revocation-list": 1, "revocation-filter": 1, "value-sets": 1, "rules": 1, "index": 2,
    }  # fmt: skip


def test_a_certificate_that_is_gone_leaves_the_index_and_then_the_folder(press, sources, ministry, root):
    publish(press, sources, NOW)
    fewer = Sources(own_entries([ministry.certificate.der], [], NOW))
    publish(press, fewer, NOW + timedelta(seconds=1))
    gone = f"certificates/{root.key_id.hex()}.pem"
    assert gone not in tree(press)
    assert gone not in read(press, "index")["files"]


def test_nothing_to_publish_is_refused_and_the_old_files_stay(press, sources):
    publish(press, sources, NOW)
    before = (press.directory / "trust-list.jws").read_bytes()
    with pytest.raises(Refused, match="NOTHING_TO_PUBLISH"):
        publish(press, Sources(()), LATER)
    assert (press.directory / "trust-list.jws").read_bytes() == before


def test_a_clock_that_went_back_a_little_does_not_take_the_time_back(press, sources, root):
    publish(press, sources, NOW)
    head = publish(press, Sources(sources.entries[:1]), NOW - timedelta(minutes=4)).documents[0].head
    assert (head.number, head.made_at, head.next_at) == (2, NOW, NOW + NEXT_IN)


def test_a_clock_that_went_back_far_is_refused(press, sources):
    publish(press, sources, NOW)
    with pytest.raises(Refused, match="PUBLICATION_CLOCK_BACK"):
        publish(press, Sources(sources.entries[:1]), NOW - timedelta(minutes=6))
    assert read(press, "trust-list")["number"] == 1


def test_a_database_from_yesterday_does_not_publish_a_number_again(press, sources):
    for _ in range(3):
        publish(press, sources, NOW)
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE publication_edition DISABLE TRIGGER USER")
            cursor.execute("DELETE FROM publication_edition")
            cursor.execute("ALTER TABLE publication_edition ENABLE TRIGGER USER")
    assert read(press, "trust-list")["number"] == 3


def test_a_number_that_no_publisher_signed_is_not_believed(press, sources):
    press.directory.mkdir()
    (press.directory / "rules.jws").write_bytes(b"e30.eyJudW1iZXIiOjk5fQ.AAAA")
    assert numbers(publish(press, sources, NOW))["rules"] == 1


COPY_OF_ALL = """
INSERT INTO publication_edition (document, number, made_at, next_at, sha256, content)
SELECT document, {}, {}, next_at, sha256, content FROM publication_edition
"""


@pytest.mark.parametrize("statement", [
    "UPDATE publication_edition SET number = number + 1",
    "DELETE FROM publication_edition",
    COPY_OF_ALL.format("number", "made_at"),
    COPY_OF_ALL.format("number + 1", "made_at - interval '1 second'"),
])  # fmt: skip
def test_editions_are_appended_and_only_go_forward(press, sources, statement):
    publish(press, sources, NOW)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


class Killed(BaseException):
    """The process is gone: nothing catches this."""


def killed_at_write(monkeypatch, count):
    written = []
    real = files._write

    def write(path, data):
        written.append(path.name)
        if len(written) == count:
            (path.parent / f".{path.name}.half").write_bytes(data[: len(data) // 2])
            raise Killed
        real(path, data)

    monkeypatch.setattr(files, "_write", write)
    return written


@pytest.mark.parametrize("step", range(1, 14))
def test_killed_at_each_write_readers_have_whole_files_and_the_next_one_mends_it(
    press, sources, ministry, monkeypatch, step
):
    publish(press, sources, NOW)
    more = Sources(own_entries([ministry.certificate.der, make_ministry(NOW).certificate.der], [], LATER))
    with monkeypatch.context() as patch:
        killed_at_write(patch, step)
        with pytest.raises(Killed):
            publish(press, more, LATER)
    device = Device(Pins(press.publisher.certificates))
    for document in Document:
        device.take((press.directory / f"{document}.jws").read_bytes(), at=LATER)
    assert all((press.directory / name).is_file() for name in read(press, "index")["files"])

    mended = publish(press, more, LATER + timedelta(seconds=1))

    assert all(device.numbers[f"vaxproof-{one.document}"] <= one.head.number for one in mended.documents)
    assert not altered(press.directory, list(press.publisher.certificates), LATER)
    assert not [name for name in tree(press) if "/." in f"/{name}"]


def test_a_folder_where_nothing_can_be_written_is_told_by_its_code(press, sources, tmp_path):
    (tmp_path / "published").write_bytes(b"a file where the folder should be")
    with pytest.raises(Unavailable, match="PUBLISH_FOLDER_UNUSABLE"):
        publish(press, sources, NOW)


def test_a_full_disk_is_told_by_its_code_and_readers_keep_what_they_had(press, sources, monkeypatch):
    publish(press, sources, NOW)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "_write", full)
    with pytest.raises(Unavailable, match="PUBLISH_FOLDER_UNUSABLE"):
        publish(press, sources, LATER)
    assert read(press, "trust-list")["number"] == 1


def test_a_publisher_past_its_end_publishes_nothing_that_verifiers_would_refuse(tmp_path, sources):
    press = Press(tmp_path, make_publisher(end=NOW - timedelta(seconds=1)))
    with pytest.raises(Refused, match="PUBLICATION_SIGNER_EXPIRED"):
        publish(press, sources, NOW)
    assert not list(tmp_path.glob("*.jws"))


def test_a_key_that_dies_leaves_the_old_edition(press, sources):
    publish(press, sources, NOW)
    press.publisher.dies_after = press.publisher.signed + 1
    with pytest.raises(Unavailable, match="SIGNING_TOKEN_ABSENT"):
        publish(press, sources, LATER)
    press.publisher.dies_after = None
    assert read(press, "revocation-list")["number"] == 1
    assert not overdue(LATER, press.directory)


def test_a_new_publisher_signs_everything_anew_at_once(press, sources):
    publish(press, sources, NOW)
    heir = Press(press.directory, make_publisher(), press.publisher.certificates)
    published = publish(heir, sources, NOW + timedelta(minutes=1))
    assert all(one.is_new for one in published.documents)
    old_device = Device(Pins(press.publisher.certificates))
    with pytest.raises(Exception, match=Code.PUBLICATION_SIGNER_UNKNOWN):
        old_device.take((press.directory / "trust-list.jws").read_bytes(), at=NOW)


def test_the_next_publisher_named_in_the_index_is_believed_by_devices(press, sources):
    heir = make_publisher()
    device = Device(Pins(press.publisher.certificates))
    publish(Press(press.directory, press.publisher, heir.certificates), sources, NOW)
    device.take((press.directory / "index.jws").read_bytes(), at=NOW)
    publish(Press(press.directory, heir), sources, LATER)
    assert device.take((press.directory / "trust-list.jws").read_bytes(), at=LATER) == "vaxproof-trust-list"


def test_what_is_late_is_named(press, sources):
    assert {late.why for late in overdue(NOW, press.directory)} == {Lateness.MISSING}
    publish(press, sources, NOW)
    assert overdue(NOW + NEXT_IN - timedelta(seconds=1), press.directory) == []
    late = overdue(NOW + NEXT_IN, press.directory)
    assert [(one.document, one.why, one.since) for one in late] == [
        (document.value, Lateness.OVERDUE, NOW + NEXT_IN) for document in Document
    ]
    (press.directory / "rules.jws").unlink()
    assert [(one.document, one.why) for one in overdue(NOW, press.directory)] == [("rules", Lateness.MISSING)]


@pytest.mark.parametrize("name", ["rules.json", "rules.jws", "publisher.pem"])
def test_what_was_altered_is_named(press, sources, name):
    publish(press, sources, NOW)
    assert altered(press.directory, list(press.publisher.certificates), NOW) == []
    path = press.directory / name
    path.write_bytes(path.read_bytes()[:-1] + b"~")
    found = altered(press.directory, list(press.publisher.certificates), NOW)
    assert name in {one.document for one in found}
    assert {one.why for one in found} == {Lateness.ALTERED}


def test_an_empty_revocation_list_and_its_filter_say_whose_they_are(press, sources):
    publish(press, sources, NOW)
    exact = RevocationList.from_json((press.directory / "revocation-list.json").read_bytes())
    compact = RevocationFilter.from_json((press.directory / "revocation-filter.json").read_bytes())
    assert exact.countries == compact.countries == frozenset({"VN"})
    assert compact.entries == 0


def test_value_sets_hold_the_codes_that_rules_ask_about(press, sources):
    publish(press, sources, NOW)
    sets = read(press, "value-sets")["value_sets"]
    assert sets["country-2-codes"]["values"]["VN"] == {"display": "Vietnam", "active": True}
    assert len(sets["country-2-codes"]["values"]) == 250
    assert not sets["sct-vaccines-covid-19"]["values"]["J07BX03"]["active"]


def test_editions_of_every_document_stand_in_the_table(press, sources):
    publish(press, sources, NOW)
    publish(press, sources, LATER)
    assert Edition.objects.count() == 2 * len(Document)
    last = editions.editions()["rules"]
    assert last.sha256 == sha256((press.directory / "rules.json").read_bytes()).hexdigest()


def test_files_of_others_below_the_folder_are_named_and_stay(press, sources):
    publish(press, sources, NOW)
    files.write_whole(press.directory / "mirror" / "notes.json", b"{}")
    publish(press, sources, NOW)
    assert "mirror/notes.json" in read(press, "index")["files"]
    assert "revocations" not in {name.split("/")[0] for name in tree(press)}
