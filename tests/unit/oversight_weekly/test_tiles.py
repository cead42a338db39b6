"""The map of provinces has a square for each, and none twice."""

import pytest

from vaxpass.desks.oversight import tiles
from vaxpass.offices.units import Level, Scheme, units_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("scheme", "count"), [(Scheme.OLD, 63), (Scheme.NEW, 34)])
def test_every_province_has_its_own_square(scheme, count):
    codes = {one.code for one in units_of(Level.PROVINCE, scheme)}
    squares = [tiles.tile_of(code, scheme) for code in codes]
    assert len(codes) == count
    assert len({(square.x, square.y) for square in squares}) == count
    assert len({square.short for square in squares}) == count
    assert tiles.tile_of("", scheme) is None


def test_north_is_above_and_the_sea_is_right():
    old = tiles.OLD
    assert old["02"].y < old["01"].y < old["46"].y < old["79"].y < old["96"].y
    assert old["12"].x < old["01"].x < old["22"].x
