import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_vietnamese_comes_first_whatever_the_browser_wishes(client: Client) -> None:
    answer = client.get("/", headers={"accept-language": "en-GB,en;q=0.9"})
    assert answer["Content-Language"] == "vi"
    assert b'lang="vi"' in answer.content


def test_the_switch_is_followed_and_nonsense_is_not(client: Client) -> None:
    client.cookies["django_language"] = "en"
    assert b'lang="en"' in client.get("/").content
    client.cookies["django_language"] = "<script>"
    assert b'lang="vi"' in client.get("/").content
