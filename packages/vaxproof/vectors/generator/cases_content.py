"""Rightly signed, but the time, the content or the purpose is wrong."""

from datetime import timedelta

from packages.vaxproof.vectors.generator.case import Case, refused
from packages.vaxproof.vectors.generator.envelope import AT, claims, covid_test, hc1, recovery, vaccination
from packages.vaxproof.vectors.generator.keys import (
    DSC_EXPIRED,
    DSC_FOREIGN,
    DSC_FUTURE,
    DSC_MISTYPED,
    DSC_RECOVERY,
    DSC_TEST,
    DSC_VACCINATION,
)


def cases() -> list[Case]:
    """All of them."""
    return [*_times(), *_schema(), *_names(), *_purposes()]


def _times() -> list[Case]:
    now = int(AT.timestamp())
    return [
        refused("expired-by-a-second", "Expired one second ago (CO17).", "CWT_EXPIRED", hc1(claims(exp=now - 1))),
        refused("expired-by-a-fraction", "Expired half a second ago.", "CWT_EXPIRED", hc1(claims(exp=now - 0.5))),
        refused("expired-long-ago", "Expired in 1970.", "CWT_EXPIRED", hc1(claims(iat=0, exp=1))),
        refused("issued-in-a-second", "Issued one second in the future (CO16).", "CWT_NOT_YET_VALID", hc1(claims(iat=now + 1))),
        refused("issued-next-year", "Issued next year.", "CWT_NOT_YET_VALID", hc1(claims(iat=now + 31_536_000, exp=now + 40_000_000))),
        refused("key-expired", "The signer's certificate has ended.", "PUBLIC_KEY_EXPIRED", hc1(key=DSC_EXPIRED)),
        refused("key-not-yet-valid", "The signer's certificate has not begun.", "PUBLIC_KEY_NOT_YET_VALID", hc1(key=DSC_FUTURE)),
    ]  # fmt: skip


def _schema() -> list[Case]:
    v = vaccination
    tomorrow = (AT + timedelta(days=1)).date().isoformat()
    wrong = [
        ("no-group", "Neither vaccination nor test nor recovery (DGC1).", {k: x for k, x in v().items() if k != "v"}),
        ("two-entries", "Two vaccinations in one certificate (DGC2).", v() | {"v": v()["v"] * 2}),
        ("two-groups", "A vaccination and a test in one certificate (DGC2).", v() | {"t": covid_test()["t"]}),
        ("group-empty", "An empty list of vaccinations.", v() | {"v": []}),
        ("group-map", "The vaccination is not in a list.", v() | {"v": v()["v"][0]}),
        ("entry-text", "The entry is a text.", v() | {"v": ["vaccinated"]}),
        ("version-missing", "No version of the schema.", {k: x for k, x in v().items() if k != "ver"}),
        ("version-two-parts", "A version of two numbers.", v() | {"ver": "1.3"}),
        ("birth-date-missing", "No birth date.", {k: x for k, x in v().items() if k != "dob"}),
        ("birth-date-form", "The birth date in the wrong order.", v() | {"dob": "01-05-1980"}),
        ("birth-date-1800", "Born in the nineteenth century.", v() | {"dob": "1880-05-01"}),
        ("birth-date-tomorrow", "Born tomorrow.", v() | {"dob": tomorrow}),
        ("doses-zero", "Dose number 0.", v(dn=0)),
        ("doses-text", "The dose number is a text.", v(dn="2")),
        ("doses-missing", "No size of the series.", v(sd=None)),
        ("doses-fraction", "Dose number 1.5.", v(dn=1.5)),
        ("identifier-missing", "No identifier.", v() | {"v": [{k: x for k, x in v()["v"][0].items() if k != "ci"}]}),
        ("identifier-long", "An identifier of 81 characters.", v(ci="U" * 81)),
        ("country-empty", "An empty country.", v(co="")),
        ("country-lower-case", "The country in small letters.", v(co="vn")),
        ("issuer-long", "An issuer's name of 81 characters.", v(**{"is": "B" * 81})),
        ("date-missing", "No date of the dose.", v(dt=None)),
        ("date-number", "The date of the dose is a number.", v(dt=20260301)),
        ("product-missing", "No vaccine.", v(mp=None)),
        ("test-result-missing", "A test without a result.", covid_test(tr=None)),
        ("test-place-long", "A test centre's name of 81 characters.", covid_test(tc="T" * 81)),
        ("recovery-end-missing", "A recovery without its end.", recovery(du=None)),
    ]
    return [refused(f"schema-{name}", about, "SCHEMA_VALIDATION_FAILED", hc1(dcc)) for name, about, dcc in wrong]


def _names() -> list[Case]:
    wrong = [
        ("names-missing", "No names.", None),
        ("names-text", "The name is a text.", "Đặng Đình Đức"),
        ("names-shown-only", "No standardised form.", {"fn": "Đặng", "gn": "Đình Đức"}),
        ("names-lower-case", "The standardised form in small letters.", {"fn": "Đặng", "fnt": "dang"}),
        ("names-digits", "A digit in the standardised form.", {"fn": "Đặng", "fnt": "DANG2"}),
        ("names-space", "A space in the standardised form.", {"fn": "Đặng", "fnt": "DANG DINH"}),
        ("names-long", "A name of 81 characters.", {"fn": "Đ" * 81, "fnt": "D"}),
        ("names-emoji", "A name that has no Latin letters, and no standardised form.", {"fnt": "DANG", "gn": "😀", "gnt": ""}),
        ("names-list", "The name is a list.", {"fn": ["Đặng"], "fnt": "DANG"}),
    ]  # fmt: skip
    found = []
    for name, about, names in wrong:
        dcc = vaccination() | {"nam": names}
        found.append(refused(f"schema-{name}", about, "SCHEMA_VALIDATION_FAILED", hc1(dcc)))
    return found


def _purposes() -> list[Case]:
    code = "KEY_USAGE_MISMATCH"
    kinds = {"test": covid_test(), "vaccination": vaccination(), "recovery": recovery()}
    keys = {"test": DSC_TEST, "vaccination": DSC_VACCINATION, "recovery": DSC_RECOVERY}
    numbers = {
        ("test", "vaccination"): "CO6", ("test", "recovery"): "CO7", ("vaccination", "test"): "CO8",
        ("vaccination", "recovery"): "CO9", ("recovery", "vaccination"): "CO10", ("recovery", "test"): "CO11",
    }  # fmt: skip
    found = [
        refused(f"purpose-{may}-signs-{kind}", f"A key for a {may} signed a {kind} ({number}).", code, hc1(kinds[kind], keys[may]))
        for (may, kind), number in numbers.items()
    ]  # fmt: skip
    strict = {"ignore_foreign_purposes": False}
    return [
        *found,
        refused("purpose-mistyped-signs-test", "A key for vaccinations, in the mistyped arc, signed a test.", code, hc1(covid_test(), DSC_MISTYPED)),
        refused("purpose-foreign-strict", "Only foreign purposes, and the verifier takes them at their word.", code, hc1(key=DSC_FOREIGN), policy=strict, remarks=("FOREIGN_KEY_USAGE",)),
    ]  # fmt: skip
