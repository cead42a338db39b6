"""A witness in this process: for tests, and for a demo without a second machine. It forgets when the process ends."""

from collections.abc import Callable, Sequence
from datetime import datetime

from vaxproof.log.note import NoteVerifier, SignatureLine
from vaxproof.log.witness import Reply, State, Witness

from vaxpass.adapters.witness.asking import ask
from vaxpass.publication.ports import Prove


class LocalWitness:
    """A `Witness` of the port. `clock` gives aware times."""

    def __init__(self, witness: Witness, clock: Callable[[], datetime]) -> None:
        self._witness = witness
        self._clock = clock
        self._state: State = {}

    @property
    def vkey(self) -> str:
        """Its key for cosignatures."""
        return self._witness.vkey

    def cosign(self, note: bytes, prove: Prove) -> Sequence[SignatureLine]:
        """See the port."""
        return ask(self._send, NoteVerifier.parse(self.vkey), note, prove, 0)

    def _send(self, body: bytes) -> Reply:
        reply, self._state = self._witness.add_checkpoint(body, self._state, self._clock())
        return reply
