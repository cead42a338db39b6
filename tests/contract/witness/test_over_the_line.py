"""The witness as a process, and a line that fails."""

import os
import socket
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest
from vaxproof import ProofError
from vaxproof.log.note import NoteVerifier, read_lines
from vaxproof.log.witness import MAX_REQUEST_BYTES

from tests.contract.witness.conftest import SERVER
from vaxpass.adapters.witness.http import HttpWitness
from vaxpass.console.witness_server import PASSPHRASE
from vaxpass.offices.scope import Refused, Unavailable


def connect(served, **changes):
    return HttpWitness(served.vkey, served.url, **changes)


def test_it_remembers_what_it_saw_when_it_is_killed_and_started_again(served, log, fork):
    connect(served).cosign(log.note(10), log.prove(10))
    served.stop()
    served.start()
    with pytest.raises(Refused):
        connect(served).cosign(fork.note(20), fork.prove(20))
    assert connect(served).cosign(log.note(20), log.prove(20))


def test_it_tells_a_new_client_where_it_stands(served, log):
    connect(served).cosign(log.note(10), log.prove(10))
    body = b"old 0\n\n" + log.note(20)
    answer = httpx.post(f"{served.url}/add-checkpoint", content=body, trust_env=False)
    assert (answer.status_code, answer.text) == (409, "10\n")
    assert answer.headers["Content-Type"] == "text/x.tlog.size"


def test_it_does_not_start_with_a_damaged_memory_or_beside_itself(served, log):
    second = subprocess.run(served.command(), check=False, capture_output=True, text=True, timeout=60)
    assert (second.returncode, "another witness" in second.stderr) == (1, True)
    served.stop()
    served.state.write_text("{")
    again = subprocess.run(served.command(), check=False, capture_output=True, text=True, timeout=60)
    assert (again.returncode, "CHECKPOINT_UNREADABLE" in again.stderr) == (1, True)


@pytest.mark.parametrize(
    ("request_line", "length", "body", "status"),
    [
        ("GET /add-checkpoint", "0", b"", 404),
        ("POST /elsewhere", "3", b"old", 404),
        ("POST /add-checkpoint", "8", b"nonsense", 400),
        ("POST /add-checkpoint", str(MAX_REQUEST_BYTES + 1), b"", 413),
        ("POST /add-checkpoint", "-1", b"", 413),
        ("POST /add-checkpoint", "9" * 5000, b"", 413),
        ("POST /add-checkpoint", "", b"", 413),
    ],
)
def test_whatever_comes_in_it_answers(served, request_line, length, body, status):
    host, port = served.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as line:
        line.sendall(f"{request_line} HTTP/1.1\r\nHost: w\r\nContent-Length: {length}\r\n\r\n".encode() + body)
        assert line.recv(12) == f"HTTP/1.1 {status}".encode()


def test_it_writes_its_memory_before_it_answers(served, log):
    served.state.mkdir()
    with pytest.raises(Unavailable, match="WITNESS_UNREACHABLE"):
        connect(served).cosign(log.note(10), log.prove(10))
    served.state.rmdir()
    assert connect(served).cosign(log.note(10), log.prove(10))


def test_the_key_is_made_once_for_its_owner_alone(tmp_path):
    def key(**environment):
        command = [*SERVER, "key", "--key", str(tmp_path / "k.pem"), "--name", "w.example"]
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=os.environ | environment)
        return done.returncode, done.stdout

    first = key(**{PASSPHRASE: "secret"})
    assert first == key(**{PASSPHRASE: "secret"})
    assert NoteVerifier.parse(first[1].strip()).name == "w.example"
    assert key() == (1, "")
    assert (tmp_path / "k.pem").stat().st_mode & 0o777 == 0o600
    assert b"ENCRYPTED" in (tmp_path / "k.pem").read_bytes()


def nobody_listens():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def test_nobody_there(served, log):
    with pytest.raises(Unavailable, match="WITNESS_UNREACHABLE"):
        HttpWitness(served.vkey, nobody_listens()).cosign(log.note(3), log.prove(3))


def test_somebody_there_who_never_answers(served, log):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(Unavailable, match="WITNESS_UNREACHABLE"):
            HttpWitness(served.vkey, url, timeout=0.2).cosign(log.note(3), log.prove(3))


@pytest.fixture
def answering():
    """A server that answers everything alike."""
    servers = []

    def start(status, body):
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b""),
        (200, b"no lines"),
        (200, "— w.example AAAAAAAAAA==\n".encode()),
        (409, b"nonsense"),
        (409, b"0\n"),
        (409, b"4\n"),
        (403, b"no"),
        (302, b""),
    ],
)
def test_an_answer_that_is_no_cosignature_is_a_refusal(served, log, answering, status, body):
    with pytest.raises(Refused, match="WITNESS_REFUSED"):
        HttpWitness(served.vkey, answering(status, body)).cosign(log.note(3), log.prove(3))


@pytest.mark.parametrize(("status", "body"), [(500, b""), (503, b"later"), (200, b"x" * 100_000)])
def test_a_fault_of_its_own_is_no_refusal(served, log, answering, status, body):
    with pytest.raises(Unavailable, match="WITNESS_UNREACHABLE"):
        HttpWitness(served.vkey, answering(status, body)).cosign(log.note(3), log.prove(3))


def test_another_witnesses_line_is_no_cosignature(served, log, log_key, answering):
    """A line by the right name and id over another text, and one by another key."""
    line = read_lines("".join(one.encode() for one in connect(served).cosign(log.note(2), log.prove(2))).encode())[0]
    for body in (line.encode(), log_key.sign("x\n").encode()):
        with pytest.raises(Refused, match="WITNESS_REFUSED"):
            HttpWitness(served.vkey, answering(200, body.encode())).cosign(log.note(3), log.prove(3))


def test_plain_text_to_another_machine_is_not_spoken(served):
    with pytest.raises(ValueError, match="WITNESS_URL_NOT_HTTPS"):
        HttpWitness(served.vkey, "http://witness.example")
    with pytest.raises(ProofError, match="LOG_POLICY_INVALID"):
        HttpWitness("no vkey", "https://witness.example")
