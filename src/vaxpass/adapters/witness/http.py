"""A witness over the line: C2SP tlog-witness, one POST, with limits on time and on what may come back."""

from collections.abc import Sequence

import httpx
from vaxproof.log.checkpoint import Checkpoint
from vaxproof.log.note import MAX_NOTE_BYTES, NoteVerifier, SignatureLine, read_note
from vaxproof.log.witness import Reply

from vaxpass.adapters.line import is_guarded
from vaxpass.adapters.witness.asking import ask
from vaxpass.offices.scope import Unavailable
from vaxpass.publication.ports import Prove

TIMEOUT = 5.0  # seconds, of each phase of a call


class HttpWitness:
    """A `Witness` of the port; `url`: its submission prefix. What it saw last is remembered, to save a question."""

    def __init__(self, vkey: str, url: str, *, timeout: float = TIMEOUT) -> None:
        """Raise ProofError LOG_POLICY_INVALID (no vkey), ValueError WITNESS_URL_NOT_HTTPS (loopback may be http)."""
        if not is_guarded(url):
            raise ValueError("WITNESS_URL_NOT_HTTPS")
        self._verifier = NoteVerifier.parse(vkey)
        self._address = url.rstrip("/") + "/add-checkpoint"
        self._timeout = timeout
        self._remembered = 0

    @property
    def vkey(self) -> str:
        """Its key for cosignatures."""
        return self._verifier.vkey

    def cosign(self, note: bytes, prove: Prove) -> Sequence[SignatureLine]:
        """See the port."""
        size = Checkpoint.decode(read_note(note).text).size
        with httpx.Client(timeout=self._timeout, trust_env=False) as client:
            lines = ask(lambda body: self._post(client, body), self._verifier, note, prove, min(self._remembered, size))
        self._remembered = size
        return lines

    def _post(self, client: httpx.Client, body: bytes) -> Reply:
        try:
            with client.stream("POST", self._address, content=body) as answer:
                return Reply(answer.status_code, _beginning(answer))
        except (httpx.HTTPError, httpx.InvalidURL):
            raise Unavailable("WITNESS_UNREACHABLE") from None


def _beginning(answer: httpx.Response) -> bytes:
    """What it answers, as far as an answer may go; more than that is none."""
    data = b""
    for piece in answer.iter_bytes(4096):
        data += piece
        if len(data) > MAX_NOTE_BYTES:
            raise Unavailable("WITNESS_UNREACHABLE")
    return data
