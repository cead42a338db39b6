"""Help articles: drafted from an answer or by hand, published, retired."""

from datetime import datetime

from django.db import connection, transaction

from vaxpass.offices.roles import Permission
from vaxpass.offices.scope import Actor, Refused, check_may
from vaxpass.records.sealing import open_seal
from vaxpass.support import rules
from vaxpass.support.actions.steps import note
from vaxpass.support.facts import Draft
from vaxpass.support.models import Article, DifficultyStep, Helped
from vaxpass.support.queries import answered_by
from vaxpass.support.rules import ArticleState, Kind, Status, StepKind
from vaxpass.support.scanning import has_numbers, masked
from vaxpass.support.searching import folded

LONGEST_TITLE = 160
LONGEST_BODY = 8000
MOST_NAMES = 20


def draft_from(actor: Actor, difficulty_id: int) -> Draft:
    """Give a draft grown from a solved difficulty: what was asked, and the answers, numbers covered.

    Refuses RIGHT_MISSING, DIFFICULTY_UNKNOWN, SUPPORT_NOT_SOLVED.
    """
    check_may(actor, Permission.STATUS_PUBLISH)
    one = answered_by(actor).filter(pk=difficulty_id).first()
    if one is None:
        raise Refused("DIFFICULTY_UNKNOWN")
    if one.status != Status.SOLVED:
        raise Refused("SUPPORT_NOT_SOLVED")
    said = DifficultyStep.objects.filter(difficulty=one, kind__in=(StepKind.ANSWERED, StepKind.SOLVED)).order_by("pk")
    body = "\n\n".join(masked(open_seal(step.text_sealed)) for step in said)
    pages, codes = ((one.page,) if one.page else ()), ((one.code,) if one.code else ())
    return Draft(Kind(one.kind), masked(open_seal(one.subject_sealed)), body, pages=pages, codes=codes)


def save_article(
    actor: Actor, draft: Draft, *, now: datetime, article_id: int | None = None, grown_from: int | None = None
) -> int:
    """Store an article, new ones as drafts; give its id. What is published stays published, with the new text.

    Refuses RIGHT_MISSING, ARTICLE_UNKNOWN, DIFFICULTY_UNKNOWN, SUPPORT_TEXT_MISSING, SUPPORT_TEXT_TOO_LONG,
    SUPPORT_PUBLIC_NUMBERS, ARTICLE_HALF_TRANSLATED, ARTICLE_NAMES_WRONG.
    """
    check_may(actor, Permission.STATUS_PUBLISH)
    columns = {**_columns(draft), "written_by_id": actor.officer_id, "changed_at": now}
    if grown_from is not None and not answered_by(actor).filter(pk=grown_from).exists():
        raise Refused("DIFFICULTY_UNKNOWN")
    with transaction.atomic():
        if article_id is None:
            article = Article(state=ArticleState.DRAFT.value, grown_from_id=grown_from, search="", **columns)
            article.save(force_insert=True)
        else:
            article = _lock(article_id)
            for name, value in columns.items():
                setattr(article, name, value)
            article.save(update_fields=list(columns))
        _index(article.pk, draft)
        note(actor, "save_article", article.pk, now=now, article=article.pk)
    return article.pk


def _columns(draft: Draft) -> dict[str, object]:
    title, body = rules.check_text(draft.title_vi, LONGEST_TITLE), rules.check_text(draft.body_vi, LONGEST_BODY)
    title_en, body_en = draft.title_en.strip(), draft.body_en.strip()
    if bool(title_en) != bool(body_en):
        raise Refused("ARTICLE_HALF_TRANSLATED")
    if len(title_en) > LONGEST_TITLE or len(body_en) > LONGEST_BODY:
        raise Refused("SUPPORT_TEXT_TOO_LONG", most=LONGEST_BODY)
    if has_numbers(title, body, title_en, body_en):
        raise Refused("SUPPORT_PUBLIC_NUMBERS")
    _check_names(draft)
    return {
        "kind": draft.kind.value,
        "title_vi": title,
        "body_vi": body,
        "title_en": title_en,
        "body_en": body_en,
        "pages": list(dict.fromkeys(draft.pages)),
        "codes": list(dict.fromkeys(draft.codes)),
        "words": folded(title, body, title_en, body_en, *draft.codes),
    }


def _check_names(draft: Draft) -> None:
    right = all(rules.page_named(page) for page in draft.pages) and all(rules.code_named(code) for code in draft.codes)
    if not right or len(draft.pages) > MOST_NAMES or len(draft.codes) > MOST_NAMES:
        raise Refused("ARTICLE_NAMES_WRONG")


def _index(article_id: int, draft: Draft) -> None:
    """Write the index: words of the titles weigh more than words of the text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE support_article SET search = setweight(to_tsvector('simple', %s), 'A') "
            "|| setweight(to_tsvector('simple', %s), 'C') WHERE id = %s",
            [
                folded(draft.title_vi, draft.title_en),
                folded(draft.body_vi, draft.body_en, *draft.codes),
                article_id,
            ],
        )


def publish_article(actor: Actor, article_id: int, *, now: datetime) -> None:
    """Publish an article. Refuses RIGHT_MISSING, ARTICLE_UNKNOWN."""
    _move(actor, article_id, ArticleState.PUBLISHED, now)


def retire_article(actor: Actor, article_id: int, *, now: datetime) -> None:
    """Take an article out of the help; it stays readable for editors. Refuses RIGHT_MISSING, ARTICLE_UNKNOWN."""
    _move(actor, article_id, ArticleState.RETIRED, now)


def _move(actor: Actor, article_id: int, state: ArticleState, now: datetime) -> None:
    check_may(actor, Permission.STATUS_PUBLISH)
    with transaction.atomic():
        article = _lock(article_id)
        article.state = state.value
        article.published_at = article.published_at or (now if state is ArticleState.PUBLISHED else None)
        article.save(update_fields=["state", "published_at"])
        note(actor, "article_state", article_id, now=now, article=article_id, state=state.value)


def _lock(article_id: int) -> Article:
    article = Article.objects.select_for_update().defer("search").filter(pk=article_id).first()
    if article is None:
        raise Refused("ARTICLE_UNKNOWN")
    return article


def note_helped(actor: Actor, article_id: int, *, now: datetime) -> None:
    """Note that a published article helped an officer, once. Refuses ARTICLE_UNKNOWN."""
    if not Article.objects.filter(pk=article_id, state=ArticleState.PUBLISHED).exists():
        raise Refused("ARTICLE_UNKNOWN")
    Helped.objects.get_or_create(article_id=article_id, officer_id=actor.officer_id, defaults={"at": now})
