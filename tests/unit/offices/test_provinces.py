"""The provinces of a day, before and after the merger of 1/7/2025."""

from datetime import UTC, datetime

import pytest

from vaxpass.offices.provinces import list_provinces

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        (datetime(2022, 4, 15, tzinfo=UTC), 63),
        (datetime(2025, 6, 30, 16, 59, tzinfo=UTC), 63),
        (datetime(2025, 6, 30, 17, tzinfo=UTC), 34),  # midnight in Hanoi
        (datetime(2026, 11, 23, tzinfo=UTC), 34),
    ],
)
def test_as_many_as_the_law_had(moment: datetime, number: int) -> None:
    codes = [code for code, _, _ in list_provinces(moment)]
    assert len(codes) == len(set(codes)) == number
    assert codes == sorted(codes)
