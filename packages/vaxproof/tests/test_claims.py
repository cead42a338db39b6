"""How doses are counted."""

import pytest
from vaxproof import Code, ProofError, dose_numbers
from vaxproof.claims import is_ambiguous

PFIZER, AZ, JANSSEN, ABDALA = "EU/1/20/1528", "EU/1/21/1529", "EU/1/20/1525", "Abdala"


@pytest.mark.parametrize(
    ("products", "expected"),
    [
        ([], None),
        ([PFIZER], None),
        ([PFIZER] * 2, (2, 2)),
        ([PFIZER] * 3, (3, 3)),
        ([PFIZER] * 4, (4, 4)),
        ([JANSSEN], (1, 1)),
        ([JANSSEN, PFIZER], (2, 1)),
        ([JANSSEN] * 3, (3, 1)),
        ([ABDALA], None),
        ([ABDALA] * 2, None),
        ([ABDALA] * 3, (3, 3)),
        ([ABDALA] * 4, (4, 4)),
        ([AZ, PFIZER], (2, 2)),
        ([AZ, JANSSEN], (2, 2)),
        ([ABDALA, PFIZER], None),
        ([PFIZER, ABDALA], None),
        ([ABDALA, PFIZER, PFIZER], (3, 3)),
        ([PFIZER, PFIZER, ABDALA], (3, 3)),
        ([JANSSEN, ABDALA], (2, 1)),
    ],
)
def test_dose_numbers(products, expected):
    assert dose_numbers(products) == expected


def test_a_product_that_is_not_licensed_is_refused():
    with pytest.raises(ProofError) as refused:
        dose_numbers([PFIZER, "Covaxin"])
    assert refused.value.code is Code.PRODUCT_UNKNOWN


@pytest.mark.parametrize(("numbers", "ambiguous"), [((2, 2), False), ((3, 2), True), ((2, 1), False), ((3, 3), False)])
def test_numbers_of_before_2022_are_ambiguous(numbers, ambiguous):
    assert is_ambiguous(*numbers) is ambiguous
