"""The lists themselves: old, rolled back, forged, half-written; keys withdrawn; passports revoked."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from packages.vaxproof.vectors.generator import keys as k
from packages.vaxproof.vectors.generator import publications as p
from packages.vaxproof.vectors.generator.case import Case, put, refused, unclear, valid
from packages.vaxproof.vectors.generator.envelope import AT, claims, hc1, identifier, sign1, text, vaccination

SHARED_KEY_ID = "5ade0a11da110c0d"
_SECOND = timedelta(seconds=1)
_GRACE = timedelta(hours=48)
_LISTED = (
    k.DSC, k.DSC_OTHER, k.DSC_FR, k.DSC_RSA2048, k.DSC_RSA3072, k.DSC_P384, k.DSC_EXPIRED, k.DSC_FUTURE,
    k.DSC_ENDS_EARLY, k.DSC_TEST, k.DSC_VACCINATION, k.DSC_RECOVERY, k.DSC_MISTYPED, k.DSC_FOREIGN,
)  # fmt: skip


def entries() -> list[dict[str, Any]]:
    """The usual trust list: every key that the cases need."""
    withdrawn = {"at": "2026-05-20T00:00:00Z", "reason": "KEY_COMPROMISED"}
    shared = p.b64(bytes.fromhex(SHARED_KEY_ID))
    return [
        *map(p.trusted, _LISTED),
        p.trusted(k.CSCA, usage="CSCA"),
        p.trusted(k.DSC_OTHER, kid=shared),
        p.trusted(k.DSC, kid=shared),
        p.trusted(k.DSC_WITHDRAWN, withdrawn=withdrawn | {"unless_logged": False}),
        p.trusted(k.DSC_STOLEN, withdrawn=withdrawn | {"unless_logged": True}),
        p.trusted(k.DSC_NOT_YET, **{"from": "2026-06-01T12:00:01Z"}),
        p.trusted(k.DSC_NO_MORE, until="2026-06-01T11:59:59Z"),
        {"der": p.b64(b"this is no certificate"), "source": "TEST: left out, the others still count"},
    ]


def cases() -> list[Case]:
    """All of them."""
    for publisher in (k.PUBLISHER, k.PUBLISHER_B, k.PUBLISHER_RSA, k.PUBLISHER_EXPIRED):
        put(f"{publisher.name}.der", publisher.der)
    put("trust-list.jws", p.jws(p.trust_list(entries())))
    return [*_publications(), *_rollover(), *_ages(), *_devices(), *_keys(), *_revoked(), *_filtered(), *_list_ages()]


def _signed(name: str, payload: bytes, **how: Any) -> str:
    return put(f"{name}.jws", p.jws(payload, **how))


def _publications() -> list[Case]:
    usual, unreadable = p.trust_list(entries()), "PUBLICATION_UNREADABLE"
    whole = p.jws(usual)
    head, body, signature = whole.split(b".")
    altered = usual.replace(b'"number": 7', b'"number": 8')
    forged = b".".join((head, p.b64url(altered).encode(), signature))
    kid_b = k.PUBLISHER_B.kid.hex()
    invalid, unknown = "PUBLICATION_SIGNATURE_INVALID", "PUBLICATION_SIGNER_UNKNOWN"
    taken = [
        ("cut-in-payload", "Half-written: it ends in the middle of the document.", unreadable, whole[: len(whole) // 2]),
        ("cut-in-signature", "Half-written: the last characters of the signature are missing.", unreadable, whole[:-10]),
        ("cut-before-signature", "Half-written: the signature is missing.", unreadable, head + b"." + body + b"."),
        ("empty", "An empty file.", unreadable, b""),
        ("page", "A page of the web instead of the list.", unreadable, b"<!doctype html><title>404</title>"),
        ("plain", "The document without its signature.", unreadable, usual),
        ("padded", "Base64 with padding, which RFC 7515 forbids.", unreadable, whole + b"=="),
        ("crit", "A critical header.", unreadable, p.jws(usual, crit=["exp"])),
        ("alg-none", "The algorithm is none.", unreadable, p.jws(usual, alg="none")),
        ("alg-hs256", "A MAC instead of a signature.", unreadable, p.jws(usual, alg="HS256")),
        ("alg-differs", "PS256 with a P-256 key.", invalid, p.jws(usual, alg="PS256")),
        ("altered", "The number was raised after signing.", invalid, forged),
        ("other-key", "Signed by another key under the key id of the publisher.", invalid, p.jws(usual, signer=k.PUBLISHER_B)),
        ("by-another", "Signed by a publisher who is not pinned.", unknown, p.jws(usual, k.PUBLISHER_B)),
        ("kid-of-another", "The publisher's signature under another's key id.", unknown, p.jws(usual, kid=kid_b)),
        ("typ-differs", "The header names another format than the document.", "PUBLICATION_UNEXPECTED", p.jws(usual, typ="vaxproof-rules+json")),
        ("format-unknown", "A document of a format that does not exist.", "PUBLICATION_UNEXPECTED", p.jws(p.document("weather", number=1))),
        ("version-2", "A trust list of a later version.", "TRUST_LIST_INVALID", p.jws(p.trust_list(entries(), version=2))),
        ("certificates-missing", "A trust list without its entries.", "TRUST_LIST_INVALID", p.jws(p.document("trust-list", number=7))),
        ("certificates-map", "The entries are not a list.", "TRUST_LIST_INVALID", p.jws(p.document("trust-list", number=7, certificates={}))),
        ("time-missing", "A trust list that does not say when the next one comes.", "TRUST_LIST_INVALID", p.jws(p.trust_list([], next_at=None))),
        ("nested-too-deep", "A member with one list too many inside each other: 513 levels.", unreadable, p.jws(_nested(513))),
        ("time-without-offset", "A time without an offset.", "TRUST_LIST_INVALID", p.jws(p.trust_list([], made_at="2026-06-01T00:00:00"))),
    ]  # fmt: skip
    found = [
        unclear(f"trust-list-{name}", about, code, hc1(), take=(put(f"trust-list-{name}.jws", data),))
        for name, about, code, data in taken
    ]
    broken = p.jws(p.revocation_list(entries=[]))
    kinds = p.jws(p.revocation_list(entries={"NAME": []}))
    short = p.jws(p.revocation_list(entries={"UCI": [p.b64(b"short")]}))
    return [
        *found,
        unclear("revocation-list-map-missing", "A revocation list whose entries are no map.", "REVOCATION_LIST_INVALID", hc1(), take=("trust-list.jws", put("revocation-list-map-missing.jws", broken))),
        unclear("revocation-list-kind-unknown", "A revocation list with a kind of hash that does not exist.", "REVOCATION_LIST_INVALID", hc1(), take=("trust-list.jws", put("revocation-list-kind-unknown.jws", kinds))),
        unclear("revocation-list-hash-short", "A revocation list with a hash of five bytes.", "REVOCATION_LIST_INVALID", hc1(), take=("trust-list.jws", put("revocation-list-hash-short.jws", short))),
        unclear("revocation-filter-cut", "A filter that is shorter than it says.", "REVOCATION_LIST_INVALID", hc1(), take=("trust-list.jws", _signed("revocation-filter-cut", p.revocation_filter([], filter=p.b64(p.bloom([bytes(16)], 1e-9)[:-3]))))),
        unclear("pin-unreadable", "The pin that the verifier was given is no certificate.", "CERTIFICATE_UNREADABLE", hc1(), pins=(put("not-a-certificate.der", b"this is no certificate"),)),
        valid("trust-list-nested", "A member that nobody knows is nested as deep as is allowed: 512 levels.", hc1(), take=(_signed("trust-list-nested", _nested(512)),)),
        valid("list-of-rsa-publisher", "A trust list signed with PS256.", hc1(), pins=("publisher-rsa.der",), take=(_signed("trust-list-by-rsa", usual, by=k.PUBLISHER_RSA),)),
    ]  # fmt: skip


def _nested(levels: int) -> bytes:
    """The usual trust list with a further member; the document itself is the first level."""
    inside = b"[" * (levels - 1) + b"]" * (levels - 1)
    return p.trust_list(entries(), further="inside").replace(b'"inside"', inside)


def _rollover() -> list[Case]:
    usual = p.trust_list(entries())
    by_b = _signed("trust-list-by-b", usual, by=k.PUBLISHER_B)
    both = _signed("index-names-b", p.index(publishers=(k.PUBLISHER, k.PUBLISHER_B)))
    alone = _signed("index", p.index())
    older = _signed("trust-list-number-6", p.trust_list(entries(), number=6))
    expired = _signed("trust-list-by-expired", usual, by=k.PUBLISHER_EXPIRED)
    numbers = {"vaxproof-trust-list": 8}
    return [
        valid("rollover", "The signed index names a second publisher, who signed the trust list.", hc1(), take=(both, by_b)),
        unclear("rollover-not-announced", "The index does not name the second publisher.", "PUBLICATION_SIGNER_UNKNOWN", hc1(), take=(alone, by_b)),
        valid("two-pins", "Both publishers are pinned.", hc1(), pins=("publisher-a.der", "publisher-b.der"), take=(by_b,)),
        unclear("no-pins", "No publisher is pinned.", "PUBLICATION_SIGNER_UNKNOWN", hc1(), pins=()),
        unclear("publisher-expired", "The publisher's certificate has ended.", "PUBLICATION_SIGNER_EXPIRED", hc1(), pins=("publisher-expired.der",), take=(expired,)),
        unclear("rolled-back", "The list before the one that was taken.", "PUBLICATION_ROLLED_BACK", hc1(), take=("trust-list.jws", older)),
        unclear("rolled-back-known", "A lower number than the device remembers.", "PUBLICATION_ROLLED_BACK", hc1(), numbers=numbers),
        valid("same-number", "The same list again.", hc1(), take=("trust-list.jws", "trust-list.jws")),
        valid("newer-number", "The next list after the one before.", hc1(), take=(older, "trust-list.jws")),
        valid("numbers-by-format", "Numbers of other formats do not count.", hc1(), numbers={"vaxproof-rules": 99}),
    ]  # fmt: skip


def _ages() -> list[Case]:
    def made(name: str, due: Any, **head: Any) -> str:
        return _signed(name, p.trust_list(entries(), due=due, **head))

    edge = made("trust-list-at-its-limit", AT - _GRACE, made=AT - 3 * _GRACE)
    old = made("trust-list-expired", AT - _GRACE - _SECOND, made=AT - 3 * _GRACE)
    early = made("trust-list-made-later", AT + _GRACE, made=AT + _SECOND)
    return [
        valid("trust-list-at-its-limit", "48 hours after the next list was due, to the second.", hc1(), take=(edge,)),
        unclear("trust-list-expired", "48 hours and a second after the next list was due.", "TRUST_LIST_EXPIRED", hc1(), take=(old,)),
        refused("trust-list-expired-yet-forged", "A wrong signature stays wrong, however old the list.", "SIGNATURE_INVALID", hc1(signature=bytes(64)), take=(old,)),
        valid("trust-list-grace-longer", "The verifier allows a week.", hc1(), take=(old,), policy={"list_grace_hours": 168}),
        unclear("trust-list-made-later", "The clock is before the time at which the list was made.", "TRUST_LIST_NOT_YET_VALID", hc1(), take=(early,)),
        valid("trust-list-made-later-unguarded", "An earlier time is asked for on purpose.", hc1(), take=(early,), policy={"guard_clock": False}),
        unclear("trust-list-missing", "No list at all.", "TRUST_LIST_MISSING", hc1(), take=()),
        unclear("trust-list-without-entries", "A list of nobody.", "TRUST_LIST_MISSING", hc1(), take=(_signed("trust-list-of-nobody", p.trust_list([])),)),
    ]  # fmt: skip


def _devices() -> list[Case]:
    five, needed = timedelta(minutes=5), {"revocations_needed": True}
    return [
        unclear("clock-turned-back", "The clock is more than five minutes before a time that was seen.", "CLOCK_TURNED_BACK", hc1(), last_seen=AT + five + _SECOND),
        valid("clock-a-little-back", "Five minutes are not held against a clock.", hc1(), last_seen=AT + five),
        valid("clock-set-right", "A later edition than the known one shows that the later time was the wrong one.", hc1(), last_seen=AT + 900 * five, numbers={"vaxproof-trust-list": 6}),
        unclear("revocation-list-missing", "The verifier wants a revocation list and has none.", "REVOCATION_LIST_MISSING", hc1(), policy=needed),
    ]  # fmt: skip


def _keys() -> list[Case]:
    return [
        refused("key-withdrawn", "The key was withdrawn, with all that it signed.", "KEY_WITHDRAWN", hc1(key=k.DSC_WITHDRAWN)),
        unclear("key-withdrawn-unless-logged", "The key was stolen: the log must tell, and was not asked.", "LOG_PROOF_NEEDED", hc1(key=k.DSC_STOLEN)),
        refused("key-accepted-later", "The key is accepted from the next second.", "PUBLIC_KEY_NOT_YET_VALID", hc1(key=k.DSC_NOT_YET)),
        refused("key-accepted-no-more", "The key was accepted until the last second.", "PUBLIC_KEY_EXPIRED", hc1(key=k.DSC_NO_MORE)),
        unclear("csca-is-no-signer", "Signed by the root itself, which the list has as a root only.", "KEY_NOT_IN_TRUST_LIST", hc1(key=k.CSCA)),
    ]  # fmt: skip


def _passport(number: int, key: k.Identity = k.DSC) -> tuple[str, str, bytes]:
    """Text, identifier and signature of a passport of its own."""
    ci = identifier(number)
    cose = sign1(vaccination(ci=ci), key)
    size = 256 if key.alg == -37 else 64
    return text(cose), ci, cose[-size:]


def _revoked() -> list[Case]:
    code, rsa = "REVOKED", k.DSC_RSA2048
    by_uci, by_country, by_signature, by_r = map(_passport, (11, 12, 13, 14))
    by_rsa = _passport(15, rsa)
    exact = _signed(
        "revocation-list",
        p.revocation_list(
            UCI=[p.truncated(by_uci[1].encode())],
            COUNTRYCODEUCI=[p.truncated(b"VN" + by_country[1].encode())],
            SIGNATURE=[p.truncated(by_signature[2]), p.truncated(by_r[2][:32]), p.truncated(by_rsa[2])],
        ),
    )
    both: dict[str, Any] = {"take": ("trust-list.jws", exact)}
    fr = hc1(claims(vaccination(co="FR"), iss="FR"), k.DSC_FR)
    return [
        refused("revoked-by-identifier", "Revoked by the hash of its identifier (UCI).", code, by_uci[0], **both),
        refused("revoked-by-country-and-identifier", "Revoked by country and identifier (COUNTRYCODEUCI).", code, by_country[0], **both),
        refused("revoked-by-signature", "Revoked by the whole signature (SIGNATURE, as the documents say).", code, by_signature[0], **both),
        refused("revoked-by-r", "Revoked by the first half of the signature (SIGNATURE, as the EU's app does).", code, by_r[0], **both),
        refused("revoked-by-signature-rsa", "An RSA signature is hashed whole.", code, by_rsa[0], **both),
        valid("not-revoked", "A list is there and does not name it.", hc1(), **both),
        valid("revocations-not-covered", "The list holds Vietnam's revocations alone, the passport is French.", fr, remarks=("REVOCATIONS_NOT_COVERED",), **both),
        refused("revoked-and-altered", "A wrong signature comes before a revocation.", "SIGNATURE_INVALID", hc1(vaccination(ci=by_uci[1]), signature=bytes(range(64))), **both),
    ]  # fmt: skip


def _filtered() -> list[Case]:
    in_filter, in_both, by_r = _passport(21), _passport(22), _passport(23)
    hashes = [
        p.truncated(in_filter[1].encode()),
        p.truncated(in_both[1].encode()),
        p.truncated(by_r[2][:32]),
        *_fillers(200),
    ]
    compact = _signed("revocation-filter", p.revocation_filter(hashes))
    exact = _signed("revocation-list-for-filter", p.revocation_list(UCI=[p.truncated(in_both[1].encode())]))
    alone, both = ("trust-list.jws", compact), ("trust-list.jws", compact, exact)
    needed = {"revocations_needed": True}
    return [
        unclear("filter-hit", "The filter alone knows it: it may be revoked, or one in a thousand million.", "POSSIBLY_REVOKED", in_filter[0], take=alone),
        unclear("filter-hit-by-r", "The filter holds the first half of its signature.", "POSSIBLY_REVOKED", by_r[0], take=alone),
        valid("filter-hit-not-on-list", "The filter knows it, the exact list does not: the list decides.", in_filter[0], take=both),
        refused("filter-hit-on-list", "Filter and exact list know it.", "REVOKED", in_both[0], take=both),
        valid("filter-miss", "The filter does not know it: it is not revoked.", hc1(), take=alone),
        valid("filter-is-enough", "A verifier that wants revocations has the filter.", hc1(), take=alone, policy=needed),
    ]  # fmt: skip


def _fillers(count: int) -> Iterable[bytes]:
    return (p.truncated(f"filler {number}".encode()) for number in range(count))


def _list_ages() -> list[Case]:
    past, later = AT - _GRACE - _SECOND, AT + _SECOND
    old = _signed("revocation-list-expired", p.revocation_list(made=past - _GRACE, due=past, UCI=[]))
    early = _signed("revocation-list-made-later", p.revocation_list(made=later, due=later + _GRACE, UCI=[]))
    old_filter = _signed("revocation-filter-expired", p.revocation_filter([bytes(16)], made=past - _GRACE, due=past))
    return [
        unclear("revocation-list-expired", "48 hours and a second after the next revocation list was due.", "REVOCATION_LIST_EXPIRED", hc1(), take=("trust-list.jws", old)),
        unclear("revocation-list-made-later", "The clock is before the time at which the revocation list was made.", "REVOCATION_LIST_NOT_YET_VALID", hc1(), take=("trust-list.jws", early)),
        unclear("revocation-filter-expired", "The filter is as old as a list may not be.", "REVOCATION_LIST_EXPIRED", hc1(), take=("trust-list.jws", old_filter)),
    ]  # fmt: skip
