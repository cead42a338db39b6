"""After provinces were merged, their branches serve the new province, whether they kept their code or not."""

from datetime import date

import pytest

from tests.factories import make_office, make_officer
from tests.unit.support.conftest import NOW, Desk, opened
from vaxpass.offices.models import Office, UnitSuccession
from vaxpass.offices.queries import get_actor_by_id
from vaxpass.support import queries
from vaxpass.support.models import Difficulty


@pytest.fixture
def merged(desk: Desk) -> Desk:
    """Provinces 98 and 99 become 99; 98's facility is moved."""
    for old in ("98", "99"):
        UnitSuccession.objects.get_or_create(
            level="province", old_code=old, new_code="99", defaults={"on": date(2022, 4, 1)}
        )
    return desk


def test_both_branches_serve_the_new_province(merged: Desk) -> None:
    kept, moved = make_office("CN98", "support", province_code="98"), make_office("CN99", "support", province_code="99")
    agents = [get_actor_by_id(make_officer(f"a{office}", office, "support_agent")) for office in (kept, moved)]
    facility = make_office("98A01", province_code="98")
    clerk = get_actor_by_id(make_officer("old", facility, "facility_clerk"))
    before = opened(clerk)
    assert Difficulty.objects.get(pk=before).branch_id == kept
    Office.objects.filter(pk=facility).update(province_code="99")
    after = opened(get_actor_by_id(clerk.officer_id))
    assert Difficulty.objects.get(pk=after).branch_id == moved
    for agent in agents:
        assert set(queries.waiting_for(agent).values_list("pk", flat=True)) == {before, after}
    assert queries.count_waiting(merged.agent) == 0


def test_a_closed_branch_gets_nothing_new(merged: Desk) -> None:
    Office.objects.filter(pk=merged.branch).update(closed_on=NOW.date())
    assert Difficulty.objects.get(pk=opened(merged.clerk)).branch_id is None


def test_a_branch_without_a_province_reaches_nobody(desk: Desk) -> None:
    nowhere = get_actor_by_id(make_officer("nowhere", make_office("CN00", "support"), "support_agent"))
    opened(desk.clerk)
    assert queries.count_waiting(nowhere) == 0
