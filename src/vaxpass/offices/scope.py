"""Who may do what for which offices: pure decisions on a frozen officer."""

from dataclasses import dataclass

from vaxpass.offices.roles import Permission


class Refused(Exception):  # noqa: N818 -- a refusal is an answer, not a fault
    """A rule says no. `code` is stable; its sentences live in the locale files; `facts` fill their gaps."""

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class Unavailable(Exception):  # noqa: N818 -- named for what the world is
    """Something outside did not answer. `permanent` says that trying again will not help."""

    def __init__(self, code: str, *, permanent: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class Actor:
    """The officer who acts: ids, permissions and reach, read once per request."""

    officer_id: int
    office_id: int
    office_kind: str
    province_code: str
    permissions: frozenset[Permission]
    signs_for: frozenset[int] = frozenset()
    commune_code: str = ""
    district_code: str = ""

    def may(self, permission: Permission) -> bool:
        """Say whether a role of this officer holds the permission."""
        return permission in self.permissions


def check_may(actor: Actor, permission: Permission) -> None:
    """Refuse with RIGHT_MISSING unless the actor holds the permission."""
    if not actor.may(permission):
        raise Refused("RIGHT_MISSING", permission=permission.value)


def signs_for_facility(actor: Actor, facility_id: int) -> bool:
    """Say whether the actor's office signs for the facility.

    `signs_for` holds the own facility unless it was delegated away, and the facilities delegated to the office.
    """
    return actor.may(Permission.DOSES_ATTEST) and facility_id in actor.signs_for
