import pytest
from django.test import Client

from tests.factories.reports import make_scene
from vaxpass.offices.models import Officer


@pytest.fixture
def scene():
    return make_scene()


def signed_in(name):
    client = Client()
    client.force_login(
        Officer.objects.get(username=name), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


@pytest.fixture
def clerk(scene):
    return signed_in("facility")
