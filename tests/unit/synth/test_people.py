"""Invented people, their numbers, their doses."""

import itertools
import unicodedata
from collections import Counter
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxpass.identity.local_checks import check_before_asking
from vaxpass.synth import SynthPlan
from vaxpass.synth.mistakes import (
    IDENTITY_MISTAKES,
    NUMBER_MISTAKES,
    declare,
    mistake_number,
    plain,
)
from vaxpass.synth.names import draw_vietnamese
from vaxpass.synth.numbers import Numbering, province_names
from vaxpass.synth.people import People
from vaxpass.synth.vaccines import CAMPAIGN_BEGAN, CAMPAIGN_ENDED, PRODUCTS, draw_doses

from .conftest import TODAY


@pytest.fixture(scope="module")
def people():
    drawing = People(SynthPlan(seed=5, people=20_000, today=TODAY))
    return [drawing.draw(place)[0] for place in range(20_000)]


def test_surnames_are_as_frequent_as_in_life():
    rng = Random(1)
    surnames = Counter(draw_vietnamese(rng, "F").split()[0] for _ in range(20_000))
    shares = {name: count / 20_000 for name, count in surnames.items()}
    assert shares["Nguyễn"] == pytest.approx(0.38, abs=0.02)
    assert shares["Trần"] == pytest.approx(0.11, abs=0.01)
    assert shares["Lê"] == pytest.approx(0.095, abs=0.01)
    assert shares["Phạm"] == pytest.approx(0.07, abs=0.01)


@pytest.mark.parametrize("sex", ["M", "F"])
def test_names_are_composed_and_clean(sex):
    rng = Random(2)
    for _ in range(3_000):
        name = draw_vietnamese(rng, sex)
        assert name == unicodedata.normalize("NFC", name)
        assert name == " ".join(name.split())


def test_no_two_people_share_a_number():
    numbering = Numbering(9)
    for draw in (
        lambda place: numbering.cccd(place, province="40", sex="M", birth_year=1980),
        lambda place: numbering.cmnd(place, province="40"),
        lambda place: numbering.passport(place, nationality="KOR"),
        numbering.phone,
    ):
        assert len({draw(place) for place in range(30_000)}) == 30_000
        assert len({draw(place) for place in range(970_000, 1_000_000)}) == 30_000


def test_every_citizen_passes_the_local_checks(people):
    citizens = [person for person in people if person.cccd]
    assert len(citizens) > 19_000
    for person in citizens:
        fields = {"name": person.name, "sex": person.sex, "birth_date": person.birth, "today": TODAY}
        assert check_before_asking(**fields, id_number=person.cccd, old_number="") is None
        if person.cmnd:
            assert check_before_asking(**fields, id_number="", old_number=person.cmnd) is None


def test_there_are_foreigners_old_numbers_and_people_with_a_year_alone(people):
    assert 100 < sum(bool(person.passport) for person in people) < 250
    assert sum(bool(person.cmnd) for person in people) > 3_000
    assert sum(len(person.birth) == 4 for person in people) > 400
    assert all(person.nationality != "VNM" for person in people if person.passport)


def test_the_provinces_of_the_campaign():
    assert len(province_names()) == 63
    assert province_names()["40"] == "Tỉnh Nghệ An"


@given(st.integers(), st.integers(1928, 2015), st.dates(CAMPAIGN_BEGAN, date(2026, 1, 1)))
def test_doses_follow_the_leaflets(seed, birth_year, today):
    doses = draw_doses(Random(seed), birth_year, today=today)
    assert [dose.number for dose in doses] == list(range(1, len(doses) + 1))
    for dose in doses:
        assert dose.product.available <= dose.day <= min(today, CAMPAIGN_ENDED)
        assert dose.lot.strip() == dose.lot != ""
    for first, second in itertools.pairwise(doses):
        assert (second.day - first.day).days >= 14
        if second.number <= first.product.doses:
            assert second.product is first.product
            assert first.product.shortest <= (second.day - first.day).days <= first.product.longest


def test_the_eight_licensed_vaccines_and_their_doses():
    assert {product.name: product.doses for product in PRODUCTS} == {
        "AstraZeneca": 2, "Pfizer": 2, "Moderna": 2, "Vero Cell": 2, "Sputnik V": 2, "Abdala": 3,
        "Janssen": 1, "Hayat-Vax": 2,
    }  # fmt: skip


def test_a_session_shares_its_lots():
    rng = Random(4)
    lots = Counter(dose.lot for _ in range(4_000) for dose in draw_doses(rng, 1980, today=TODAY))
    assert len(lots) < 250


def test_plain():
    assert plain("Đặng Đình Đức ở Huế") == "Dang Dinh Duc o Hue"


def spoil(person, name, table):
    told = declare(person, old_number=False)
    table[name][1](told, Random(1))
    return told


@pytest.mark.parametrize("name", sorted(IDENTITY_MISTAKES))
def test_an_identity_mistake_changes_what_is_compared_and_keeps_a_number(people, name):
    changed = 0
    for person in people[:300]:
        if person.cccd:
            told = spoil(person, name, IDENTITY_MISTAKES)
            assert told.number.isdigit()
            assert len(told.number) == 12
            changed += told != declare(person, old_number=False)
    assert changed > 0


@pytest.mark.parametrize("name", sorted(NUMBER_MISTAKES))
def test_a_number_mistake_touches_the_number_alone(people, name):
    person = next(person for person in people if person.cccd)
    told, true = spoil(person, name, NUMBER_MISTAKES), declare(person, old_number=False)
    assert told.number != true.number
    assert (told.name, told.sex, told.birth) == (true.name, true.sex, true.birth)


def test_a_number_mistake_always_leaves_nothing_to_send(people):
    rng = Random(6)
    for person in people[:2_000]:
        if person.cccd:
            told = declare(person, old_number=bool(person.place % 2))
            mistake_number(told, rng)
            is_old = len(told.number) == 9
            refusal = check_before_asking(
                name=told.name,
                sex=told.sex,
                birth_date=told.birth,
                id_number="" if is_old else told.number,
                old_number=told.number if is_old else "",
                today=TODAY,
            )
            assert refusal is not None
