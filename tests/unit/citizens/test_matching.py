"""Whom typed details fit, which phone may be asked, and whom a proven phone opens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxpass.citizens.matching import Details, fits, phone_to_ask, reached_by_phone
from vaxpass.records.finding import FoundIdentity
from vaxpass.records.names import fold_name
from vaxpass.records.sealing import seal

PHONE, OTHER = "0912345678", "0987654321"


def declared(person_id=1, name="Nguyễn Thị Hường", birth="1990-05-17", phone=PHONE, **more):
    facts = {
        "by_number": True,
        "is_current": True,
        "version_id": person_id,
        "number_key": b"",
        "is_over": False,
        "is_signed": False,
    }
    facts |= more
    return FoundIdentity(person_id, fold_name(name), birth, phone_sealed=seal(phone), **facts)


@pytest.mark.parametrize(
    ("name", "birth", "fit"),
    [
        ("Nguyễn Thị Hường", "1990-05-17", True),
        ("NGUYEN THI HUONG", "1991-01-01", True),  # the name is enough: the record's birth date may be the wrong one
        ("hường nguyễn thị", "1991", True),
        ("Nguyễn Thi Hương Lan", "1990-05-17", True),  # and so is the whole birth date
        ("Nguyễn Thị Lan", "1990", True),  # the year with half the words
        ("Trần Văn Bình", "1990", False),  # the year alone is a spouse's as well
        ("Trần Văn Bình", "1990-05-18", False),
        ("Trần Văn Bình", "1990-05-17", True),
        ("Nguyễn Thị Lan", "1990-05-18", False),
    ],
)
def test_name_or_birth_date(name, birth, fit):
    assert fits(Details(name, birth), declared()) is fit


@pytest.mark.parametrize(("name", "fit"), [("Nguyễn Thị Hương", True), ("Lê Thị Thu Thảo", False)])
def test_a_record_that_knows_only_the_year(name, fit):
    assert fits(Details(name, "1990-05-17"), declared(birth="1990")) is fit


@given(st.permutations(["Đặng", "Thị", "Ước", "Nghĩa"]), st.booleans(), st.booleans())
def test_accents_case_and_order_change_nothing(words, upper, plain):
    typed = " ".join(words)
    typed = fold_name(typed) if plain else typed
    assert fits(Details(typed.upper() if upper else typed, "1950"), declared(name="Đặng Thị Ước Nghĩa"))


def test_the_typed_phone_is_asked_if_the_record_names_it():
    both = [declared(1, phone=PHONE), declared(2, phone=OTHER)]
    assert phone_to_ask(Details("x", "1990", phone=PHONE), both) == PHONE
    assert phone_to_ask(Details("x", "1990", phone=OTHER), both) == OTHER


def test_otherwise_the_newest_is_asked_whatever_was_typed():
    both = [declared(1, phone=PHONE), declared(2, phone=OTHER)]
    assert phone_to_ask(Details("x", "1990", number="040190000001"), both) == OTHER
    assert phone_to_ask(Details("x", "1990", phone="0900000000"), both) == OTHER


def test_what_is_signed_is_asked_before_what_one_officer_entered():
    both = [declared(1, phone=PHONE, is_signed=True), declared(2, phone=OTHER, name="Nguyễn Thị Hương")]
    assert phone_to_ask(Details("x", "1990", number="040190000001"), both) == PHONE
    assert phone_to_ask(Details("x", "1990", phone=OTHER), both) == OTHER


def test_a_corrected_phone_opens_nothing_any_more():
    corrected = [declared(1, phone=PHONE, is_current=False), declared(1, phone=OTHER, version_id=9)]
    assert phone_to_ask(Details("x", "1990", phone=PHONE), corrected) == OTHER
    assert phone_to_ask(Details("x", "1990", phone=PHONE), corrected[:1]) == ""


def test_no_phone_or_a_landline_is_never_asked():
    assert phone_to_ask(Details("x", "1990"), [declared(phone=""), declared(phone="02383844129")]) == ""


def test_a_proven_phone_opens_all_that_fit_and_name_it():
    fitting = [declared(1), declared(2), declared(3, phone=OTHER), declared(4, phone="")]
    assert reached_by_phone(PHONE, fitting) == {1, 2}


def test_a_corrected_phone_opens_nobody_beside_its_new_owner():
    """The number was given away; the new owner types the old owner's name and his own birth date."""
    owner = declared(1, name="Trần Văn Mới", number_key=b"his")
    left = declared(2, is_current=False, number_key=b"hers")
    assert reached_by_phone(PHONE, [owner, left]) == {1}
    moved = declared(2, is_current=False, is_over=True, number_key=b"hers")
    assert reached_by_phone(PHONE, [owner, moved]) == {1}


@pytest.mark.parametrize("same", [{"number_key": b"one"}, {"name": "Nguyễn Thị Hường"}])
def test_the_same_citizen_before_a_correction_is_opened_too(same):
    now = declared(1, number_key=b"one")
    before = declared(2, is_current=False, is_over=True, **{"name": "Nguyễn Thị Hương", "number_key": b"two", **same})
    assert reached_by_phone(PHONE, [now, before]) == {1, 2}
