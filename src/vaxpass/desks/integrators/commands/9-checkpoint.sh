rm -f note-*
python3 - <<'EOF'
import base64, json, pathlib, sys
log = json.load(open("index.json"))["log"]
text, _, lines = pathlib.Path("log-checkpoint").read_text().rpartition("\n\n")
text += "\n"
if text.split("\n")[0] != log["origin"]:
    sys.exit("the checkpoint of another log")
found = 0
for vkey in [log["vkey"], *log["witnesses"]]:
    name, key_id, material = vkey.split("+", 2)
    key = base64.b64decode(material)
    for line in lines.splitlines():
        _, who, blob = line.split(" ")
        blob = base64.b64decode(blob)
        if who != name or blob[:4].hex() != key_id:
            continue
        message, signature = text, blob[4:]
        if key[0] == 4:  # a witness signs the time, too
            message, signature = f"cosignature/v1\ntime {int.from_bytes(blob[4:12], 'big')}\n{text}", blob[12:]
        found += 1
        pathlib.Path(f"note-{found}.pub").write_bytes(bytes.fromhex("302a300506032b6570032100") + key[1:])
        pathlib.Path(f"note-{found}.sig").write_bytes(signature)
        pathlib.Path(f"note-{found}.text").write_text(message)
        print(f"note-{found}:", name)
    if not found:
        sys.exit("the log has not signed this")
if found - 1 < log["quorum"]:
    sys.exit("too few witnesses")
EOF
[ $? = 0 ] && (for note in note-*.pub; do
openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey "$note" -sigfile "${note%.pub}.sig" -in "${note%.pub}.text" || exit 1
done)
