"""What a verifier's device keeps: lists taken from signed publications, their numbers, the latest time it has seen.

A published file is taken or refused whole; what is refused leaves what was there before untouched. Numbers only grow,
so that an old list cannot be put back. A clock that once ran ahead and was set right is believed again as soon as a
later edition comes, which nobody but the publisher can make. `numbers`, `last_seen` and the certificates of `pins` (an
index adds to them) belong into lasting storage; the files themselves are taken again after a start.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from vaxproof.errors import Code, ProofError
from vaxproof.log.proof import LogAnswer
from vaxproof.trust import documents
from vaxproof.trust.publications import Pins, is_publication
from vaxproof.trust.revocation_filter import RevocationFilter
from vaxproof.trust.revocation_list import RevocationList
from vaxproof.trust.trust_list import TrustList
from vaxproof.verify import Facts, Policy, Verdict, answer_of, verify

CLOCK_TOLERANCE = timedelta(minutes=5)
INDEX = "vaxproof-index"
TRUST_LIST = "vaxproof-trust-list"
REVOCATION_LIST = "vaxproof-revocation-list"
REVOCATION_FILTER = "vaxproof-revocation-filter"
VALUE_SETS = "vaxproof-value-sets"
RULES = "vaxproof-rules"
_UNREADABLE = Code.PUBLICATION_UNREADABLE


class Device:
    """One verifier. `pins` None: files are trusted by the user's choice, plain documents and no signed ones.

    After `take`: `trust`, `revocations`, `revocation_filter`, `index`, `value_sets`, `rules` (the documents as
    JSON objects), None or empty where never taken. `numbers`: of each format, the highest taken. `last_seen`: the
    latest time of any `take` or `check`.
    """

    def __init__(
        self,
        pins: Pins | None,
        *,
        policy: Policy = Policy(),  # noqa: B008 -- frozen
        numbers: Mapping[str, int] | None = None,
        last_seen: datetime | None = None,
    ) -> None:
        self.pins = pins
        self.policy = policy
        self.numbers = dict(numbers or {})
        self.last_seen = last_seen
        self.trust = TrustList(())
        self.revocations: RevocationList | None = None
        self.revocation_filter: RevocationFilter | None = None
        self.index: dict[str, Any] | None = None
        self.value_sets: dict[str, Any] | None = None
        self.rules: dict[str, Any] | None = None

    def take(self, data: bytes, *, at: datetime) -> str:
        """Take a published file; its format.

        Raises:
            ProofError: PUBLICATION_UNREADABLE, PUBLICATION_SIGNER_UNKNOWN, PUBLICATION_SIGNATURE_INVALID,
                PUBLICATION_SIGNER_EXPIRED, PUBLICATION_ROLLED_BACK (a lower number than is known),
                PUBLICATION_UNEXPECTED (of no known format), TRUST_LIST_INVALID, REVOCATION_LIST_INVALID.
        """
        payload = self._opened(data, at)
        head = documents.read_object(payload, _UNREADABLE)
        format_name, number = str(head.get("format")), documents.number_in(head, _UNREADABLE)
        keep = self._keepers().get(format_name)
        if keep is None:
            raise ProofError(Code.PUBLICATION_UNEXPECTED, "format")
        known = self.numbers.get(format_name, 0)
        if number < known:
            raise ProofError(Code.PUBLICATION_ROLLED_BACK, f"{number} after {known}")
        keep(payload, head)
        self.numbers[format_name] = number
        if self.pins is not None and 0 < known < number and documents.time_in(head, "made_at", _UNREADABLE) <= at:
            self.last_seen = at  # a later edition, made before this moment: it was the later time that was wrong
        self._see(at)
        return format_name

    def check(self, text: str, *, at: datetime, log: LogAnswer | None = None) -> Verdict:
        """The verdict on an `HC1:` text with what the device keeps. Never raises on any text.

        CLOCK_TURNED_BACK where the time is more than five minutes before `last_seen`; REVOCATION_LIST_MISSING where
        the policy needs a revocation list and neither list nor filter was ever taken.
        """
        refusal = self._refusal(at)
        if refusal is not None:
            return Verdict(answer_of(refusal), refusal, None, None, Facts(at))
        self._see(at)
        return verify(
            text,
            self.trust,
            at=at,
            revocations=self.revocations,
            revocation_filter=self.revocation_filter,
            log=log,
            policy=self.policy,
        )

    def _refusal(self, at: datetime) -> Code | None:
        if self.last_seen is not None and at < self.last_seen - CLOCK_TOLERANCE:
            return Code.CLOCK_TURNED_BACK
        if self.policy.revocations_needed and self.revocations is None and self.revocation_filter is None:
            return Code.REVOCATION_LIST_MISSING
        return None

    def _see(self, at: datetime) -> None:
        self.last_seen = max(at, self.last_seen) if self.last_seen else at

    def _opened(self, data: bytes, at: datetime) -> bytes:
        if self.pins is None:
            if is_publication(data):
                raise ProofError(Code.PUBLICATION_SIGNER_UNKNOWN, "no publisher is pinned")
            return data
        return self.pins.open(data, at=at)

    def _keepers(self) -> dict[str, Callable[[bytes, dict[str, Any]], None]]:
        """What takes a document of each format; each raises before it changes anything."""
        return {
            INDEX: self._keep_index,
            TRUST_LIST: self._keep_trust,
            REVOCATION_LIST: self._keep_revocations,
            REVOCATION_FILTER: self._keep_filter,
            VALUE_SETS: self._keep_value_sets,
            RULES: self._keep_rules,
        }

    def _keep_index(self, _payload: bytes, head: dict[str, Any]) -> None:
        """Publishers named by a signed index are pinned too; those pinned before stay."""
        _check_head(head)
        publishers, log = head.get("publishers", []), head.get("log")
        if not isinstance(publishers, list) or not isinstance(head.get("files"), dict):
            raise ProofError(_UNREADABLE, "index")
        if log is not None and not isinstance(log, dict):
            raise ProofError(_UNREADABLE, "index")
        ders = [documents.octets(publisher, _UNREADABLE) for publisher in publishers]
        if self.pins is not None:
            self.pins = _with_more(self.pins, ders)
        self.index = head

    def _keep_trust(self, payload: bytes, _head: dict[str, Any]) -> None:
        self.trust = TrustList.from_json(payload)

    def _keep_revocations(self, payload: bytes, _head: dict[str, Any]) -> None:
        self.revocations = RevocationList.from_json(payload)

    def _keep_filter(self, payload: bytes, _head: dict[str, Any]) -> None:
        self.revocation_filter = RevocationFilter.from_json(payload)

    def _keep_value_sets(self, _payload: bytes, head: dict[str, Any]) -> None:
        _check_head(head)
        if not isinstance(head.get("value_sets"), dict):
            raise ProofError(_UNREADABLE, "value_sets")
        self.value_sets = head

    def _keep_rules(self, _payload: bytes, head: dict[str, Any]) -> None:
        _check_head(head)
        if not isinstance(head.get("sets"), list):
            raise ProofError(_UNREADABLE, "sets")
        self.rules = head


def _with_more(pins: Pins, ders: list[bytes]) -> Pins:
    try:
        return pins.with_more(ders)
    except ProofError as error:
        raise ProofError(_UNREADABLE, f"publishers: {error.code}") from None


def _check_head(head: dict[str, Any]) -> None:
    documents.check_version(head, _UNREADABLE)
    documents.time_in(head, "made_at", _UNREADABLE)
    documents.time_in(head, "next_at", _UNREADABLE)
