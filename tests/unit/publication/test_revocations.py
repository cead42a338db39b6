"""What was revoked reaches every verifier: exact list, filter, batches of the gateway; and nothing else does."""

import base64
import json
import subprocess
import threading
from datetime import timedelta
from hashlib import sha256

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from vaxproof import Answer, Code, RevocationList, SignerCertificate, read_certificate
from vaxproof.device import Device
from vaxproof.envelope import cose
from vaxproof.issue import to_hc1
from vaxproof.signer import Algorithm
from vaxproof.trust.publications import Pins
from vaxproof.trust.revocation_filter import RevocationFilter
from vaxproof.trust.revocation_list import HashKind, hash_of

from tests.factories import NOW
from tests.factories.publication import make_publisher, own_entries
from tests.factories.signing import approved_run, attested_person, make_key, make_ministry, sign_and_record
from vaxpass.jobs.passports import after_accepted_report
from vaxpass.passports.actions import revoke_of_versions
from vaxpass.passports.models import Passport
from vaxpass.passports.queries import stream_revoked
from vaxpass.passports.rules import Revocation
from vaxpass.publication import filtering
from vaxpass.publication.actions import Sources, publish
from vaxpass.publication.editions import Press
from vaxpass.publication.models import Edition
from vaxpass.publication.revocations import gather, read_hashes
from vaxpass.records.actions import move_all
from vaxpass.records.states import Verb

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture(params=list(Algorithm))
def key(request):
    return make_key(request.param)


@pytest.fixture
def people(key):
    """The versions of three people with live passports."""
    ministry = make_ministry()
    versions = [attested_person(ministry, serial) for serial in (1, 2, 3)]
    sign_and_record(approved_run(ministry, key)[1], key)
    return versions


@pytest.fixture
def press(tmp_path):
    return Press(tmp_path / "published", make_publisher())


def signer(key) -> SignerCertificate:
    return read_certificate(key.certificates[0], source="VN")


def sources(key) -> Sources:
    return Sources(own_entries(key.certificates, [], NOW))


def revoke(*versions: list[int]) -> list[Passport]:
    ids = revoke_of_versions([one for some in versions for one in some], reason=Revocation.DOSE_REPLACED, now=NOW)
    return [Passport.objects.get(pk=id_) for id_ in ids]


def device(press, *documents: str) -> Device:
    made = Device(Pins(press.publisher.certificates))
    for document in ("trust-list", *documents):
        made.take((press.directory / f"{document}.jws").read_bytes(), at=LATER)
    return made


def codes(press, *documents: str) -> dict[int, Code]:
    texts = {passport.pk: to_hc1(bytes(passport.cose)) for passport in Passport.objects.all()}
    return {pk: device(press, *documents).check(text, at=LATER).code for pk, text in texts.items()}


def test_every_revoked_passport_and_no_other_is_refused(key, people, press):
    (revoked,) = revoke(people[1])
    publish(press, sources(key), LATER)
    expected = {p.pk: Code.REVOKED if p.pk == revoked.pk else Code.VALID for p in Passport.objects.all()}
    assert codes(press, "revocation-list") == expected


def test_with_the_filter_alone_it_is_cannot_tell_and_never_not_valid(key, people, press):
    (revoked,) = revoke(people[1])
    publish(press, sources(key), LATER)
    found = codes(press, "revocation-filter")
    assert found.pop(revoked.pk) is Code.POSSIBLY_REVOKED
    assert set(found.values()) == {Code.VALID}
    verdict = device(press, "revocation-filter").check(to_hc1(bytes(revoked.cose)), at=LATER)
    assert verdict.answer is Answer.CANNOT_TELL


def test_the_list_holds_the_identifier_and_both_variants_of_the_signature(key, people, press):
    (revoked,) = revoke(people[0])
    publish(press, sources(key), LATER)
    found = RevocationList.from_json((press.directory / "revocation-list.json").read_bytes())
    signature = cose.decode(bytes(revoked.cose)).signature
    assert found.entries[HashKind.UCI] == {hash_of(revoked.uvci.encode())}
    wanted = {hash_of(signature)} | ({hash_of(signature[:32])} if key.algorithm is Algorithm.ES256 else set())
    assert found.entries[HashKind.SIGNATURE] == wanted
    assert found.countries == frozenset({"VN"})


def test_an_expired_passport_leaves_the_list(key, people, press):
    (revoked,) = revoke(people[0])
    assert [one.id for one in stream_revoked(revoked.expires_at - timedelta(seconds=1))] == [revoked.pk]
    assert list(stream_revoked(revoked.expires_at)) == []


def test_a_revocation_makes_new_editions_of_what_it_changes(key, people, press):
    publish(press, sources(key), NOW)
    revoke(people[0])
    made = {one.document: one.is_new for one in publish(press, sources(key), NOW + timedelta(seconds=1)).documents}
    assert {name for name, is_new in made.items() if is_new} == {"revocation-list", "revocation-filter", "index"}


def test_the_batches_are_what_the_gateway_takes_and_openssl_believes_them(key, people, press, tmp_path):
    revoke(*people)
    publish(press, sources(key), LATER)
    folder = press.directory / "revocations"
    anchor = tmp_path / "anchor.pem"
    anchor.write_bytes(x509.load_der_x509_certificate(press.publisher.certificates[0]).public_bytes(Encoding.PEM))
    kinds = {}
    for file in sorted(folder.glob("*.json")):
        batch = json.loads(file.read_bytes())
        assert (batch["country"], base64.b64decode(batch["kid"])) == ("VN", key.key_id)
        kinds[batch["hashType"]] = len(batch["entries"])
        der = tmp_path / "batch.der"
        der.write_bytes(base64.b64decode(file.with_suffix(".cms").read_bytes()))
        seen = subprocess.run(
            ["openssl", "cms", "-verify", "-inform", "DER", "-in", der, "-CAfile", anchor, "-purpose", "any",
             "-partial_chain", "-binary"],
            capture_output=True, check=False,
        )  # fmt: skip
        assert seen.stdout == file.read_bytes(), seen.stderr
    assert kinds == {"UCI": 3, "SIGNATURE": 6 if key.algorithm is Algorithm.ES256 else 3}


def test_batches_keep_their_bytes_while_nothing_is_added(key, people, press):
    revoke(people[0])
    publish(press, sources(key), NOW)
    before = {file: file.read_bytes() for file in (press.directory / "revocations").iterdir()}
    publish(press, sources(key), LATER)
    assert {file: file.read_bytes() for file in (press.directory / "revocations").iterdir()} == before


def test_our_keys_are_there_in_the_forms_that_others_take(key, people, press):
    publish(press, sources(key), NOW)
    did = json.loads((press.directory / "exports/did.json").read_bytes())
    assert [base64.b64decode(m["publicKeyJwk"]["x5c"][0]) for m in did["verificationMethod"]] == [key.certificates[0]]
    service = json.loads((press.directory / "exports/verifier-service.json").read_bytes())
    assert service["status"] == [base64.b64encode(key.key_id).decode()]
    assert (press.directory / f"exports/dgcg/{key.key_id.hex()}.cms").is_file()


def fakes(count: int, start: int = 0):
    from vaxpass.passports.facts import RevokedFacts

    for number in range(start, start + count):
        signature = sha256(str(number).encode()).digest() * 2
        yield RevokedFacts(number, f"URN:UVCI:01:VN:{number}", b"k" * 8, Algorithm.ES256, signature, LATER)


def test_hashes_read_back_are_the_ones_that_were_written(press):
    from vaxpass.publication.revocations import revocation_list
    from vaxpass.publication.rules import Head

    made = gather(fakes(2_500))
    payload = revocation_list(made).encode(Head(1, NOW, LATER))
    assert {bytes(one) for one in read_hashes(payload)} == {
        bytes(one) for hashes in made.by_kind.values() for one in hashes
    }
    exact = RevocationList.from_json(payload)
    assert {kind: len(hashes) for kind, hashes in exact.entries.items()} == {"UCI": 2_500, "SIGNATURE": 5_000}
    assert [len(batch.hashes) // 16 for batch in made.batches] == [1000] * 5 + [1000, 1000, 500]


@pytest.mark.parametrize("more", [1, 700])
def test_a_grown_filter_has_the_same_bits_as_one_built_anew(press, monkeypatch, more):
    key = make_key()
    revoked = [*fakes(800)]
    monkeypatch.setattr("vaxpass.publication.actions.stream_revoked", lambda _: (one for one in revoked))
    publish(press, sources(key), NOW)
    revoked += fakes(more, start=800)
    publish(press, sources(key), LATER)
    grown = (press.directory / "revocation-filter.json").read_bytes()
    monkeypatch.setattr(filtering, "_last_filter", lambda _: None)
    for file in press.directory.glob("revocation-filter.*"):
        file.unlink()
    publish(press, sources(key), LATER)
    anew = (press.directory / "revocation-filter.json").read_bytes()
    assert RevocationFilter.from_json(grown).bloom.bits == RevocationFilter.from_json(anew).bloom.bits
    assert RevocationFilter.from_json(grown).bloom.added == 3 * (800 + more)


def test_a_filter_forgets_what_is_no_longer_listed(press, monkeypatch):
    key = make_key()
    revoked = [*fakes(50)]
    monkeypatch.setattr("vaxpass.publication.actions.stream_revoked", lambda _: (one for one in revoked))
    publish(press, sources(key), NOW)
    del revoked[:25]
    publish(press, sources(key), LATER)
    compact = RevocationFilter.from_json((press.directory / "revocation-filter.json").read_bytes())
    assert compact.entries == 75
    assert not compact.bloom.might_contain(hash_of(b"URN:UVCI:01:VN:0"))
    assert compact.bloom.might_contain(hash_of(b"URN:UVCI:01:VN:49"))


def test_a_revocation_has_itself_published_in_its_own_transaction(people):
    before = waiting()
    with transaction.atomic():
        move_all(people[0][:1], Verb.WITHDRAW, now=NOW)
        after_accepted_report(people[0][:1], now=NOW)
    assert waiting() == before + 1
    with transaction.atomic():
        after_accepted_report(people[0][:1], now=NOW)  # nothing left to revoke
    assert waiting() == before + 1


def test_a_revocation_that_is_taken_back_publishes_nothing(people):
    before = waiting()
    with transaction.atomic():
        move_all(people[0][:1], Verb.WITHDRAW, now=NOW)
        after_accepted_report(people[0][:1], now=NOW)
        transaction.set_rollback(True)
    assert waiting() == before


def waiting() -> int:
    return ProcrastinateJob.objects.filter(task_name="publication.publish_now").count()


@pytest.mark.django_db(transaction=True)
def test_two_publishers_at_once_never_give_one_number_twice(press):
    key = make_key()
    many = [make_key(end=NOW + timedelta(days=days)) for days in (400, 500)]
    start, trouble = threading.Barrier(2), []

    def work(other):
        try:
            start.wait(30)
            publish(press, Sources(own_entries([key.certificates[0], other.certificates[0]], [], NOW)), NOW)
        except Exception as error:  # noqa: BLE001 -- told to the test below
            trouble.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[other]) for other in many]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not trouble
    numbers = list(Edition.objects.filter(document="trust-list").order_by("number").values_list("number", flat=True))
    assert numbers == [1, 2]
    last = json.loads((press.directory / "trust-list.json").read_bytes())
    assert last["number"] == 2
