import pytest
from django.test import Client


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused_in_words() -> None:
    answer = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "x", "password": "y"})
    assert answer.status_code == 403
    assert "FORM_STALE" in answer.content.decode()
    assert "style=" not in answer.content.decode()
