python3 - "$BASE" <<'EOF'
import pathlib, sys, urllib.request
def fetch(name):
    return urllib.request.urlopen(f"{sys.argv[1]}/published/log/{name}").read()
def keep(kind, number, width):
    name = f"{number % 1000:03}"
    while number := number // 1000:
        name = f"x{number % 1000:03}/{name}"
    path = pathlib.Path("log/tile", kind, name + (f".p/{width}" if width < 256 else ""))
    if not path.exists():  # a file of the log never changes
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(fetch(path.relative_to("log").as_posix()))
checkpoint = fetch("checkpoint")
count, kinds = int(checkpoint.split(b"\n")[1]), ["entries", "0"]
while count:
    for kind in kinds:
        for number in range(0, count, 256):
            keep(kind, number // 256, min(256, count - number))
    count, kinds = count // 256, [str(int(kinds[-1]) + 1)]
pathlib.Path("log/checkpoint").write_bytes(checkpoint)
EOF
vaxproof log verify log --policy index.json
