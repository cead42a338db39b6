"""Whoever brought a file answers for it: nobody else confirms it, and nobody who lost the right stores it."""

from collections.abc import Callable
from uuid import UUID

import pytest

from tests.factories import NOW, make_officer
from tests.unit.intake.sheets import csv_file, row
from vaxpass.intake import actions, queries
from vaxpass.intake.models import Upload, UploadStatus
from vaxpass.offices.models import Act, Officer, OfficerRole
from vaxpass.offices.queries import get_actor_by_id
from vaxpass.offices.scope import Actor, Refused
from vaxpass.records.models import DoseVersion

pytestmark = pytest.mark.django_db
Step = Callable[..., UUID]


@pytest.fixture
def colleague(facility: int) -> Actor:
    return get_actor_by_id(make_officer("colleague", facility, "facility_clerk"))


def test_a_colleague_does_not_confirm_what_somebody_else_brought(checked: Step, colleague: Actor) -> None:
    """The doses would count as the colleague's, and who brought them could sign them."""
    upload_id = checked(csv_file([row(1)]))
    with pytest.raises(Refused, match="UPLOAD_OF_ANOTHER"):
        actions.confirm(colleague, upload_id, states_foreigners=True, now=NOW)


def test_a_colleague_does_not_take_a_file_over_by_its_columns(checked: Step, colleague: Actor) -> None:
    upload_id = checked(csv_file([row(1)]))
    with pytest.raises(Refused, match="UPLOAD_OF_ANOTHER"):
        actions.map_columns(colleague, upload_id, queries.mapping_of(Upload.objects.get(pk=upload_id)))


@pytest.mark.parametrize("loss", ["switched off", "role ended"])
def test_a_job_stores_nothing_for_who_lost_the_right(checked: Step, clerk: Actor, loss: str) -> None:
    upload_id = checked(csv_file([row(1)]))
    actions.confirm(clerk, upload_id, states_foreigners=True, now=NOW)
    if loss == "switched off":
        Officer.objects.filter(pk=clerk.officer_id).update(is_active=False)
    else:
        OfficerRole.objects.filter(officer_id=clerk.officer_id).update(until=NOW)
    assert actions.store(upload_id, now=NOW) == 0
    assert not DoseVersion.objects.exists()
    upload = Upload.objects.get(pk=upload_id)
    assert (upload.status, upload.confirmed_by_id) == (UploadStatus.CHECKED, None)
    assert Act.objects.filter(verb="store_upload_refused", subject=f"upload/{upload_id}").exists()
