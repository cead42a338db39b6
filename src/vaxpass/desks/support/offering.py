"""What is offered before a difficulty is opened: help that fits, and problems that are known already."""

from dataclasses import dataclass

from django.utils.translation import get_language

from vaxpass.desks._shared.navigation import Words
from vaxpass.desks.support import words
from vaxpass.offices.scope import Actor
from vaxpass.support import helping, problems
from vaxpass.support.facts import ArticleFacts, ProblemFacts
from vaxpass.support.rules import Kind


@dataclass(frozen=True, slots=True)
class ProblemShown:
    """A known problem with its words; `followed` says that the reader pressed "me too"."""

    facts: ProblemFacts
    component: Words
    state: Words
    tone: str
    text: str
    followed: bool
    updates: tuple[tuple[object, Words, str], ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """What may help."""

    articles: list[ArticleFacts]
    problems: list[ProblemShown]

    def __bool__(self) -> bool:
        """Say whether there is anything to offer."""
        return bool(self.articles or self.problems)


def language() -> str:
    """Give the reader's language, `vi` or `en`."""
    return "en" if get_language() == "en" else "vi"


def shown(one: ProblemFacts, *, followed: bool = False) -> ProblemShown:
    """Put a known problem into words."""
    word, tone = words.PROBLEM_STATES[one.state]
    updates = tuple((at, words.PROBLEM_STATES[state][0], text) for at, state, text in one.updates)
    return ProblemShown(
        one, words.COMPONENTS[one.component], word, tone, one.updates[0][2] if one.updates else "", followed, updates
    )


def offer(actor: Actor, *, page: str, code: str, text: str = "", kind: Kind | None = None) -> Offer:
    """Give what may help on a page, after a refusal, for words typed; problems of the kind, or all that are open."""
    followed = problems.followed_by(actor)
    found = problems.open_problems(language()) if kind is None else problems.about([kind], language())
    articles = helping.offer(page=page, code=code, text=text, language=language())
    return Offer(articles, [shown(one, followed=one.problem_id in followed) for one in found])
