"""The verification API, version 1: no account, no cookie, nothing kept.

What is handed in is looked at, answered and forgotten: no view here writes a row, a file or a line of a log.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Path
from ninja.errors import HttpError, ValidationError

from vaxpass.desks._shared.published_lists import known_lists
from vaxpass.desks.integrators import examples
from vaxpass.desks.integrators.errors import ApiCode, error_response, refusal_response
from vaxpass.desks.integrators.lists import heads, published_checkpoint
from vaxpass.desks.integrators.schemas import (
    Bucket,
    DocumentState,
    Error,
    LogState,
    Status,
    VerifyAnswer,
    VerifyRequest,
)
from vaxpass.desks.integrators.verifying import OLD, verify_one
from vaxpass.desks.integrators.words import msgid
from vaxpass.offices.scope import Refused, Unavailable
from vaxpass.publication.issued import issued_bucket, question_length

ROOT: Final = "/api/v1/"
DESCRIPTION: Final = msgid(
    "Checks vaccination passports and tells how old the published lists are. No account is needed; nothing of what is"
    " sent is stored or logged. Whoever can should check on their own device instead: see the published files."
)
api: Final = NinjaAPI(
    title="vaxpass", version="1", description=DESCRIPTION, docs_url=None, openapi_url=None, urls_namespace="api-1"
)
_REFUSALS: Final = {frozenset({400, 411, 413, 422, 429}): Error}


Prefix = Annotated[
    str,
    Path(
        description=msgid("The first digits of the SHA-256 over the COSE message, hexadecimal, in small letters."),
        examples=["3f"],
    ),
]


@api.post(
    "verify",
    response={200: VerifyAnswer, **_REFUSALS},
    summary=msgid("Verify passports"),
    description=msgid(
        "Up to 100 texts of QR codes at once; the answers come in the same order. Each is VALID, NOT_VALID or"
        " CANNOT_TELL, with the reason. With a country, its validity rules judge each valid passport besides."
    ),
    openapi_extra=examples.VERIFY,
)
def verify(request: HttpRequest, asked: VerifyRequest) -> Any:
    """Give the verdicts."""
    del request  # nothing of it matters
    known, now = known_lists(), datetime.now(UTC)
    return VerifyAnswer(results=[verify_one(text, asked, known, now) for text in asked.texts])


@api.get(
    "status",
    response={200: Status, frozenset({429}): Error},
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


@api.get(
    "log",
    response={200: LogState, frozenset({429, 503}): Error},
    summary=msgid("The public log"),
    description=msgid(
        "Size and signed checkpoint of the log, and how many digits a question about a passport should have."
    ),
    openapi_extra=examples.LOG,
)
def log(request: HttpRequest) -> Any:
    """Give the checkpoint."""
    del request
    length = question_length()
    note = published_checkpoint()
    origin, size, _root = note.split("\n", 3)[:3]
    return LogState(origin=origin, size=int(size), checkpoint=note, prefix_length=length)


@api.get(
    "log/issued/{prefix}",
    response={200: Bucket, frozenset({422, 429, 503}): Error},
    summary=msgid("Was this passport issued?"),
    description=msgid(
        "Asked by the first digits of the SHA-256 over the COSE message, so few that many passports share them: the"
        " answer is all leaves of the log that do, each with its path to the checkpoint. The question does not tell"
        " which passport is meant."
    ),
    openapi_extra=examples.ISSUED,
)
def issued(request: HttpRequest, prefix: Prefix) -> Any:
    """Give the bucket."""
    del request
    return issued_bucket(prefix, datetime.now(UTC))


@api.get("log/issued/", response={200: Bucket}, include_in_schema=False)
def issued_of_all(request: HttpRequest) -> Any:
    """The question without a digit, while the log is small."""
    del request
    return issued_bucket("", datetime.now(UTC))


@api.exception_handler(Refused)
def _on_refusal(_request: HttpRequest, refusal: Refused) -> HttpResponse:
    return error_response(refusal.code, 422, facts=refusal.facts)


@api.exception_handler(Unavailable)
def _on_unavailable(_request: HttpRequest, trouble: Unavailable) -> HttpResponse:
    return error_response(trouble.code, 503, headers={"Retry-After": "60"})


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
