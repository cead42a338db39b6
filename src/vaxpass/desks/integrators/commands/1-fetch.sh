mkdir -p check-us && cd check-us
python3 - "$BASE" <<'EOF'
import pathlib, sys, urllib.request
for name in ("index.jws", "trust-list.jws", "revocation-list.jws", "publisher.pem", "log/checkpoint"):
    data = urllib.request.urlopen(f"{sys.argv[1]}/published/{name}").read()
    pathlib.Path(name.replace("/", "-")).write_bytes(data)
    print(len(data), name)
EOF
