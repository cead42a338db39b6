"""Texts that are damaged or made wrongly, from the prefix down to the COSE message."""

import zlib

import cbor2

from packages.vaxproof.vectors.generator.case import Case, refused, unclear
from packages.vaxproof.vectors.generator.envelope import claims, hc1, packed, sign1, text

_INFLATED_LIMIT = 5_120


def cases() -> list[Case]:
    """All of them."""
    return [*_prefix(), *_base45(), *_zlib(), *_cose(), *_cwt()]


def _prefix() -> list[Case]:
    right, code = hc1(), "INVALID_SCHEME_PREFIX"
    return [
        refused("prefix-hl0", "Another context: HL0: (H1).", code, "HL0:" + right[4:]),
        unclear("prefix-hc2", "A later version: HC2: (H2).", "UNSUPPORTED_SCHEME_VERSION", "HC2:" + right[4:]),
        unclear("prefix-hca", "A later version: HCA:.", "UNSUPPORTED_SCHEME_VERSION", "HCA:" + right[4:]),
        refused("prefix-missing", "No prefix at all (H3).", code, right[4:]),
        refused("prefix-lower-case", "hc1: is not HC1:.", code, "hc1:" + right[4:]),
        refused("prefix-without-colon", "HC1 without its colon.", code, "HC1" + right[4:]),
        refused("text-empty", "Nothing.", code, ""),
        refused("text-address", "An ordinary address on the web.", code, "https://example.com/"),
        refused("text-too-long", "Longer than any QR code, before anything is decoded.", "TEXT_TOO_LONG", "HC1:" + "0" * 8_189),
        refused("body-too-long", "More base45 than a QR code holds.", "TEXT_TOO_LONG", "HC1:" + "0" * 4_299),
    ]  # fmt: skip


def _base45() -> list[Case]:
    code, body = "BASE_45_DECODING_FAILED", hc1()[4:]
    whole = body[: len(body) // 3 * 3]
    return [
        refused("base45-foreign-character", "A character outside the alphabet (B1).", code, f"HC1:{body[:30]}!{body[31:]}"),
        refused("base45-lower-case", "The text in small letters.", code, "HC1:" + body.lower()),
        refused("base45-group-too-large", "Three characters that stand for more than two bytes.", code, "HC1::::" + whole[3:]),
        refused("base45-pair-too-large", "Two last characters that stand for more than one byte.", code, f"HC1:{whole}::"),
        refused("base45-lone-character", "One character is left over at the end.", code, f"HC1:{whole}0"),
        refused("base45-letter-like", "A Vietnamese letter that looks like a Latin one.", code, f"HC1:{body[:30]}Đ{body[31:]}"),
    ]  # fmt: skip


def _zlib() -> list[Case]:
    cose, code = sign1(), "DECOMPRESSION_FAILED"
    stream = zlib.compress(cose, 9)
    damaged = stream[:-5] + bytes([stream[-5] ^ 0xFF]) + stream[-4:]
    return [
        refused("zlib-broken", "The compressed stream is broken (Z1).", code, packed(stream[:2] + b"\xff" * 60)),
        refused("zlib-missing", "Not compressed (Z2).", code, packed(cose)),
        refused("zlib-cut-short", "The end of the stream is missing.", code, packed(stream[:-9])),
        refused("zlib-checksum", "A byte before the checksum is altered.", code, packed(damaged)),
        refused("zlib-followed", "Other bytes follow the stream.", code, packed(stream + b"\0")),
        refused("zlib-raw", "Deflate without the zlib header and checksum.", code, packed(stream[2:-4])),
        refused("zlib-bomb", "Unpacks to five megabytes.", "DECOMPRESSED_TOO_LARGE", packed(zlib.compress(bytes(5_000_000), 9)[:2_000])),
        refused("zlib-over-limit", "Unpacks to one byte above the limit.", "DECOMPRESSED_TOO_LARGE", packed(zlib.compress(bytes(_INFLATED_LIMIT + 1), 9))),
    ]  # fmt: skip


def _cose() -> list[Case]:
    code = "COSE_DESERIALIZATION_FAILED"
    tagged = cbor2.CBORTag
    return [
        refused("cbor-broken", "No CBOR at all (CBO1).", code, text(b"\xff\xff\xff")),
        refused("cbor-cut-short", "The end of the CBOR is missing.", code, text(sign1()[:-3])),
        refused("cbor-followed", "Other bytes follow the CBOR.", code, text(sign1() + b"\0")),
        refused("cbor-text", "A text instead of a COSE message.", code, text(cbor2.dumps("HC1"))),
        refused("cbor-deep", "Lists within lists, a thousand deep.", code, text(b"\x81" * 1_000 + b"\0")),
        refused("cose-map", "A map instead of the four parts.", code, hc1(wrap=lambda parts: {1: parts})),
        refused("cose-three-parts", "The signature is missing.", code, hc1(wrap=lambda parts: tagged(18, parts[:3]))),
        refused("cose-five-parts", "A fifth part.", code, hc1(wrap=lambda parts: tagged(18, [*parts, b""]))),
        refused("cose-tag-98", "The tag of COSE_Sign, with many signers.", code, hc1(wrap=lambda parts: tagged(98, parts))),
        refused("cose-tag-17", "The tag of COSE_Mac0.", code, hc1(wrap=lambda parts: tagged(17, parts))),
        refused("cose-tag-61-alone", "The CWT tag without a COSE tag inside.", code, hc1(wrap=lambda parts: tagged(61, parts))),
        refused("cose-tags-nested", "Tag 18 around tag 18.", code, hc1(wrap=lambda parts: tagged(18, tagged(18, parts)))),
        refused("cose-tags-reversed", "Tag 18 around tag 61.", code, hc1(wrap=lambda parts: tagged(18, tagged(61, parts)))),
        refused("cose-tags-61-61", "Tag 61 around tag 61 around tag 18.", code, hc1(wrap=lambda parts: tagged(61, tagged(61, tagged(18, parts))))),
        refused("cose-payload-detached", "The payload is not inside.", code, hc1(wrap=lambda p: tagged(18, [p[0], p[1], None, p[3]]))),
        refused("cose-protected-map", "The protected header is a map, not bytes.", code, hc1(wrap=lambda p: tagged(18, [cbor2.loads(p[0]), *p[1:]]))),
        refused("cose-protected-list", "The protected header holds a list.", code, hc1(protected=cbor2.dumps([1, -7]))),
        refused("cose-unprotected-list", "The unprotected header is a list.", code, hc1(wrap=lambda p: tagged(18, [p[0], [], *p[2:]]))),
        refused("cose-signature-text", "The signature is a text.", code, hc1(wrap=lambda p: tagged(18, [*p[:3], "signature"]))),
        refused("cose-header-twice", "The protected header names the algorithm twice.", code, hc1(protected=b"\xa2\x01\x26\x01\x26")),
    ]  # fmt: skip


def _cwt() -> list[Case]:
    code, broken = "CWT_DESERIALIZATION_FAILED", "CBOR_DESERIALIZATION_FAILED"
    doubled = b"\xa5" + cbor2.dumps(claims())[1:] + b"\x06\x00"
    return [
        refused("payload-no-cbor", "Rightly signed, but the payload is no CBOR.", broken, hc1(b"\xff")),
        refused("payload-followed", "Rightly signed, but other bytes follow the claims.", broken, hc1(cbor2.dumps(claims()) + b"\0")),
        refused("payload-claim-twice", "Rightly signed, but a claim is there twice.", broken, hc1(doubled)),
        refused("payload-big-number", "Rightly signed, but a time is a big number of any size.", broken, hc1(cbor2.dumps(claims() | {6: 1 << 70}))),
        refused("payload-list", "Rightly signed, but a list (CBO2).", code, hc1(cbor2.dumps([1, 2, 3]))),
        refused("iat-missing", "No time of issue.", code, hc1(claims(iat=None))),
        refused("exp-missing", "No end.", code, hc1(claims(exp=None))),
        refused("exp-text", "The end is a text.", code, hc1(claims(exp="2027-01-01"))),
        refused("exp-nan", "The end is not a number.", code, hc1(claims(exp=float("nan")))),
        refused("exp-infinite", "The end is infinite.", code, hc1(claims(exp=float("inf")))),
        refused("exp-after-9999", "The end lies beyond the calendar.", code, hc1(claims(exp=253_402_300_800))),
        refused("iat-negative", "Issued before 1970.", code, hc1(claims(iat=-1))),
        refused("iat-true", "The time of issue is a yes.", code, hc1(claims(iat=True))),
        refused("iss-number", "The issuer is a number.", code, hc1(claims(iss=84))),
        refused("hcert-missing", "No certificate in the claims.", code, hc1(cbor2.dumps({k: v for k, v in claims().items() if k != -260}))),
        refused("hcert-under-2", "The certificate lies under 2 instead of 1.", code, hc1(cbor2.dumps(claims() | {-260: {2: {}}}))),
    ]  # fmt: skip
