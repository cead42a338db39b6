"""The check itself: vaxproof's verdict on a text, with the published list, at this moment."""

from datetime import datetime

from vaxproof import Code, Policy, Verdict
from vaxproof.verify import Facts, answer_of, verify

from vaxpass.desks.verifier.trust import Known

POLICY = Policy(guard_clock=True)
"""The time of a check is the clock, so a clock that was turned back is noticed; `vaxproof verify` does the same."""


def check_text(text: str, known: Known, now: datetime) -> Verdict:
    """Give the verdict on an `HC1:` text; cannot tell where the list itself is the trouble."""
    if known.trouble is Code.TRUST_LIST_INVALID:
        return verdict_of(known.trouble, now)
    return verify(text, known.trust, at=now, policy=POLICY)


def verdict_of(code: Code, now: datetime) -> Verdict:
    """Give the verdict on something that is no text at all: a picture without a code, a text beyond every limit."""
    return Verdict(answer_of(code), code, None, None, Facts(now))
