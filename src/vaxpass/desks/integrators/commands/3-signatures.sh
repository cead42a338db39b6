check_jws() {
python3 - "$1" <<'EOF'
import base64, hashlib, json, pathlib, re, sys
name = sys.argv[1]
signed, _, signature = pathlib.Path(f"{name}.jws").read_bytes().rpartition(b".")
header, payload = signed.split(b".")
unpack = lambda part: base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))
head, raw = json.loads(unpack(header)), unpack(signature)
for pem in re.findall("-----BEGIN.*?-----END CERTIFICATE-----\n", pathlib.Path("publisher.pem").read_text(), re.S):
    der = base64.b64decode("".join(pem.splitlines()[1:-1]))
    if hashlib.sha256(der).hexdigest()[:16] == head["kid"]:
        pathlib.Path("signer.pem").write_text(pem)
        break
else:
    sys.exit("signed by somebody whose certificate is not in publisher.pem")
def number(part):  # DER: an integer without needless zeros
    part = part.lstrip(b"\0")
    part = b"\0" + part if part[0] > 127 else part
    return b"\x02" + bytes([len(part)]) + part
options = "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32"
if head["alg"] == "ES256":
    raw, options = number(raw[:32]) + number(raw[32:]), ""
    raw = b"\x30" + bytes([len(raw)]) + raw
pathlib.Path(f"{name}.signed").write_bytes(signed)
pathlib.Path(f"{name}.sig").write_bytes(raw)
pathlib.Path(f"{name}.options").write_text(options)
pathlib.Path(f"{name}.json").write_bytes(unpack(payload))
EOF
[ $? = 0 ] && openssl x509 -in signer.pem -noout -pubkey > signer.pub &&
openssl dgst -sha256 $(cat "$1.options") -verify signer.pub -signature "$1.sig" "$1.signed"
}
check_jws index && check_jws trust-list && check_jws revocation-list
