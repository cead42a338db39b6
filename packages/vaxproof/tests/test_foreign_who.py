"""The list that WHO published on 22 August 2026: every key read, every quirk counted."""

from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from cryptography import x509
from vaxproof import Code
from vaxproof.trust.entries import Usage
from vaxproof.trust.foreign import Anchors, Quirk
from vaxproof.trust.foreign_lists import read_foreign

AT = datetime(2026, 8, 22, tzinfo=UTC)


@pytest.fixture(scope="module")
def data(vectors):
    return (vectors / "trust" / "gdhcn-prod-dcc-dsc-did.json").read_bytes()


@pytest.fixture(scope="module")
def whole(data):
    """The list with its file pinned."""
    return read_foreign(data, Anchors(list_sha256=sha256(data).hexdigest()), at=AT)


def test_all_438_are_read(whole):
    assert len(whole.candidates) == 438
    assert all(c.certificate and c.claimed.usage is Usage.DSC for c in whole.candidates)
    assert whole.listed_at == datetime(2026, 8, 22, 17, 5, 32, tzinfo=UTC)
    assert len({c.certificate.key_id for c in whole.candidates}) == 438


def test_keys(whole):
    kinds = Counter((c.certificate.algorithm, c.certificate.public_key.key_size) for c in whole.candidates)
    assert kinds == {("ES256", 256): 425, ("PS256", 2048): 12, ("PS256", 3072): 1}


def test_289_have_expired(whole):
    own = [c for c in whole.candidates if c.refusal is Code.FOREIGN_KEY_EXPIRED and c.detail != "its authority"]
    assert sum(c.certificate.not_after < AT for c in whole.candidates) == len(own) == 289


def test_quirks(whole):
    quirks = Counter(quirk for c in whole.candidates for quirk in c.claimed.quirks)
    assert quirks[Quirk.KEY_RSA] == 13
    assert quirks[Quirk.COORDINATE_PADDED] == 338  # 231 of them in x
    assert quirks[Quirk.PURPOSES_OF_WRONG_ARC] == 133
    assert quirks[Quirk.PURPOSES_FOREIGN] == 54
    assert quirks[Quirk.JWK_DIFFERS] == 0


def test_certificates_that_only_the_tolerant_reader_reads(whole):
    def is_strict(candidate):
        try:
            return x509.load_der_x509_certificate(candidate.claimed.der).extensions is not None
        except ValueError:
            return False

    assert Counter(c.country for c in whole.candidates if not is_strict(c)) == {"FI": 10, "ES": 2}


def test_who_invented_one_participant(whole):
    invented = [c for c in whole.candidates if c.refusal is Code.FOREIGN_LIST_NOT_PRODUCTION]
    assert {(c.country, c.detail) for c in invented} == {("XH", "XXH")}
    assert len(invented) == 5


def test_chains(whole):
    """All that have not expired chain to the authority beside them; two of these have expired themselves."""
    assert Counter(c.refusal for c in whole.candidates) == {
        Code.FOREIGN_KEY_EXPIRED: 291,
        Code.FOREIGN_LIST_NOT_PRODUCTION: 5,
        None: 142,
    }
    countries = {c.country for c in whole.acceptable}
    assert countries == {"AD", "AM", "BE", "EE", "ES", "FI", "IE", "IO", "NL", "NZ", "OM", "PL", "PT", "TH"}
    assert len(whole.authorities) == 50
    assert all(authority.pinned for authority in whole.authorities)


def test_sha1_is_not_believed(data):
    """At a time when none of them had expired."""
    found = read_foreign(data, Anchors(list_sha256=sha256(data).hexdigest()), at=datetime(2022, 6, 1, tzinfo=UTC))
    weak = Counter(c.country for c in found.candidates if c.refusal is Code.FOREIGN_SIGNATURE_WEAK)
    assert weak == {"IE": 4, "TR": 1}
    assert not [c for c in found.candidates if c.refusal is Code.FOREIGN_AUTHORITY_MISMATCH]


def test_nothing_pinned_nothing_believed(data):
    found = read_foreign(data, Anchors(), at=AT)
    assert found.acceptable == ()
    assert not any(authority.pinned for authority in found.authorities)


def test_one_authority_pinned_lets_in_its_own(data, whole):
    dutch = max((a for a in whole.authorities if a.certificate.country == "NL"), key=lambda a: a.signers)
    found = read_foreign(data, Anchors([dutch.certificate.der]), at=AT)
    assert {c.country for c in found.acceptable} == {"NL"}
    assert 0 < len(found.acceptable) <= 75


def test_the_list_of_one_country(vectors):
    data = (vectors / "trust" / "gdhcn-prod-dcc-tha-dsc-did.json").read_bytes()
    found = read_foreign(data, Anchors(list_sha256=sha256(data).hexdigest()), at=AT)
    assert Counter(c.refusal for c in found.candidates) == {None: 1, Code.FOREIGN_KEY_EXPIRED: 2}
