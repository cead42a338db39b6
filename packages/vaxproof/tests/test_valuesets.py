"""Value sets, held against those that the EU published."""

import json

import pytest
from vaxproof import Code, ProofError, valuesets


def published(vectors, name):
    return json.loads((vectors / "valuesets" / name).read_text("utf-8"))


@pytest.mark.vectors
@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("vaccine-prophylaxis.json", valuesets.PROPHYLAXIS),
        ("vaccine-mah-manf.json", valuesets.HOLDERS),
        ("test-type.json", valuesets.TEST_TYPES),
        ("test-result.json", valuesets.TEST_RESULTS),
    ],
)
def test_codes_are_those_published(vectors, name, ours):
    assert set(ours) == set(published(vectors, name)["valueSetValues"])


@pytest.mark.vectors
def test_products_are_those_published(vectors):
    codes = {code.strip() for code in published(vectors, "vaccine-medicinal-product.json")["valueSetValues"]}
    assert set(valuesets.PRODUCTS) == codes


def test_eight_are_licensed_and_each_is_a_legal_triple():
    assert len(valuesets.LICENSED_IN_VIETNAM) == 8
    for product in valuesets.LICENSED_IN_VIETNAM:
        assert valuesets.is_legal_triple(product.mp, product.ma, product.vp)
        assert product.holder_name
        assert product.prophylaxis_name
        assert product.vietnamese_name


def test_primary_doses():
    doses = {p.vietnamese_name: p.primary_doses for p in valuesets.LICENSED_IN_VIETNAM}
    assert doses.pop("Janssen") == 1
    assert doses.pop("Abdala") == 3
    assert set(doses.values()) == {2}


def test_vero_cell_is_of_beijing_not_the_withdrawn_code():
    vero = next(p for p in valuesets.LICENSED_IN_VIETNAM if p.vietnamese_name == "Vero Cell")
    assert (vero.mp, vero.ma) == ("BBIBP-CorV", "ORG-100020693")


@pytest.mark.parametrize("code", ["Inactivated-SARS-CoV-2-Vero-Cell", "NVX-CoV2373", "Unknown", ""])
def test_withdrawn_and_unknown_products_are_not_issued(code):
    with pytest.raises(ProofError) as refused:
        valuesets.get_product(code)
    assert refused.value.code is Code.PRODUCT_UNKNOWN


@pytest.mark.parametrize(
    ("triple", "remark"),
    [
        (("EU/1/21/1529", "ORG-100001699", "29061000087103"), None),
        (("EU/1/21/1529", "ORG-100001699", "28531000087107"), None),
        (("EU/1/21/1529", "ORG-100030215", "J07BX03"), Code.WRONG_TRIPLE),  # as Vietnam's specimen has it
        (("EU/1/21/1529", "ORG-100001699", "1119349007"), Code.WRONG_TRIPLE),
        (("EU/1/21/1529", "ORG-100001699", "J07BX03"), Code.CODE_INACTIVE),
        (("EU/1/21/9999", "ORG-100001699", "J07BX03"), Code.CODE_UNKNOWN),
    ],
)
def test_remarks_on_triples(triple, remark):
    assert valuesets.remark_on_triple(*triple) is remark


def test_the_withdrawn_prophylaxis_code_is_never_legal_to_issue():
    assert not any(valuesets.is_legal_triple(p.mp, p.ma, "J07BX03") for p in valuesets.PRODUCTS.values())
