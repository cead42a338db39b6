"""The check itself: vaxproof's verdict on a text, with the published lists, at this moment."""

from datetime import datetime

from vaxproof import Code, Verdict
from vaxproof.verify import Facts, answer_of

from vaxpass.desks._shared.published_lists import Known


def check_text(text: str, known: Known, now: datetime) -> Verdict:
    """Give the verdict on an `HC1:` text; cannot tell where a list itself is the trouble."""
    if known.trouble not in (None, Code.TRUST_LIST_MISSING):
        return verdict_of(known.trouble, now)
    return known.device.check(text, at=now)


def verdict_of(code: Code, now: datetime) -> Verdict:
    """Give the verdict on something that is no text at all: a picture without a code, a text beyond every limit."""
    return Verdict(answer_of(code), code, None, None, Facts(now))
