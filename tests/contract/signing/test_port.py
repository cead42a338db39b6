"""One suite over the three kinds of signing keys."""

from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from vaxproof.signer import Algorithm

from vaxpass.adapters.signing.private_key import passport_key
from vaxpass.facility_signing.jws import is_signed_by
from vaxpass.offices.scope import Refused, Unavailable

from .conftest import make_place, self_signed

MESSAGE = b"header.payload"


@pytest.mark.parametrize("algorithm", ["ES256", "PS256", "RS256"])
def test_signs_so_that_the_certificate_verifies(algorithm, kind, ec_key, rsa_key, tmp_path, monkeypatch):
    place = make_place(kind, tmp_path, ec_key if algorithm == "ES256" else rsa_key, monkeypatch)
    key = place.open(wanted=algorithm)
    signature = key.sign(MESSAGE)
    assert key.algorithm == algorithm
    assert is_signed_by(key.certificates[0], algorithm, signature, MESSAGE)
    assert not is_signed_by(key.certificates[0], algorithm, signature, MESSAGE + b".")


def test_es256_is_r_and_s(ec_place):
    assert len(ec_place.open().sign(MESSAGE)) == 64


def test_rsa_means_pss_unless_asked_otherwise(rsa_place):
    assert rsa_place.open().algorithm is Algorithm.PS256


def test_key_id_is_of_the_leaf(ec_place):
    key = ec_place.open()
    assert key.key_id == sha256(key.certificates[0]).digest()[:8]


def test_one_key_signs_many_times(ec_place):
    key = ec_place.open()
    assert all(is_signed_by(key.certificates[0], "ES256", key.sign(bytes([n])), bytes([n])) for n in range(20))


def test_wrong_pin_is_refused(ec_place):
    with pytest.raises(Refused, match="SIGNING_PIN_WRONG"):
        ec_place.open("135791")


def test_empty_pin_is_refused(ec_place):
    with pytest.raises(Refused, match="SIGNING_PIN_WRONG"):
        ec_place.open("")


def test_key_of_another_certificate_is_refused(ec_place):
    other = self_signed(ec.generate_private_key(ec.SECP256R1())).public_bytes(Encoding.DER)
    with pytest.raises(Refused, match="SIGNING_KEY_MISMATCH"):
        ec_place.open(certificates=(other,))


def test_other_kind_of_key_is_refused(ec_place):
    other = self_signed(rsa.generate_private_key(65537, 2048)).public_bytes(Encoding.DER)
    with pytest.raises(Refused, match="SIGNING_KEY_MISMATCH"):
        ec_place.open(certificates=(other,))


def test_algorithm_that_the_key_cannot_make_is_refused(ec_place):
    with pytest.raises(Refused, match="KEY_ALGORITHM_UNSUITABLE"):
        ec_place.open(wanted="RS256")


def test_p384_is_refused(ec_place):
    other = self_signed(ec.generate_private_key(ec.SECP384R1())).public_bytes(Encoding.DER)
    with pytest.raises(Refused, match="KEY_ALGORITHM_UNSUITABLE"):
        ec_place.open(certificates=(other,))


def test_what_was_taken_away_is_unavailable(ec_place):
    ec_place.take_away()
    with pytest.raises(Unavailable, match="SIGNING_TOKEN_ABSENT"):
        ec_place.open()


def test_passports_take_pss_and_not_pkcs1(rsa_place):
    assert passport_key(rsa_place.open()).algorithm is Algorithm.PS256
    with pytest.raises(Refused, match="KEY_ALGORITHM_UNSUITABLE"):
        passport_key(rsa_place.open(wanted="RS256"))


def test_secrets_do_not_show(ec_place):
    with pytest.raises(Refused) as caught:
        ec_place.open("135791")
    assert "135791" not in repr(caught.value) + repr(caught.value.__context__)
    assert "private" not in repr(ec_place.open()).lower()
