import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxpass.offices.scope import Refused
from vaxpass.reports.numbers import _LETTERS, check_letter, make_number, read_number, show_number

letters = st.text(_LETTERS, min_size=12, max_size=12)


def whole(body):
    return f"PA{body}{check_letter(body)}"


def refused(text):
    with pytest.raises(Refused) as caught:
        read_number(text)
    return caught.value.code


def test_a_number_is_read_as_people_write_it():
    number = make_number()
    shown = show_number(number)
    assert shown.count("-") == 4
    for typed in (shown, shown.lower(), number, f"  {shown.replace('-', ' ')} ", number.removeprefix("PA")):
        assert read_number(typed) == number


@given(letters)
def test_letters_that_look_alike_are_read_alike(body):
    assert read_number(whole(body).replace("0", "O").replace("1", "l")) == whole(body)


@given(letters, st.integers(2, 14), st.sampled_from(_LETTERS))
def test_a_wrong_letter_is_always_noticed(body, place, letter):
    number = whole(body)
    changed = number[:place] + letter + number[place + 1 :]
    if changed == number:
        assert read_number(changed) == number
    else:
        assert refused(changed) == "RECEIPT_ILL_FORMED"


@given(letters, st.integers(2, 13), st.integers(2, 13))
def test_two_letters_changed_for_each_other_are_always_noticed(body, one, two):
    signs = list(whole(body))
    if signs[one] == signs[two]:
        return
    signs[one], signs[two] = signs[two], signs[one]
    assert refused("".join(signs)) == "RECEIPT_ILL_FORMED"


@pytest.mark.parametrize("text", ["", "PA", "PA-1234", "17", "PA-0000-0000-0000-0-0", "PA-UUUU-UUUU-UUUU-U", "Ｐ" * 15])
def test_what_is_no_number_is_told_from_a_guess(text):
    assert refused(text) == "RECEIPT_ILL_FORMED"


def test_numbers_do_not_repeat():
    assert len({make_number() for _ in range(1000)}) == 1000
