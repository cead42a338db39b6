import subprocess
import sys
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from vaxproof.log import merkle
from vaxproof.log.checkpoint import Checkpoint
from vaxproof.log.consistency import consistency_proof
from vaxproof.log.note import NoteSigner, NoteVerifier, SignatureKind
from vaxproof.log.witness import Witness

from vaxpass.adapters.witness.http import HttpWitness
from vaxpass.adapters.witness.local import LocalWitness

ORIGIN = "log.example/vn"
SERVER = [
    sys.executable,
    "-c",
    "import sys; from vaxpass.console.witness_server import main; sys.exit(main(sys.argv[1:]))",
]


class GrowingLog:
    """A log that says of each size what a publisher would show."""

    def __init__(self, key, seed=b""):
        self._key = key
        self._leaves = [sha256(seed + bytes([n])).digest() for n in range(100)]

    def note(self, size):
        return Checkpoint(ORIGIN, size, self._hash(0, size)).sign(self._key)

    def prove(self, size):
        return lambda old: consistency_proof(self._hash, old, size)

    def _hash(self, begin, end):
        return merkle.root(self._leaves[begin:end])


@pytest.fixture(scope="session")
def log_key():
    return NoteSigner(ORIGIN, Ed25519PrivateKey.generate())


@pytest.fixture
def log(log_key):
    return GrowingLog(log_key)


@pytest.fixture
def fork(log_key):
    return GrowingLog(log_key, seed=b"another")


class WitnessProcess:
    """`vaxpass witness serve`, on a port of its own."""

    def __init__(self, folder, log_vkey):
        self.key, self.state = folder / "witness.pem", folder / "state.json"
        self.log_vkey = log_vkey
        made = subprocess.run(
            [*SERVER, "key", "--key", str(self.key), "--name", "w.example"], check=True, capture_output=True, text=True
        )
        self.vkey = made.stdout.strip()
        self.process = None

    def command(self):
        named = ["--key", str(self.key), "--name", "w.example", "--state", str(self.state), "--log", self.log_vkey]
        return [*SERVER, "serve", *named]

    def start(self):
        self.process = subprocess.Popen(self.command(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = self.process.stdout.readline().split()[-1]
        return self

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self.process = None


@pytest.fixture
def served(tmp_path, log_key):
    process = WitnessProcess(tmp_path, log_key.vkey).start()
    yield process
    process.stop()


@pytest.fixture(params=["local", "http"])
def witness(request, log_key):
    """The port's two implementations."""
    if request.param == "http":
        served = request.getfixturevalue("served")
        return HttpWitness(served.vkey, served.url)
    signer = NoteSigner("w.example", Ed25519PrivateKey.generate(), SignatureKind.COSIGNATURE)
    return LocalWitness(Witness(signer, [(ORIGIN, NoteVerifier.parse(log_key.vkey))]), lambda: datetime.now(UTC))
