"""Passports that every verifier must accept, among them all oddities that real issuers produced."""

import urllib.parse
import zlib
from datetime import timedelta
from typing import Any

import cbor2

from packages.vaxproof.vectors.generator.case import Case, valid
from packages.vaxproof.vectors.generator.envelope import (
    ALG,
    AT,
    CONTENT_TYPE,
    KID,
    claims,
    covid_test,
    hc1,
    packed,
    recovery,
    sign1,
    vaccination,
)
from packages.vaxproof.vectors.generator.keys import (
    DSC,
    DSC_ENDS_EARLY,
    DSC_FOREIGN,
    DSC_MISTYPED,
    DSC_OTHER,
    DSC_RECOVERY,
    DSC_RSA2048,
    DSC_RSA3072,
    DSC_TEST,
    DSC_VACCINATION,
)


def cases() -> list[Case]:
    """All of them."""
    return [*_kinds(), *_headers(), *_encodings(), *_content(), *_purposes(), *_remarks(), *_edges()]


def _kinds() -> list[Case]:
    return [
        valid("vaccination-es256", "A vaccination, signed with P-256 (CO3, DGC6).", hc1()),
        valid("test-es256", "A negative PCR test (DGC3, DGC7).", hc1(covid_test())),
        valid("recovery-es256", "A recovery (DGC5, CO15).", hc1(recovery())),
        valid("vaccination-ps256", "Signed with RSA-2048, RSA-PSS (CO1).", hc1(key=DSC_RSA2048)),
        valid("test-ps256", "A test, signed with RSA-2048.", hc1(covid_test(), DSC_RSA2048)),
        valid("recovery-ps256", "A recovery, signed with RSA-2048.", hc1(recovery(), DSC_RSA2048)),
        valid("vaccination-ps256-3072", "Signed with RSA-3072 (CO2).", hc1(key=DSC_RSA3072)),
    ]


def _headers() -> list[Case]:
    right, wrong, alg = {KID: DSC.kid}, {KID: DSC_OTHER.kid}, {ALG: -7}
    return [
        valid("kid-protected", "Key id in the protected header alone (CO18).", hc1(protected=alg | right)),
        valid("kid-unprotected", "Key id in the unprotected header alone (CO19).", hc1(protected=alg, unprotected=right)),
        valid("kid-in-both", "The same key id in both headers (CO20).", hc1(protected=alg | right, unprotected=right)),
        valid(
            "kid-protected-wins",
            "Right key id protected, another unprotected: the protected one counts (CO21).",
            hc1(protected=alg | right, unprotected=wrong),
        ),
        valid("alg-unprotected", "Algorithm in the unprotected header.", hc1(protected=right, unprotected=alg)),
        valid("header-order", "Key id before algorithm in the protected header.", hc1(protected=right | alg)),
        valid(
            "protected-empty", "The protected header is an empty string, all is unprotected.",
            hc1(protected=b"", unprotected=alg | right),
        ),
        valid(
            "content-type-header", "A content type beside algorithm and key id.",
            hc1(protected=alg | right | {CONTENT_TYPE: "application/cwt"}),
        ),
        valid(
            "kid-shared", "Two certificates of the list carry this key id; the second one signed.",
            hc1(protected=alg | {KID: bytes.fromhex("5ade0a11da110c0d")}),
        ),
    ]  # fmt: skip


def _encodings() -> list[Case]:
    cose = sign1()
    mangled = urllib.parse.quote(hc1(), safe=":$*+-./")
    return [
        valid("untagged", "COSE without a tag.", hc1(wrap=lambda parts: parts)),
        valid(
            "cwt-and-cose-tags", "Tag 61 around tag 18 (CO28).",
            hc1(wrap=lambda parts: cbor2.CBORTag(61, cbor2.CBORTag(18, parts))),
        ),
        valid("zlib-level-6", "Compressed at the usual level: the stream begins with 78 9C.", packed(zlib.compress(cose, 6))),
        valid("zlib-stored", "A zlib stream that is not compressed inside.", packed(zlib.compress(cose, 0))),
        valid("indefinite-maps", "Maps and lists of indefinite length.", hc1(_indefinite(claims()))),
        valid("white-space-around", "White space around, a line break inside.", f"\n  {hc1()[:90]}\r\n{hc1()[90:]} \n"),
        valid("percent-mangled", "Came through an address bar: special characters are percent-encoded.", mangled),
    ]  # fmt: skip


def _indefinite(value: Any) -> bytes:
    """CBOR in which every map and every list is of indefinite length (RFC 8949 §3.2)."""
    if isinstance(value, dict):
        return b"\xbf" + b"".join(_indefinite(k) + _indefinite(v) for k, v in value.items()) + b"\xff"
    if isinstance(value, list):
        return b"\x9f" + b"".join(_indefinite(item) for item in value) + b"\xff"
    return cbor2.dumps(value)


def _content() -> list[Case]:
    dated = cbor2.CBORTag(0, "2026-03-01")
    times = claims()
    return [
        valid("times-with-fraction", "iat and exp are floating-point numbers.", hc1(claims(iat=times[6] + 0.5, exp=times[4] + 0.5))),
        valid("dates-under-tag-0", "The date of the dose is tagged as a date.", hc1(vaccination(dt=dated))),
        valid("date-with-time", "A time where a date belongs.", hc1(vaccination(dt="2026-03-01T00:00:00Z"))),
        valid("groups-null", "The other two groups are null.", hc1(vaccination() | {"t": None, "r": None})),
        valid("groups-empty", "The other two groups are empty lists.", hc1(vaccination() | {"t": [], "r": []})),
        valid("unknown-members", "Members that the schema does not know.", hc1(vaccination(pid="X1") | {"meta": {"id": "1"}})),
        valid("more-claims", "Claims 2 and 7 beside those of HCERT.", hc1(claims(_2="x", _7=b"y"))),
        valid("without-issuer", "No issuer claim; it is optional.", hc1(claims(iss=None))),
        valid("birth-year-only", "Only the year of birth is known.", hc1(vaccination() | {"dob": "1980"})),
        valid("birth-month-only", "Year and month of birth.", hc1(vaccination() | {"dob": "1980-05"})),
        valid("birth-date-unknown", "The birth date is empty.", hc1(vaccination() | {"dob": ""})),
        valid("one-name", "A person with one name.", hc1(vaccination(names={"fn": "Đức", "fnt": "DUC"})), name="Đức"),
        valid("standardised-names-only", "Only the Latin form is there.", hc1(vaccination(names={"fnt": "DANG", "gnt": "DINH<DUC"})), name="DANG DINH<DUC"),
        valid("version-1-0-0", "Of the first schema.", hc1(vaccination() | {"ver": "1.0.0"})),
        valid("version-1-3-2", "Of a later schema.", hc1(vaccination() | {"ver": "1.3.2"})),
        valid("third-dose", "A booster after two doses: 3/3.", hc1(vaccination(dn=3, sd=3))),
        valid("booster-after-one", "A booster after a single dose: 2/1.", hc1(vaccination(dn=2, sd=1))),
        valid("rapid-test", "A rapid antigen test with the device's number.", hc1(covid_test(tt="LP217198-3", nm=None, ma="1232"))),
    ]  # fmt: skip


def _purposes() -> list[Case]:
    foreign = ("FOREIGN_KEY_USAGE",)
    return [
        valid("purpose-vaccination", "A key for vaccinations signed one (CO13).", hc1(key=DSC_VACCINATION)),
        valid("purpose-test", "A key for tests signed one (CO12).", hc1(covid_test(), DSC_TEST)),
        valid("purpose-recovery", "A key for recoveries signed one (CO14).", hc1(recovery(), DSC_RECOVERY)),
        valid("purpose-mistyped-arc", "The mistyped arc of identifiers that most issuers use.", hc1(key=DSC_MISTYPED)),
        valid("purpose-foreign", "Only purposes outside HCERT are named.", hc1(key=DSC_FOREIGN), remarks=foreign),
    ]


def _remarks() -> list[Case]:
    """Right, but odd: the remark must be there, and nothing but a remark."""
    tomorrow = (AT + timedelta(days=1)).date().isoformat()
    return [
        valid("wrong-triple", "AstraZeneca's vaccine under BioNTech's name.", hc1(vaccination(ma="ORG-100030215")), remarks=("WRONG_TRIPLE",)),
        valid("code-inactive", "A prophylaxis code that was withdrawn.", hc1(vaccination(vp="J07BX03")), remarks=("CODE_INACTIVE",)),
        valid("code-unknown", "A product outside the value sets.", hc1(vaccination(mp="TEST-VACCINE")), remarks=("CODE_UNKNOWN",)),
        valid("doses-ambiguous", "3/2, as before February 2022.", hc1(vaccination(dn=3, sd=2)), remarks=("DOSES_AMBIGUOUS",)),
        valid("identifier-odd", "An identifier with small letters and without check character.", hc1(vaccination(ci="urn:uvci:01:vn:abc")), remarks=("UVCI_NOT_WELL_FORMED",)),
        valid("check-character-wrong", "An identifier whose check character is wrong.", hc1(vaccination(ci="URN:UVCI:01:VN:01001/ABC#A")), remarks=("UVCI_NOT_WELL_FORMED",)),
        valid("outlives-its-key", "Expires after the signer's certificate does.", hc1(key=DSC_ENDS_EARLY), remarks=("OUTSIDE_KEY_VALIDITY",)),
        valid("test-detected", "A positive test is a genuine certificate all the same.", hc1(covid_test(tr="260373001")), remarks=("TEST_DETECTED",)),
        valid("dose-tomorrow", "The dose is dated after the time of checking.", hc1(vaccination(dt=tomorrow)), remarks=("DATED_IN_FUTURE",)),
        valid("sample-tomorrow", "The sample is dated after the time of checking (DGC8).", hc1(covid_test(sc=f"{tomorrow}T08:00:00Z")), remarks=("DATED_IN_FUTURE",)),
    ]  # fmt: skip


def _edges() -> list[Case]:
    now = int(AT.timestamp())
    return [
        valid("expires-this-second", "Checked in the very second of its end.", hc1(claims(exp=now))),
        valid("issued-this-second", "Checked in the very second of its issue.", hc1(claims(iat=now))),
    ]
