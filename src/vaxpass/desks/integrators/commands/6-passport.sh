python3 - <<'EOF'
import base64, hashlib, json, pathlib, ssl, sys, zlib
text = pathlib.Path("passport.txt").read_text().strip("\r\n")
letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
values, packed = [letters.index(letter) for letter in text.removeprefix("HC1:")], b""
for at in range(0, len(values), 3):  # base45: three letters are two bytes
    group = values[at:at + 3]
    packed += sum(value * 45 ** place for place, value in enumerate(group)).to_bytes(len(group) - 1, "big")
cose = zlib.decompress(packed)
def read(at):  # CBOR: the value that begins at this byte, and where it ends
    kind, size = data[at] >> 5, data[at] & 31
    at += 1
    if size > 23:
        width = 1 << size - 24
        size, at = int.from_bytes(data[at:at + width], "big"), at + width
    if kind == 0: return size, at
    if kind == 1: return -1 - size, at
    if kind == 2: return data[at:at + size], at + size
    if kind == 3: return data[at:at + size].decode(), at + size
    if kind == 6: return read(at)  # a tag
    items = []
    for _ in range(size * (2 if kind == 5 else 1)):
        item, at = read(at)
        items.append(item)
    return (dict(zip(items[::2], items[1::2])) if kind == 5 else items), at
data = cose
protected, unprotected, payload, signature = read(0)[0]
data = protected
header = read(0)[0]
data = payload
claims = read(0)[0]
def octets(part):  # CBOR: a string of bytes
    return (bytes([64 + len(part)]) if len(part) < 24 else
            b"\x58" + bytes([len(part)]) if len(part) < 256 else b"\x59" + len(part).to_bytes(2, "big")) + part
signed = b"\x84\x6aSignature1" + octets(protected) + b"\x40" + octets(payload)
def number(part):
    part = part.lstrip(b"\0")
    part = b"\0" + part if part[0] > 127 else part
    return b"\x02" + bytes([len(part)]) + part
options = "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32"
raw = signature
if header[1] == -7:
    raw, options = number(raw[:32]) + number(raw[32:]), ""
    raw = b"\x30" + bytes([len(raw)]) + raw
for entry in json.load(open("trust-list.json"))["certificates"]:
    der = base64.b64decode(entry["der"])
    if hashlib.sha256(der).digest()[:8] == header[4] and entry.get("usage") != "CSCA" and "withdrawn" not in entry:
        pathlib.Path("passport.pem").write_text(ssl.DER_cert_to_PEM_cert(der))
        break
else:
    sys.exit("the trust list does not have the key that signed")
for name, content in (("cose", cose), ("signed", signed), ("sig", raw), ("signature", signature)):
    pathlib.Path(f"passport.{name}").write_bytes(content)
pathlib.Path("passport.options").write_text(options)
pathlib.Path("passport.json").write_text(json.dumps(claims[-260][1]))
print(json.dumps(claims, ensure_ascii=False, indent=1))
EOF
[ $? = 0 ] && openssl x509 -in passport.pem -noout -pubkey > passport.pub &&
openssl dgst -sha256 $(cat passport.options) -verify passport.pub -signature passport.sig passport.signed
