import pytest

from tests.factories.signing import Key, Ministry, make_key, make_ministry


@pytest.fixture
def ministry(db: None) -> Ministry:
    return make_ministry()


@pytest.fixture
def key() -> Key:
    return make_key()
