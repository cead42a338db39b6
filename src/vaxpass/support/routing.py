"""Which branch a difficulty goes to: the one of the office's province, before and after provinces were merged.

Support branches are offices of kind `support` with a province's code. A branch whose province was merged into another
keeps its code or gets the new one; either way it serves the new province, together with the others there.
"""

from vaxpass.offices.queries import OfficeFacts, get_office, open_offices
from vaxpass.offices.scope import Actor, Refused
from vaxpass.offices.units import predecessors, successor


def codes_of_province(code: str) -> frozenset[str]:
    """Give every code, old and new, of the province that a code stands in today; nothing for no code."""
    here = successor(code) if code else ""
    return frozenset({code, here, *predecessors(here)}) if here else frozenset()


def branches_of(province_code: str) -> list[OfficeFacts]:
    """List the open branches that serve a province, those with its very code first."""
    codes = codes_of_province(province_code)
    found = [one for one in open_offices("support") if one.province_code in codes]
    return sorted(found, key=lambda one: (one.province_code != province_code, one.code))


def branch_for(office_id: int) -> OfficeFacts | None:
    """Give the branch that answers an office; None where its province has none."""
    return next(iter(branches_of(get_office(office_id).province_code)), None)


def ministry() -> OfficeFacts:
    """Give the ministry. Refuses SUPPORT_NOBODY where there is none."""
    for office in open_offices("ministry"):
        return office
    raise Refused("SUPPORT_NOBODY")


def provinces_served(actor: Actor) -> frozenset[str]:
    """Give the codes, old and new, of the province that an officer's branch serves."""
    return codes_of_province(actor.province_code) if actor.office_kind == "support" else frozenset()
