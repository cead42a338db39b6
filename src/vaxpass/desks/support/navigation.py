"""What this desk calls itself and the pages it offers."""

from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.navigation import Desk, NavItem
from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor
from vaxpass.support.queries import count_news, count_waiting

_SUPPORT, _ASKER = Permission.SUPPORT_ANSWER, Permission.DIFFICULTY_OPEN


def _news(actor: Actor) -> int:
    return count_news(actor) if actor.may(_ASKER) else 0


DESK = Desk(
    "support",
    _("Support"),
    (
        NavItem(_("To answer"), "support:queue", (_SUPPORT,), count=count_waiting),
        NavItem(_("Our difficulties"), "support:mine", (_ASKER,), count=count_news),
        NavItem(_("Tell a difficulty"), "support:new", (_ASKER,)),
        NavItem(_("Help"), "support:help", (_SUPPORT, _ASKER)),
        NavItem(_("Articles"), "support:articles", (Permission.STATUS_PUBLISH,)),
        NavItem(_("Known problems"), "support:problems", (Permission.STATUS_PUBLISH,)),
        NavItem(_("Service levels"), "support:levels", (_SUPPORT,)),
        NavItem(_("State of the system"), "support:status", (_SUPPORT, _ASKER)),
    ),
    beside=True,
    news=_news,
)
