rm -f dsc-*.pem
python3 - <<'EOF'
import base64, hashlib, json, pathlib, ssl
roots = ""
for entry in json.load(open("trust-list.json"))["certificates"]:
    der = base64.b64decode(entry["der"])
    if entry.get("country") == "VN" and entry.get("usage") == "CSCA":
        roots += ssl.DER_cert_to_PEM_cert(der)
    elif entry.get("country") == "VN":
        pathlib.Path(f"dsc-{hashlib.sha256(der).hexdigest()[:16]}.pem").write_text(ssl.DER_cert_to_PEM_cert(der))
pathlib.Path("csca.pem").write_text(roots)
EOF
openssl x509 -in csca.pem -noout -subject -fingerprint -sha256 &&
openssl verify -no_check_time -CAfile csca.pem dsc-*.pem
