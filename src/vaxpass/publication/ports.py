"""The port to a witness of the log: somebody else's machine, which cosigns a checkpoint only if the log just grew."""

from collections.abc import Callable, Sequence
from typing import Protocol

from vaxproof.log.note import SignatureLine

Prove = Callable[[int], Sequence[bytes]]
"""The consistency path (32 bytes each) from the log of so many entries to the checkpoint that is asked about."""


class Witness(Protocol):
    """One witness."""

    @property
    def vkey(self) -> str:
        """Its key for cosignatures, as verifiers are given it."""

    def cosign(self, note: bytes, prove: Prove) -> Sequence[SignatureLine]:
        """Give its lines for a signed checkpoint, after it was shown that the log grew out of what it saw last.

        Raises Unavailable WITNESS_UNREACHABLE where it does not answer, Refused WITNESS_REFUSED where it will not.
        Called outside any transaction.
        """
