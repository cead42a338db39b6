python3 - <<'EOF'
import base64, hashlib, json, pathlib, sys
passport = json.load(open("passport.json"))
entry = next(passport[group][0] for group in "vtr" if passport.get(group))
signature = pathlib.Path("passport.signature").read_bytes()
named = {
    "UCI": [entry["ci"].encode()],
    "COUNTRYCODEUCI": [(entry["co"] + entry["ci"]).encode()],
    "SIGNATURE": [signature, signature[:len(signature) // 2]],
}
revoked = json.load(open("revocation-list.json"))["entries"]
for kind, contents in named.items():
    for content in contents:
        if base64.b64encode(hashlib.sha256(content).digest()[:16]).decode() in revoked.get(kind, []):
            sys.exit(f"REVOKED ({kind})")
print("not revoked")
EOF
