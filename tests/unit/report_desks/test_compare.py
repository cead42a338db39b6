from vaxpass.desks._shared.reports.compare import Compared, mark_letters


def marked(stands, said):
    return [str(text) for text in Compared("name", "Name", stands, said).marked]


def test_one_lost_accent_is_one_marked_letter():
    assert marked("Nguyễn Thị Hường", "Nguyễn Thị Hương") == [
        "Nguyễn Thị Hư<mark>ờ</mark>ng", "Nguyễn Thị Hư<mark>ơ</mark>ng"
    ]  # fmt: skip


def test_letters_composed_or_not_are_the_same():
    composed, taken_apart = "Nguy\u1ec5n", "Nguye\u0302\u0303n"
    assert not Compared("name", "Name", composed, taken_apart).differs


def test_nothing_said_differs_in_nothing():
    assert not Compared("lot", "Lot", "FK0112", "").differs
    assert marked("FK0112", "") == ["FK0112", "–"]


def test_what_the_record_lacks_is_marked_whole():
    assert marked("", "0900000001") == ["–", "<mark>0900000001</mark>"]


def test_only_accents_or_more():
    assert Compared("name", "Name", "Đặng Đức", "Dang Duc").accents_only
    assert not Compared("name", "Name", "Đặng Đức", "Dang Duy").accents_only


def test_what_was_typed_stays_text():
    first, second = mark_letters("<b>", "<script>alert(1)</script>")
    assert "<script>" not in second
    assert "<b>" not in first


def test_of_dates_the_whole_day_month_or_year_is_marked():
    exchanged = ["<mark>07</mark>/<mark>05</mark>/1990", "<mark>05</mark>/<mark>07</mark>/1990"]
    assert marked("07/05/1990", "05/07/1990") == exchanged
    assert marked("17/05/1990", "18/05/1990") == ["<mark>17</mark>/05/1990", "<mark>18</mark>/05/1990"]


def test_a_date_with_its_year_alone_differs_in_what_the_other_adds():
    assert marked("1990", "17/05/1990") == ["1990", "<mark>17</mark>/<mark>05</mark>/1990"]
    assert marked("05/1991", "17/05/1990") == ["05/<mark>1991</mark>", "<mark>17</mark>/05/<mark>1990</mark>"]
