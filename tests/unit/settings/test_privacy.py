"""A log tells operators where something broke and nobody whom it concerned; nothing of people stays in caches."""

import io
import logging
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client

from tests.factories import make_office, make_officer
from vaxpass.desks._shared import views
from vaxpass.offices.models import Officer
from vaxpass.offices.scope import Refused
from vaxpass.settings.logs import WithoutPeople

SECRET = "Nguyễn Thị Hường 040190000001"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that would go to the error stream, written as in production."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(WithoutPeople())
    logging.getLogger().addHandler(handler)
    yield lines
    logging.getLogger().removeHandler(handler)


def test_no_logger_of_django_writes_or_mails_by_itself() -> None:
    for name in ("django", "django.request", "django.security", "django.server"):
        assert logging.getLogger(name).handlers == []
        assert logging.getLogger(name).propagate
    assert settings.ADMINS == []
    (handler,) = [one for one in logging.getLogger().handlers if isinstance(one.formatter, WithoutPeople)]
    assert handler.level == logging.NOTSET


@pytest.mark.django_db
def test_a_500_page_and_its_log_line_tell_nothing_of_people(
    log: io.StringIO, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise ValueError(SECRET)

    monkeypatch.setattr(views, "roles_held", break_down)
    client.raise_request_exception = False
    client.force_login(
        Officer.objects.get(pk=make_officer("new", make_office("CN1", "support"))), BACKEND
    )  # no role yet
    answer = client.get("/desk", {"q": SECRET})
    assert answer.status_code == 500
    assert "Hệ thống gặp lỗi" in answer.text
    for name in ("Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy"):
        assert answer.headers[name]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "builtins.ValueError" in log.getvalue()
    assert "500 GET desk" in log.getvalue()
    for word in SECRET.split():
        assert word not in answer.text + log.getvalue()


@pytest.mark.django_db
def test_an_address_that_nobody_knows_is_not_written_down(log: io.StringIO, client: Client) -> None:
    assert client.get("/records/040190000001", {"name": SECRET}).status_code == 404
    assert "404 GET (no such address)" in log.getvalue()
    assert "040190000001" not in log.getvalue()


@pytest.mark.django_db
def test_a_database_error_names_its_constraint_and_not_its_row(log: io.StringIO) -> None:
    make_officer("nguyen.huong", make_office(), "facility_clerk")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO offices_officer SELECT o.* FROM offices_officer o")
    except IntegrityError:
        logging.getLogger("vaxpass").exception("storing failed")
    assert "23505" in log.getvalue()
    assert "offices_officer" in log.getvalue()
    assert "nguyen.huong" not in log.getvalue()
    assert "Cán bộ" not in log.getvalue()


def test_a_refusal_is_written_by_its_code(log: io.StringIO) -> None:
    try:
        try:
            raise ValueError(SECRET)  # noqa: TRY301 -- the same
        except ValueError:
            raise Refused("RECORD_UNKNOWN", name=SECRET)  # noqa: B904 -- the chain is what is tested
    except Refused:
        logging.getLogger("vaxpass").exception("refused")
    assert "RECORD_UNKNOWN" in log.getvalue()
    assert "builtins.ValueError" in log.getvalue()
    assert "Nguyễn" not in log.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/officers/?code=%00", "/ministry/ready/1/%00/", "/verify/?a=b%00c"])
def test_a_zero_byte_in_an_address_is_refused_before_the_database(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 400
    assert answer.headers["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/account/", "/account/password/", "/account/second-factor/", "/citizen/"])
def test_no_page_of_somebody_signed_in_is_kept_by_a_browser(client: Client, address: str) -> None:
    assert "Cache-Control" not in client.get("/").headers
    client.force_login(Officer.objects.get(pk=make_officer("clerk", make_office(), "facility_clerk")), BACKEND)
    assert "no-store" in client.get(address).headers["Cache-Control"]


def test_a_flood_is_refused_before_anything_is_read(client: Client) -> None:
    """Nobody is signed in: the CSRF check alone would have read it all to the disk."""
    much = str(2 * settings.UPLOAD_MAX_BYTES + 1)
    for language, words in (("vi", "quá lớn"), ("en", "too large")):
        client.cookies["django_language"] = language
        answer = client.generic("POST", "/account/login/", b"", "multipart/form-data; boundary=x", CONTENT_LENGTH=much)
        assert answer.status_code == 413
        assert words in answer.content.decode()  # a photo of 60 MB gets a sentence
