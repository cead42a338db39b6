"""Help: articles found by page, by refusal code, by words without accents."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Count, F, Q, QuerySet

from vaxpass.offices.scope import Refused
from vaxpass.support.facts import ArticleFacts, Draft
from vaxpass.support.models import Article
from vaxpass.support.rules import ArticleState, Kind
from vaxpass.support.searching import all_words, any_words, is_close, words_of

MOST_OFFERED: Final = 5
_LOOKED_AT: Final = 30


def published() -> QuerySet[Article]:
    """List the published articles."""
    return Article.objects.filter(state=ArticleState.PUBLISHED)


def find(text: str, language: str, *, most: int = 20) -> list[ArticleFacts]:
    """Find articles by words, typed with accents or without; all words, else most of them."""
    words = words_of(text)
    if not words:
        return []
    return _facts(_ranked(all_words(words))[:most], language) or offer_by_words(words, language, most=most)


def offer(*, page: str = "", code: str = "", text: str = "", language: str) -> list[ArticleFacts]:
    """List what may help before a difficulty is opened: articles of the code, of the page, of the words typed."""
    found: dict[int, ArticleFacts] = {}
    ways: list[Iterable[ArticleFacts]] = []
    if code:
        ways.append(_facts(published().filter(codes__contains=[code]).order_by("-published_at"), language))
    ways.append(offer_by_words(words_of(text), language))
    if page:
        ways.append(_facts(published().filter(pages__contains=[page]).order_by("-published_at"), language))
    for way in ways:
        for one in way:
            found.setdefault(one.article_id, one)
    return list(found.values())[:MOST_OFFERED]


def offer_by_words(words: Sequence[str], language: str, *, most: int = MOST_OFFERED) -> list[ArticleFacts]:
    """List the articles that hold enough of some folded words, the nearest first."""
    if not words:
        return []
    near = [one for one in _ranked(any_words(words))[:_LOOKED_AT] if is_close(words, one.words)]
    return _facts(near[:most], language)


def _ranked(query: str) -> QuerySet[Article]:
    search = SearchQuery(query, search_type="raw", config="simple")
    ranked = published().filter(search=search).annotate(rank=SearchRank(F("search"), search))
    return ranked.order_by("-rank", "-published_at")


def newest(language: str, *, kind: Kind | None = None) -> list[ArticleFacts]:
    """List the published articles, newest first, of one kind if named."""
    rows = published() if kind is None else published().filter(kind=kind.value)
    return _facts(rows.order_by("-published_at", "-pk")[:100], language)


def read_article(article_id: int, language: str, *, may_edit: bool) -> ArticleFacts:
    """Give an article; drafts and retired ones to editors alone. Refuses ARTICLE_UNKNOWN."""
    condition = Q() if may_edit else Q(state=ArticleState.PUBLISHED)
    for one in _facts(Article.objects.filter(condition, pk=article_id), language):
        return one
    raise Refused("ARTICLE_UNKNOWN")


def _facts(rows: Iterable[Any], language: str) -> list[ArticleFacts]:
    found = list(rows)
    counts = Article.objects.filter(pk__in=[one.pk for one in found]).annotate(n=Count("helped"))
    helped = dict(counts.values_list("pk", "n"))
    return [_fact(one, language, helped.get(one.pk, 0)) for one in found]


def _fact(one: Article, language: str, helped: int) -> ArticleFacts:
    translated = language != "en" or bool(one.title_en and one.body_en)
    english = language == "en" and translated
    return ArticleFacts(
        one.pk,
        Kind(one.kind),
        one.title_en if english else one.title_vi,
        one.body_en if english else one.body_vi,
        ArticleState(one.state),
        one.changed_at,
        helped,
        translated,
    )


def all_articles() -> QuerySet[Article]:
    """List every article, for whoever writes them."""
    return Article.objects.defer("search", "words")


def draft_of(article_id: int) -> Draft:
    """Give what stands in an article, for changing it. Refuses ARTICLE_UNKNOWN."""
    one = all_articles().filter(pk=article_id).first()
    if one is None:
        raise Refused("ARTICLE_UNKNOWN")
    return Draft(
        Kind(one.kind), one.title_vi, one.body_vi, one.title_en, one.body_en, tuple(one.pages), tuple(one.codes)
    )
