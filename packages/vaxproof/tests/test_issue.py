"""Record to HC1, strictly."""

import json
import unicodedata
from datetime import UTC, date, datetime, timedelta

import cbor2
import jsonschema
import pytest
from vaxproof import Algorithm, Code, ProofError, issue, valuesets
from vaxproof.envelope import base45, cose, deflate

ISSUED = datetime(2026, 1, 1, tzinfo=UTC)
EXPIRES = ISSUED + timedelta(days=365)
KEY_ID = bytes(range(8))


def prepared(vaccination, **changes):
    return issue.prepare(vaccination(**changes), ISSUED, EXPIRES, KEY_ID, Algorithm.ES256)


def refusal(vaccination, **changes):
    with pytest.raises(ProofError) as refused:
        prepared(vaccination, **changes)
    return refused.value.code


def dcc_of(vaccination, **changes):
    return cbor2.loads(prepared(vaccination, **changes).payload_cbor)[-260][1]


def test_the_payload_is_what_a_cbor_library_would_write(vaccination):
    payload = prepared(vaccination).payload_cbor
    claims = cbor2.loads(payload)

    assert cbor2.dumps(claims) == payload
    assert list(claims) == [1, 4, 6, -260]
    assert (claims[1], claims[6], claims[4]) == ("VN", int(ISSUED.timestamp()), int(EXPIRES.timestamp()))
    assert type(claims[4]) is type(claims[6]) is int
    assert claims[-260][1] == {
        "v": [
            {
                "tg": "840539006",
                "vp": "29061000087103",
                "mp": "EU/1/21/1529",
                "ma": "ORG-100001699",
                "dn": 2,
                "sd": 2,
                "dt": "2021-10-01",
                "co": "VN",
                "is": "Bộ Y tế",
                "ci": "URN:UVCI:01:VN:01001/ABCDEF0123456789ABCD#O",
            }
        ],
        "dob": "1980-05-01",
        "nam": {"fn": "Đặng", "fnt": "DANG", "gn": "Đình Đức", "gnt": "DINH<DUC"},
        "ver": "1.3.0",
    }


@pytest.mark.vectors
def test_every_licensed_product_follows_the_published_schema(vaccination, vectors):
    schema = json.loads((vectors / "schema" / "DCC.combined-schema-1.3.3.json").read_text("utf-8"))
    for product in valuesets.LICENSED_IN_VIETNAM:
        size = product.primary_doses
        jsonschema.validate(dcc_of(vaccination, product_code=product.mp, dose_number=size, series_size=size), schema)


def test_the_same_record_gives_the_same_bytes(vaccination):
    assert prepared(vaccination) == prepared(vaccination)
    decomposed = unicodedata.normalize("NFD", "Đình Đức")
    assert prepared(vaccination, given_name=decomposed) == prepared(vaccination)


def test_the_chain_step_by_step(vaccination, office, now):
    prepared = issue.prepare(vaccination(), now, now + timedelta(days=1), office.signer.key_id, Algorithm.ES256)
    sign1 = issue.finish(prepared, office.signer.sign(prepared.to_be_signed))
    text = issue.to_hc1(sign1)

    compressed = base45.decode(text.removeprefix("HC1:"))
    assert compressed[:2] == b"\x78\xda"
    assert deflate.inflate(compressed) == sign1
    assert sign1[0] == 0xD2
    tagged = cbor2.loads(sign1)
    assert tagged.tag == 18
    assert cbor2.loads(tagged.value[0]) == {1: -7, 4: office.signer.key_id}
    assert not tagged.value[1]


def test_protected_header_of_ps256():
    assert cbor2.loads(cose.encode_protected(Algorithm.PS256, KEY_ID)) == {1: -37, 4: KEY_ID}


def test_batches_are_the_single_texts(vaccination, rsa_office, now):
    """RSA-PSS is salted, so what was signed is compared, not the text."""
    records = [vaccination(), vaccination(given_name="Lan")]
    texts = issue.issue_many(records, rsa_office.signer, now, now + timedelta(days=1))
    single = [issue.issue(record, rsa_office.signer, now, now + timedelta(days=1)) for record in records]
    read = [[cose.decode(deflate.inflate(base45.decode(t[4:]))).payload for t in some] for some in (texts, single)]
    assert read[0] == read[1]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"product_code": "Unknown"}, Code.PRODUCT_UNKNOWN),
        ({"product_code": "Inactivated-SARS-CoV-2-Vero-Cell"}, Code.PRODUCT_UNKNOWN),
        ({"holder_code": "ORG-100030215"}, Code.PRODUCT_TRIPLE_ILLEGAL),
        ({"prophylaxis_code": "J07BX03"}, Code.PRODUCT_TRIPLE_ILLEGAL),
        ({"prophylaxis_code": "1119349007"}, Code.PRODUCT_TRIPLE_ILLEGAL),
        ({"dose_number": 0}, Code.DOSE_NUMBERS_ILLEGAL),
        ({"series_size": 0}, Code.DOSE_NUMBERS_ILLEGAL),
        ({"dose_number": 3}, Code.DOSE_NUMBERS_ILLEGAL),  # 3/2 was the old way
        ({"dose_number": 10, "series_size": 10}, Code.DOSE_NUMBERS_ILLEGAL),
        ({"family_name": "", "given_name": ""}, Code.NAME_MISSING),
        ({"family_name": " "}, Code.NAME_MISSING),
        ({"given_name": "A" * 81}, Code.NAME_TOO_LONG),
        ({"given_name": "😀"}, Code.NAME_NOT_TRANSLITERABLE),
        ({"given_name": "An\x00"}, Code.NAME_NOT_TRANSLITERABLE),
        ({"birth_date": ""}, Code.BIRTH_DATE_ILLEGAL),
        ({"birth_date": "01/05/1980"}, Code.BIRTH_DATE_ILLEGAL),
        ({"birth_date": "1980-02-30"}, Code.BIRTH_DATE_ILLEGAL),
        ({"birth_date": "1880"}, Code.BIRTH_DATE_ILLEGAL),
        ({"birth_date": "1980-13"}, Code.BIRTH_DATE_ILLEGAL),
        ({"birth_date": "2021-10-02"}, Code.BIRTH_DATE_ILLEGAL),
        ({"given_on": date(2026, 1, 3)}, Code.DOSE_DATE_ILLEGAL),
        ({"country": "vn"}, Code.COUNTRY_ILLEGAL),
        ({"issuer_name": " "}, Code.ISSUER_NAME_ILLEGAL),
        ({"issuer_name": "A" * 81}, Code.ISSUER_NAME_ILLEGAL),
        ({"uvci": "URN:UVCI:01:VN:01001/ABCDEF0123456789ABCD#P"}, Code.UVCI_ILLEGAL),
        ({"uvci": "URN:UVCI:01:LA:01001/ABC"}, Code.UVCI_ILLEGAL),
        ({"uvci": "urn:uvci:01:vn:abc"}, Code.UVCI_ILLEGAL),
    ],
)
def test_one_thing_wrong_one_refusal(vaccination, changes, code):
    assert refusal(vaccination, **changes) is code


@pytest.mark.parametrize(
    "changes",
    [
        {"birth_date": "1980"},
        {"birth_date": "1980-05"},
        {"birth_date": "2021"},
        {"given_name": ""},
        {"dose_number": 1, "series_size": 2},
        {"dose_number": 3, "series_size": 3},
        {"dose_number": 2, "series_size": 1, "product_code": "EU/1/20/1525"},
        {"prophylaxis_code": "28531000087107", "holder_code": "ORG-100001699"},
        {"given_on": date(2026, 1, 2)},
    ],
)
def test_right_records_pass(vaccination, changes):
    assert prepared(vaccination, **changes)


@pytest.mark.parametrize(
    ("issued", "expires"),
    [
        (ISSUED, ISSUED),
        (ISSUED, ISSUED - timedelta(days=1)),
        (ISSUED, ISSUED + timedelta(days=367)),
        (ISSUED.replace(tzinfo=None), EXPIRES),
        (ISSUED, EXPIRES.replace(tzinfo=None)),
    ],
)
def test_validity_is_up_to_twelve_months(vaccination, issued, expires):
    with pytest.raises(ProofError) as refused:
        issue.prepare(vaccination(), issued, expires, KEY_ID, Algorithm.ES256)
    assert refused.value.code is Code.VALIDITY_ILLEGAL


@pytest.mark.parametrize("key_id", [b"", b"1234567", b"123456789"])
def test_key_ids_have_eight_bytes(vaccination, key_id):
    with pytest.raises(ProofError) as refused:
        issue.prepare(vaccination(), ISSUED, EXPIRES, key_id, Algorithm.ES256)
    assert refused.value.code is Code.KEY_ID_ILLEGAL


@pytest.mark.parametrize(
    ("algorithm", "size", "legal"),
    [
        (Algorithm.ES256, 64, True),
        (Algorithm.ES256, 63, False),
        (Algorithm.ES256, 71, False),  # DER by mistake
        (Algorithm.ES256, 256, False),
        (Algorithm.PS256, 256, True),
        (Algorithm.PS256, 384, True),
        (Algorithm.PS256, 64, False),
    ],
)
def test_signatures_have_the_length_of_their_algorithm(vaccination, algorithm, size, legal):
    prepared = issue.prepare(vaccination(), ISSUED, EXPIRES, KEY_ID, algorithm)
    if legal:
        assert issue.finish(prepared, bytes(size))
        return
    with pytest.raises(ProofError) as refused:
        issue.finish(prepared, bytes(size))
    assert refused.value.code is Code.SIGNATURE_LENGTH_ILLEGAL


def test_a_refusal_says_nothing_about_the_person(vaccination):
    with pytest.raises(ProofError) as refused:
        prepared(vaccination, given_name="Bí Mật 😀" * 20)
    assert "Bí" not in str(refused.value)


def test_expiry_is_twelve_months_or_the_end_of_the_certificate():
    far = datetime(2030, 1, 1, tzinfo=UTC)
    assert issue.expiry(ISSUED, far) == datetime(2027, 1, 1, tzinfo=UTC)
    assert issue.expiry(datetime(2028, 2, 29, tzinfo=UTC), far) == datetime(2029, 2, 28, tzinfo=UTC)
    near = datetime(2026, 3, 1, tzinfo=UTC)
    assert issue.expiry(ISSUED, near) == near
