from collections.abc import Callable
from uuid import UUID

import pytest

from tests.factories import NOW, make_office, make_officer
from vaxpass.intake import actions, queries
from vaxpass.intake.models import Upload
from vaxpass.offices.queries import get_actor_by_id
from vaxpass.offices.scope import Actor


@pytest.fixture
def facility() -> int:
    return make_office()


@pytest.fixture
def clerk(facility: int) -> Actor:
    return get_actor_by_id(make_officer("clerk", facility, "facility_clerk"))


@pytest.fixture
def other_clerk() -> Actor:
    return get_actor_by_id(make_officer("other", make_office("40B02"), "facility_clerk"))


@pytest.fixture
def checked(clerk: Actor) -> Callable[..., UUID]:
    """Stage a file, take the guessed columns, check it."""

    def go(content: bytes, actor: Actor = clerk) -> UUID:
        upload_id = actions.stage(actor, content=content, file_name="Danh sách.xlsx", now=NOW)
        actions.map_columns(actor, upload_id, queries.mapping_of(Upload.objects.get(pk=upload_id)))
        actions.check(upload_id, now=NOW)
        return upload_id

    return go


@pytest.fixture
def stored(checked: Callable[..., UUID], clerk: Actor) -> Callable[..., UUID]:
    """The same, confirmed and stored."""

    def go(content: bytes, actor: Actor = clerk) -> UUID:
        upload_id = checked(content, actor)
        actions.confirm(actor, upload_id, states_foreigners=True, now=NOW)
        actions.store(upload_id, now=NOW)
        return upload_id

    return go
