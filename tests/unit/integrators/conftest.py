"""A folder of published files, and the API in front of it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.factories.passports import Ministry, make_ministry
from tests.factories.published import Folder, make_folder
from vaxpass.desks._shared.politeness import Minute
from vaxpass.desks.integrators import doors

NOW = datetime.now(UTC).replace(microsecond=0)
Ask = Callable[..., Any]


@pytest.fixture(scope="session")
def ministry() -> Ministry:
    return make_ministry(NOW)


@pytest.fixture(autouse=True)
def _fresh_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "_MINUTE", Minute())


@pytest.fixture
def published(ministry: Ministry, tmp_path: Path, settings: Any) -> Folder:
    settings.PUBLISH_DIR = tmp_path
    folder = make_folder(tmp_path, [ministry], NOW)
    folder.write(NOW - timedelta(minutes=5))
    return folder


@pytest.fixture
def client() -> Iterator[Client]:
    """Raises nothing away: a bug must be a 500 here."""
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    yield client
    assert not client.cookies


@pytest.fixture
def ask(client: Client) -> Ask:
    def post(*texts: str, **more: Any) -> Any:
        answer = client.post("/api/v1/verify", {"texts": texts, **more}, content_type="application/json")
        assert answer.status_code == 200, answer.content
        return answer.json()["results"]

    return post
