"""The verbs of support, the only writers of its rows."""

from vaxpass.support.actions.answering import (
    answer,
    ask_back,
    escalate,
    hand_back,
    link_problem,
    see_numbers,
    see_record,
    solve,
)
from vaxpass.support.actions.articles import (
    draft_from,
    note_helped,
    publish_article,
    retire_article,
    save_article,
)
from vaxpass.support.actions.opening import close, mark_read, open_difficulty, reopen, tell_more
from vaxpass.support.actions.problems import Words, mark_seen, me_too, tell_on, tell_problem
from vaxpass.support.actions.running_on import cover_numbers, escalate_overdue, lapse

__all__ = [
    "Words",
    "answer",
    "ask_back",
    "close",
    "cover_numbers",
    "draft_from",
    "escalate",
    "escalate_overdue",
    "hand_back",
    "lapse",
    "link_problem",
    "mark_read",
    "mark_seen",
    "me_too",
    "note_helped",
    "open_difficulty",
    "publish_article",
    "reopen",
    "retire_article",
    "save_article",
    "see_numbers",
    "see_record",
    "solve",
    "tell_more",
    "tell_on",
    "tell_problem",
]
