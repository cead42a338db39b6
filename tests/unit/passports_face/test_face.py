"""What a passport shows: the 11 fields of Decision 5772 in order, both languages, from the signed claims."""

from datetime import UTC, date, datetime

import pytest
from vaxproof import Code, ProofError, valuesets

from tests.factories.passports import make_ministry
from vaxpass.passports.face import read_face

NOW = datetime(2022, 4, 15, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def ministry():
    return make_ministry(NOW)


def test_the_eleven_fields_stand_in_the_order_of_the_decision(ministry):
    face = read_face(ministry.issue(NOW), "VN")

    shown = [(f.number, f.label.vi, f.label.en, f.value.vi, f.value.en) for f in face.fields]
    uvci = "URN:UVCI:01:VN:40A01/7F3KQ2W9X1#L"
    assert shown == [
        (1, "Họ và tên", "Full name", "Nguyễn Thị Hường", "Nguyễn Thị Hường"),
        (2, "Ngày tháng năm sinh", "Date of birth", "17/05/1990", "1990-05-17"),
        (3, "Quốc tịch", "Nationality", "Việt Nam", "Vietnam"),
        (4, "Bệnh dịch mà chứng nhận nhắm tới", "Disease or agent targeted", "COVID-19", "COVID-19"),
        (5, "Số mũi tiêm đã nhận", "Number of doses received", "2", "2"),
        (6, "Ngày tiêm", "Date of vaccination", "01/10/2021", "2021-10-01"),
        (7, "Liều số", "Dose number", "2/2", "2/2"),
        (8, "Vắc xin", "Vaccine", "Vắc xin mRNA ngừa SARS-CoV-2", "SARS-CoV-2 mRNA vaccine"),
        (9, "Sản phẩm vắc xin", "Vaccine product", "Comirnaty (Pfizer)", "Comirnaty (Pfizer)"),
        (
            10, "Nhà cung cấp hoặc sản xuất vắc xin", "Vaccine supplier or manufacturer",
            "Biontech Manufacturing GmbH", "Biontech Manufacturing GmbH",
        ),
        (11, "Mã số của chứng nhận", "Certificate identifier", uvci, uvci),
    ]  # fmt: skip


def test_times_are_those_of_vietnam(ministry):
    face = read_face(ministry.issue(datetime(2022, 4, 15, 20, 0, tzinfo=UTC), days=1), "VN")

    assert (face.issued_on.vi, face.issued_on.en) == ("16/04/2022", "2022-04-16")
    assert face.valid_until.vi == "17/04/2022 03:00 (giờ Việt Nam)"
    assert face.valid_until.en == "2022-04-17 03:00 (UTC+7)"


@pytest.mark.parametrize(
    ("given", "vi", "en"),
    [("1990", "1990", "1990"), ("1990-05", "05/1990", "1990-05"), ("1990-05-17", "17/05/1990", "1990-05-17")],
)
def test_a_birth_date_may_be_a_year_or_a_month(ministry, given, vi, en):
    value = read_face(ministry.issue(NOW, birth_date=given), "VN").fields[1].value

    assert (value.vi, value.en) == (vi, en)


@pytest.mark.parametrize("product", valuesets.LICENSED_IN_VIETNAM, ids=lambda p: p.mp)
def test_every_licensed_vaccine_has_names_for_all_its_codes(ministry, product):
    text = ministry.issue(NOW, product_code=product.mp, given_on=date(2022, 1, 2))
    fields = read_face(text, "LA").fields

    assert fields[2].value.vi == "Lào"
    assert fields[7].value.vi != product.vp
    assert product.vietnamese_name in fields[8].value.vi
    assert fields[9].value.vi == product.holder_name


def test_every_kind_of_vaccine_has_a_vietnamese_name():
    from vaxpass.passports.face import WORDING

    assert set(WORDING["prophylaxis"]) == set(valuesets.PROPHYLAXIS)
    assert set(WORDING["diseases"]) == {valuesets.DISEASE}


def test_only_a_given_name_is_enough(ministry):
    face = read_face(ministry.issue(NOW, family_name=""), "VN")

    assert (face.name, face.latin_name) == ("Thị Hường", "THI HUONG")


def test_what_is_no_certificate_is_refused():
    with pytest.raises(ProofError) as refused:
        read_face("HC1:NOTHING", "VN")

    assert isinstance(refused.value.code, Code)
