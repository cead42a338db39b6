"""`vaxpass up`: the whole platform on one machine, worker and population simulator included.

Starts PostgreSQL, brings the database and the demo's data up to date, then keeps five processes running: the
simulators of the population database and of VNeID, a witness of the log, the worker and the web server. Ends all of
them when it is ended, or when one of them ends.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

from vaxpass.console.embedded import start_postgres
from vaxpass.console.state import State, demo_secrets, demo_state

BIN = Path(sys.executable).parent
APP_ROLE = "vaxpass_app"
LAST_PORT = 65_535
SHOWN_CITIZENS = 2
OURS = ("VAXPASS_", "DATABASE_URL", "DJANGO_SETTINGS_MODULE")


def say(text: str) -> None:
    """Tell how far we are."""
    print(text, flush=True)


def up(arguments: list[str]) -> int:
    """Run the demo until Ctrl-C; give the exit code."""
    parser = argparse.ArgumentParser(prog="vaxpass up")
    parser.add_argument("--fresh", action="store_true", help="forget the demo's data and keys first")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    options = parser.parse_args(arguments)
    state = demo_state()
    if options.fresh:
        shutil.rmtree(state.folder, ignore_errors=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    begun = time.monotonic()
    say("• Starting PostgreSQL …")
    server = start_postgres(state.database)
    try:
        return _run(state, server.get_uri(), options.port, begun)
    except KeyboardInterrupt:
        return 0
    finally:
        server.cleanup()


def _run(state: State, owner_url: str, port: int, begun: float) -> int:
    environment = _environment(state, owner_url, port)
    owner = {**environment, "DATABASE_URL": owner_url}
    say("• Bringing the database up to date …")
    _finish("database", owner, "bring_up_to_date", APP_ROLE)
    state.environment.touch(mode=0o600)
    ours = {name: environment[name] for name in environment if name.startswith(OURS)}  # nothing else of the caller's
    state.environment.write_text(json.dumps(ours))
    _finish("demo", environment, "seed", "prepare")
    processes = _start(environment, state, port)
    try:
        if not state.walked.exists():
            _finish("demo", environment, "seed", "walk")
        _wait_until_healthy(port, processes)
        _welcome(state, port, time.monotonic() - begun)
        return _watch(processes)
    finally:
        _end(processes)
        state.environment.unlink(missing_ok=True)


def _environment(state: State, owner_url: str, port: int) -> dict[str, str]:
    made = demo_secrets(state)
    return {
        **os.environ,
        **made,
        "VAXPASS_SIMULATOR_TOKEN": made["VAXPASS_POPULATION_TOKEN"],
        "DJANGO_SETTINGS_MODULE": "vaxpass.settings.local",
        "VAXPASS_STATE": str(state.folder),
        "DATABASE_URL": owner_url.replace("postgres:@", f"{APP_ROLE}:@", 1),
        "VAXPASS_POPULATION_URL": f"http://127.0.0.1:{_simulator_port(port)}",
        "VAXPASS_POPULATION_OFFICE": "BYT",
        "VAXPASS_EID_ISSUER": f"http://127.0.0.1:{_eid_port(port)}",
        "VAXPASS_EID_CLIENT_ID": "vaxpass",
        "VAXPASS_MESSAGES_FOLDER": str(state.messages),
        "VAXPASS_PUBLIC_HOST": f"127.0.0.1:{port}",
        "VAXPASS_LOG_WITNESSES": json.dumps([{"vkey": _witness_vkey(state), "url": _witness_url(port)}]),
        "VAXPASS_LOG_QUORUM": "1",
        "PYTHONUNBUFFERED": "1",
    }


def _simulator_port(port: int) -> int:
    return port + 1 if port < LAST_PORT else port - 1


def _witness_vkey(state: State) -> str:
    """The key of the demo's witness; it is made once. A real one is on a machine of somebody else."""
    command = [str(BIN / "vaxpass"), "witness", "key", *_witness_key(state)]
    return subprocess.check_output(command, text=True).strip()


def _witness_key(state: State) -> list[str]:
    return ["--key", str(state.folder / "witness" / "key.pem"), "--name", "witness.vaxpass.invalid/demo"]


def _witness_port(port: int) -> int:
    return port + 2 if port < LAST_PORT - 1 else port - 2


def _witness_url(port: int) -> str:
    return f"http://127.0.0.1:{_witness_port(port)}"


def _eid_port(port: int) -> int:
    return port + 3 if port < LAST_PORT - 2 else port - 3


def _finish(what: str, environment: dict[str, str], *command: str) -> None:
    answer = subprocess.run([BIN / "vaxpass", *command], env=environment, check=False)
    if answer.returncode:
        raise SystemExit(f"{what} failed; nothing was started.")


def _start(environment: dict[str, str], state: State, port: int) -> dict[str, subprocess.Popen[bytes]]:
    logs = state.folder / "logs"
    logs.mkdir(exist_ok=True)
    commands: dict[str, list[str]] = {
        "population": [
            sys.executable, "-m", "vaxpass.adapters.population.simulator",
            "--population", str(state.population), "--port", str(_simulator_port(port)),
        ],
        "witness": [
            str(BIN / "vaxpass"), "witness", "serve", *_witness_key(state), "--port", str(_witness_port(port)),
            "--state", str(state.folder / "witness" / "state.json"), "--log", state.log_vkey.read_text(),
        ],
        "eid": [
            sys.executable, "-m", "vaxpass.adapters.eid.simulator",
            "--people", str(state.citizens), "--port", str(_eid_port(port)),
        ],
        "worker": [str(BIN / "vaxpass"), "procrastinate", "worker", "--concurrency", "2"],
        "web": [
            str(BIN / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
            "--workers", "2", "--blocking-threads", "4", "--no-ws", "vaxpass.wsgi:application",
        ],
    }  # fmt: skip
    environment = {**environment, "VAXPASS_JOB_LOG": "INFO"}
    say("• Starting the simulators of the population database and of VNeID, a witness, the worker and the web server …")
    started = {}
    for name, command in commands.items():
        with (logs / f"{name}.log").open("ab") as log:
            started[name] = subprocess.Popen(
                command, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
    return started


def _wait_until_healthy(port: int, processes: dict[str, subprocess.Popen[bytes]]) -> None:
    say("• Waiting until everything answers …")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        _check_alive(processes)
        if _answers(f"http://127.0.0.1:{port}/healthz"):
            return
        time.sleep(0.2)
    raise SystemExit(f"http://127.0.0.1:{port}/healthz does not answer 200; see the logs folder of the state.")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 -- our own loopback address
            return bool(answer.status == 200)  # noqa: PLR2004 -- HTTP's word for well
    except (urllib.error.URLError, OSError):
        return False


def _check_alive(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, process in processes.items():
        if process.poll() is not None:
            raise SystemExit(f"The {name} process ended; see logs/{name}.log in the state folder.")


def _welcome(state: State, port: int, seconds: float) -> None:
    url = f"http://127.0.0.1:{port}"
    say(f"\nvaxpass is up ({seconds:.0f} s). Synthetic data only; the second factor is waived for the demo alone.\n")
    for path, what in {
        "/": "start page",
        "/facility/": "facility desk",
        "/province/": "province desk",
        "/ministry/": "ministry desk",
        "/citizen/": "citizen desk",
        "/verify/": "verifier desk",
        "/published/index.json": "published files",
    }.items():
        say(f"  {what:15} {url}{path}")
    sign_ins = state.folder / "demo-sign-ins.json"
    if sign_ins.exists():
        say("\n  sign-in          password         who")
        shown = json.loads(sign_ins.read_text())
        for one in shown:
            say(f"  {one['username']:16} {one['password']:16} {one['role']}, {one['office']}")
        say(f"\n  PIN of the signers' keys: {shown[0]['pin']}")
    if state.citizens.exists():
        say(f"\n  citizens to find at {url}/citizen/find/ (their codes: {url}/citizen/demo-inbox/)")
        for one in json.loads(state.citizens.read_text(encoding="utf-8"))[:SHOWN_CITIZENS]:
            say(f"  {one['name']:24} {one['birth_date']:12} {one['phone']}")
    say(f"\n  files to upload  {state.folder / 'demo' / 'to-upload'}")
    say("\nCtrl-C ends it; `make run` starts it again with its data, `make fresh` begins anew.")


def _watch(processes: dict[str, subprocess.Popen[bytes]]) -> int:
    while True:
        _check_alive(processes)
        time.sleep(1)


def _end(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    for impatience in (signal.SIGTERM, signal.SIGINT):
        signal.signal(impatience, signal.SIG_IGN)  # a second Ctrl-C must not leave processes behind
    say("• Ending …")
    for process in processes.values():
        process.terminate()
    for process in processes.values():
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
        with suppress(ProcessLookupError):  # its own children, each process having begun a session of its own
            os.killpg(process.pid, signal.SIGKILL)
