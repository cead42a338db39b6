"""Cases of our own in the layout of the EU's test suite: made, signed and written down here."""

import base64
import io
import json
import zlib
from datetime import UTC, datetime, timedelta

import cbor2
import zxingcpp
from PIL import Image
from vaxproof._cli import conformance
from vaxproof._cli.case import FLAGS, Case, evaluate
from vaxproof.envelope import base45, cose
from vaxproof.trust.certificates import key_id_of

ALL = dict.fromkeys(FLAGS, True)
ALG, CONTENT_TYPE, KID = 1, 3, 4
ISS, SUB, EXP, IAT, CTI, HCERT = 1, 2, 4, 6, 7, -260
CLOCK = datetime(2026, 6, 1, 12, tzinfo=UTC)


def dcc(**changes):
    """A vaccination as the suite's JSON has it."""
    entry = {
        "tg": "840539006",
        "vp": "1119349007",
        "mp": "EU/1/20/1528",
        "ma": "ORG-100030215",
        "dn": 2,
        "sd": 2,
        "dt": "2021-02-18",
        "co": "AT",
        "is": "Ministry",
        "ci": "URN:UVCI:01:AT:10807843F94AEE0EE5093FBC254BD813#B",
    }
    names = {"fn": "Müster", "fnt": "MUESTER", "gn": "Gabi", "gnt": "GABI"}
    head = {key: changes.pop(key) for key in ("ver", "nam", "dob") if key in changes}
    groups = {key: changes.pop(key) for key in ("t", "r", "meta", "pid", "ic", "pn") if key in changes}
    return {"ver": "1.3.0", "nam": names, "dob": "1998-02-26", "v": [entry | changes]} | head | groups


def naat(**changes):
    """A test, in place of the vaccination."""
    entry = {
        "tg": "840539006",
        "tt": "LP6464-4",
        "nm": "PCR",
        "sc": "2026-05-30T12:34:56Z",
        "tr": "260415000",
        "tc": "Centre",
        "co": "AT",
        "is": "Ministry",
        "ci": "URN:UVCI:01:AT:1",
    }
    certificate = dcc(t=[entry | changes])
    del certificate["v"]
    return certificate


def recovery(**changes):
    """A recovery, in place of the vaccination."""
    entry = {"tg": "840539006", "fr": "2026-01-01", "df": "2026-01-12", "du": "2026-06-30", "co": "AT"}
    certificate = dcc(r=[entry | {"is": "Ministry", "ci": "URN:UVCI:01:AT:1"} | changes])
    del certificate["v"]
    return certificate


def indefinite(value):
    """CBOR whose maps and arrays end with a break."""
    if isinstance(value, dict):
        return b"\xbf" + b"".join(indefinite(k) + indefinite(v) for k, v in value.items()) + b"\xff"
    if isinstance(value, list):
        return b"\x9f" + b"".join(map(indefinite, value)) + b"\xff"
    return cbor2.dumps(value)


def png(text, level="Q", mode="L"):
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
    out = io.BytesIO()
    Image.fromarray(code.to_image(scale=4)).convert(mode).save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def make_case(office, certificate=None, **how):
    """Layout of a case that fulfils every flag; every argument replaces what it names."""
    certificate = certificate or dcc()
    signer, der = how.get("signer", office.signer), how.get("der", office.der)
    encoded = how.get("encoded", certificate)
    times = {IAT: int((CLOCK - timedelta(days=1)).timestamp()), EXP: int((CLOCK + timedelta(days=9)).timestamp())}
    claims = {ISS: "AT", **times, HCERT: {1: encoded}} | how.get("claims", {})
    dumps = how.get("dumps", cbor2.dumps)
    payload = dumps(claims)
    algorithm = signer.algorithm.cose_id if hasattr(signer.algorithm, "cose_id") else signer.algorithm
    protected = dumps(how.get("protected", {ALG: algorithm, KID: key_id_of(der)}))
    signature = signer.sign(cose.to_be_signed(protected, payload))
    array = [protected, how.get("unprotected", {}), payload, signature]
    signed = how.get("tags", lambda inner: cbor2.dumps(cbor2.CBORTag(18, inner)))(array)
    compressed = zlib.compress(signed, how.get("level", 9))
    body = base45.encode(compressed)
    return {
        "JSON": certificate,
        "CBOR": how.get("recorded", dumps(encoded)).hex(),
        "COSE": signed.hex(),
        "COMPRESSED": compressed.hex(),
        "BASE45": body,
        "PREFIX": f"HC1:{body}",
        "2DCODE": png(f"HC1:{body}", "L"),
        "TESTCTX": {
            "VERSION": 1,
            "SCHEMA": "1.3.0",
            "CERTIFICATE": base64.b64encode(der).decode(),
            "VALIDATIONCLOCK": CLOCK.isoformat(),
            "DESCRIPTION": "of our own",
        },
        "EXPECTEDRESULTS": {f"EXPECTED{flag}": True for flag in FLAGS},
    }


def outcomes(content):
    case = Case("x.json", content)
    return {flag: evaluate(case, flag)[0] for flag in FLAGS}


def failing(content):
    return {flag for flag, outcome in outcomes(content).items() if outcome is False}


def known_classes(content, folder):
    """Flags that deviate, each with its class of known deviations."""
    (folder / "1.json").write_text(json.dumps(content))
    return {(deviation.flag, deviation.known) for deviation in conformance.assess(folder).deviations}
