"""Help is found with accents or without, and offered only where it is near."""

import pytest

from tests.unit.support.conftest import NOW, Desk, refusal
from vaxpass.support import actions, helping
from vaxpass.support.facts import Draft
from vaxpass.support.rules import Kind
from vaxpass.support.searching import all_words, is_close, words_of


def written(desk: Desk, title: str, body: str = "Cắm lại USB token rồi thử.", *, publish: bool = True, **more) -> int:
    draft = Draft(Kind.SIGNING, title, body, **more)
    article_id = actions.save_article(desk.agent, draft, now=NOW)
    if publish:
        actions.publish_article(desk.agent, article_id, now=NOW)
    return article_id


def ids(found) -> list[int]:
    return [one.article_id for one in found]


def test_words_are_folded_once_each_without_those_that_say_nothing() -> None:
    assert words_of("Tôi không thể ký số, KÝ SỐ bị lỗi!") == ["ky", "so", "loi"]
    assert all_words(["ky", "so"]) == "ky:* & so:*"


@pytest.mark.parametrize("typed", ["ký số", "ky so", "KÝ SỐ", "số ký", "ky s"])
def test_found_with_and_without_accents(desk: Desk, typed: str) -> None:
    signing = written(desk, "Không ký số được")
    written(desk, "Tệp Excel bị từ chối", "Chọn lại cột.")
    assert ids(helping.find(typed, "vi")) == [signing]


@pytest.mark.parametrize(
    "typed", ["", "   ", "!!! :* & |", "'; DROP TABLE support_article; --", "không là và", "x" * 500]
)
def test_what_cannot_be_searched_finds_nothing_and_breaks_nothing(desk: Desk, typed: str) -> None:
    written(desk, "Không ký số được")
    assert helping.find(typed, "vi") == []


def test_drafts_and_what_was_taken_out_are_not_found(desk: Desk) -> None:
    draft, retired = written(desk, "Không ký số được", publish=False), written(desk, "Không ký số được")
    actions.retire_article(desk.agent, retired, now=NOW)
    assert helping.find("ký số", "vi") == []
    assert refusal(helping.read_article, draft, "vi", may_edit=False) == "ARTICLE_UNKNOWN"
    assert helping.read_article(draft, "vi", may_edit=True).article_id == draft


def test_offered_by_code_by_page_and_by_words(desk: Desk) -> None:
    by_code = written(desk, "Mã PIN sai", codes=("PIN_WRONG",))
    by_page = written(desk, "Trang lô ký", pages=("facility:batch",))
    by_words = written(desk, "Chứng thư hết hạn", "Gia hạn chứng thư với nhà cung cấp.")
    written(desk, "Tệp Excel bị từ chối", "Chọn lại cột.")
    text = "chung thu da het han phai lam sao"
    assert ids(helping.offer(page="facility:batch", code="PIN_WRONG", text=text, language="vi")) == [
        by_code, by_words, by_page,
    ]  # fmt: skip
    assert helping.offer(language="vi") == []


def test_one_word_in_common_is_not_near() -> None:
    assert not is_close(words_of("chứng thư hết hạn cần gia hạn ở tỉnh"), "trang lo ky chung tu")
    assert is_close(["token"], "cam lai usb token")


def test_english_falls_back_to_vietnamese_and_says_so(desk: Desk) -> None:
    only_vi = written(desk, "Không ký số được")
    both = written(desk, "Mã PIN sai", title_en="Wrong PIN", body_en="Try once more, then ask the provider.")
    found = {one.article_id: one for one in helping.newest("en")}
    assert (found[only_vi].title, found[only_vi].is_translated) == ("Không ký số được", False)
    assert (found[both].title, found[both].is_translated) == ("Wrong PIN", True)
    assert ids(helping.find("wrong pin", "en")) == [both]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title_vi": "  "}, "SUPPORT_TEXT_MISSING"),
        ({"title_vi": "a" * 161}, "SUPPORT_TEXT_TOO_LONG"),
        ({"body_en": "Only a text"}, "ARTICLE_HALF_TRANSLATED"),
        ({"body_vi": "Gọi 0912345678"}, "SUPPORT_PUBLIC_NUMBERS"),
        ({"pages": ("<script>",)}, "ARTICLE_NAMES_WRONG"),
        ({"codes": ("pin wrong",)}, "ARTICLE_NAMES_WRONG"),
        ({"codes": tuple(f"CODE_{n}" for n in range(21))}, "ARTICLE_NAMES_WRONG"),
    ],
)
def test_bad_articles(desk: Desk, changes: dict[str, object], code: str) -> None:
    columns = {"kind": Kind.OTHER, "title_vi": "Tên", "body_vi": "Nội dung", **changes}
    assert refusal(actions.save_article, desk.agent, Draft(**columns), now=NOW) == code  # type: ignore[arg-type]  # wrong on purpose


def test_whoever_may_not_publish_writes_nothing(desk: Desk) -> None:
    draft = Draft(Kind.OTHER, "Tên", "Nội dung")
    assert refusal(actions.save_article, desk.clerk, draft, now=NOW) == "RIGHT_MISSING"
    article = actions.save_article(desk.agent, draft, now=NOW)
    assert refusal(actions.publish_article, desk.clerk, article, now=NOW) == "RIGHT_MISSING"
    assert refusal(actions.publish_article, desk.agent, article + 1, now=NOW) == "ARTICLE_UNKNOWN"


def test_a_changed_article_is_found_by_its_new_words_alone(desk: Desk) -> None:
    article = written(desk, "Không ký số được")
    actions.save_article(desk.it, Draft(Kind.ENTRY, "Tệp Excel", "Chọn lại cột."), now=NOW, article_id=article)
    assert helping.find("ký số", "vi") == []
    assert ids(helping.find("excel", "vi")) == [article]


def test_that_it_helped_counts_once_for_each_officer(desk: Desk) -> None:
    article = written(desk, "Không ký số được")
    for actor in (desk.clerk, desk.clerk, desk.colleague):
        actions.note_helped(actor, article, now=NOW)
    assert helping.read_article(article, "vi", may_edit=False).helped == 2
