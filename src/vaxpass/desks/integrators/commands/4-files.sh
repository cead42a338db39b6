python3 - "$BASE" <<'EOF'
import hashlib, json, sys, urllib.parse, urllib.request
files = json.load(open("index.json"))["files"]
for name, file in files.items():
    data = urllib.request.urlopen(f"{sys.argv[1]}/published/{urllib.parse.quote(name)}").read()
    if hashlib.sha256(data).hexdigest() != file["sha256"]:
        sys.exit(f"{name} is not the file that was signed for")
print(len(files), "files are as the signed index says")
EOF
