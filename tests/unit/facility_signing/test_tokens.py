"""A batch signed by a token, with each algorithm, and read by a stranger."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from tests.contract.signing.conftest import MODULE, PIN, TokenPlace
from tests.factories import NOW
from vaxpass import wiring
from vaxpass.facility_signing import queries, verification
from vaxpass.facility_signing.certificates import write_pem
from vaxpass.facility_signing.credentials import Registration, register_credential
from vaxpass.facility_signing.facts import BatchStatus
from vaxpass.offices.scope import Unavailable

from .test_credentials import Authority
from .test_proof import read_jws

pytestmark = pytest.mark.hsm


@pytest.fixture
def token_of(house, tmp_path, monkeypatch, settings):
    """Make a token with a key, and register its certificate for the signer; give the token and the credential."""

    def make(key, algorithm):
        provider = Authority()
        anchors = tmp_path / "anchors"
        anchors.mkdir()
        (anchors / "token-provider.pem").write_bytes(provider.certificate.public_bytes(Encoding.PEM))
        settings.FACILITY_ANCHOR_DIR, settings.FACILITY_PKCS11_MODULE = str(anchors), MODULE
        place = TokenPlace(tmp_path, key, monkeypatch)
        reference = "pkcs11:token=facility;object=signer"
        wish = Registration(house.signer, "pkcs11", reference, write_pem([provider.issue(key)]), algorithm)
        return place, register_credential(house.actor("admin"), wish, wiring.facility_anchors(), now=NOW)

    return make


def prepared(house):
    house.store(3)
    batch = house.prepare()
    house.read_sample(batch)
    return batch


@pytest.mark.parametrize("algorithm", ["ES256", "PS256", "RS256"])
def test_a_token_signs_a_batch(house, token_of, algorithm):
    key = ec.generate_private_key(ec.SECP256R1()) if algorithm == "ES256" else rsa.generate_private_key(65537, 2048)
    _, credential = token_of(key, algorithm)
    batch = house.sign(prepared(house), pin=PIN, credential=credential)
    header, manifest = read_jws(batch.jws)
    assert (header["alg"], manifest["merkleRoot"]) == (algorithm, batch.root.hex())
    assert verification.verify_batch(batch, wiring.facility_anchors()).holds


def test_a_token_that_was_pulled_out_leaves_the_batch_for_later(house, token_of, tmp_path):
    place, credential = token_of(ec.generate_private_key(ec.SECP256R1()), "ES256")
    batch = prepared(house)
    drawer = tmp_path / "drawer"
    place.tokens.rename(drawer)
    place.tokens.mkdir()
    with pytest.raises(Unavailable, match="SIGNING_TOKEN_ABSENT"):
        house.sign(batch, pin=PIN, credential=credential)
    assert queries.get_batch(house.actor(), batch.id).status is BatchStatus.PREPARED
    place.tokens.rmdir()
    drawer.rename(place.tokens)
    assert house.sign(batch, pin=PIN, credential=credential).number == batch.number
