python3 - "$BASE" <<'EOF'
import base64, hashlib, json, pathlib, sys, urllib.request
log = f"{sys.argv[1]}/api/v1/log"
ask = lambda address: json.load(urllib.request.urlopen(address))
digest = hashlib.sha256(pathlib.Path("passport.cose").read_bytes()).hexdigest()
bucket = ask(f"{log}/issued/{digest[:ask(log)['prefix_length']]}")
print(len(bucket["entries"]), "leaves share what was asked")
size, root = bucket["checkpoint"].split("\n")[1:3]
found = [entry for entry in bucket["entries"] if json.loads(entry["leaf"])["cose"] == digest]
if not found:
    sys.exit("NOT IN THE LOG")
for entry in found:
    node, at, last = hashlib.sha256(b"\0" + entry["leaf"].encode()).digest(), entry["index"], int(size) - 1
    for step in map(base64.b64decode, entry["path"]):  # RFC 9162, 2.1.3.2
        if at & 1 or at == last:
            node = hashlib.sha256(b"\1" + step + node).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\1" + node + step).digest()
        at, last = at >> 1, last >> 1
    if last or base64.b64encode(node).decode() != root:
        sys.exit("the path does not lead to the root of the checkpoint")
    print(json.loads(entry["leaf"])["kind"], "stands at", entry["index"], "of", size)
pathlib.Path("log-checkpoint").write_text(bucket["checkpoint"])
EOF
