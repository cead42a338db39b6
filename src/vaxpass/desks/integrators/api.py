"""The verification API, version 1: no account, no cookie, nothing kept.

What is handed in is looked at, answered and forgotten: no view here writes a row, a file or a line of a log.
"""

from datetime import UTC, datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from vaxpass.desks.integrators import examples
from vaxpass.desks.integrators.errors import ApiCode, ApiRefusal, refusal_response
from vaxpass.desks.integrators.lists import heads, known_lists
from vaxpass.desks.integrators.schemas import DocumentState, Refused, Status, VerifyAnswer, VerifyRequest
from vaxpass.desks.integrators.verifying import OLD, verify_one
from vaxpass.desks.integrators.words import msgid

ROOT: Final = "/api/v1/"
DESCRIPTION: Final = msgid(
    "Checks vaccination passports and tells how old the published lists are. No account is needed; nothing of what is"
    " sent is stored or logged. Whoever can should check on their own device instead: see the published files."
)
api: Final = NinjaAPI(
    title="vaxpass", version="1", description=DESCRIPTION, docs_url=None, openapi_url=None, urls_namespace="api-1"
)
_REFUSALS: Final = {frozenset({400, 413, 422, 429}): Refused}


@api.post(
    "verify",
    response={200: VerifyAnswer, **_REFUSALS},
    summary=msgid("Verify passports"),
    description=msgid(
        "Up to 100 texts of QR codes at once; the answers come in the same order. Each is VALID, NOT_VALID or"
        " CANNOT_TELL, with the reason. With a country, its validity rules judge each valid passport besides."
    ),
    openapi_extra=examples.VERIFY,
    exclude_none=False,
)
def verify(request: HttpRequest, asked: VerifyRequest) -> Any:
    """Give the verdicts."""
    del request  # nothing of it matters
    known, now = known_lists(), datetime.now(UTC)
    return VerifyAnswer(results=[verify_one(text, asked, known, now) for text in asked.texts])


@api.get(
    "status",
    response={200: Status, frozenset({429}): Refused},
    summary=msgid("How old the published documents are"),
    description=msgid("Number, time and next time of each published document, as they lie there at this moment."),
    openapi_extra=examples.STATUS,
)
def status(request: HttpRequest) -> Any:
    """Give the heads of the documents."""
    del request
    now = datetime.now(UTC)
    return Status(now=now, documents=[_state(head, now) for head in heads()])


def _state(head: Any, now: datetime) -> DocumentState:
    return DocumentState(
        document=head.document,
        number=head.number,
        made_at=head.made_at,
        next_at=head.next_at,
        age_seconds=int(head.age(now).total_seconds()),
        is_old=head.age(now) >= OLD,
        is_late=now > head.next_at,
    )


@api.exception_handler(ApiRefusal)
def _on_refusal(_request: HttpRequest, refusal: ApiRefusal) -> HttpResponse:
    return refusal_response(refusal.code, refusal.field)


@api.exception_handler(ValidationError)
def _on_invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Only the place of the first fault: the framework's own answer would repeat what was sent."""
    place = [str(part) for part in error.errors[0].get("loc", ())] if error.errors else []
    return refusal_response(ApiCode.REQUEST_INVALID, ".".join(place[2:] if place[:1] == ["body"] else place[1:]))


@api.exception_handler(HttpError)
def _on_unreadable(_request: HttpRequest, _error: HttpError) -> HttpResponse:
    return refusal_response(ApiCode.REQUEST_UNREADABLE)


def openapi() -> dict[str, Any]:
    """The OpenAPI document."""
    return dict(api.get_openapi_schema(path_prefix=ROOT))
