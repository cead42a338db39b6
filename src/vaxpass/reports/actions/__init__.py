"""The verbs of reports, the only writers of its rows: what citizens do, what officers answer, what time brings."""

from vaxpass.reports.actions.accepting import accept, accept_many, overturn
from vaxpass.reports.actions.answering import ask_more, forward, refuse, refuse_many, send_back, uphold
from vaxpass.reports.actions.filing import file
from vaxpass.reports.actions.following import answer_more, count_wrong_number, follow, object_to, withdraw
from vaxpass.reports.actions.moving import follow_units
from vaxpass.reports.actions.running_on import escalate_overdue, lapse, remind, wipe_old_photos, wipe_photos

__all__ = [
    "accept",
    "accept_many",
    "answer_more",
    "ask_more",
    "count_wrong_number",
    "escalate_overdue",
    "file",
    "follow",
    "follow_units",
    "forward",
    "lapse",
    "object_to",
    "overturn",
    "refuse",
    "refuse_many",
    "remind",
    "send_back",
    "uphold",
    "wipe_old_photos",
    "wipe_photos",
    "withdraw",
]
