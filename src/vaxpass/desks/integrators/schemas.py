"""What goes into the API and what comes out of it, in types; the OpenAPI document is made from these."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

MOST_TEXTS = 100
Words = Annotated[dict[str, str], Field(description="By language: `vi`, `en`.")]
ANSWERS = Literal["VALID", "NOT_VALID", "CANNOT_TELL"]


class Said(StrEnum):
    """What rules say."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    OPEN = "OPEN"


class VerifyRequest(Schema):
    """Texts of QR codes, and what is wanted."""

    model_config = ConfigDict(extra="forbid")

    texts: list[str] = Field(
        min_length=1, max_length=MOST_TEXTS, description="Texts of QR codes, `HC1:…`.", examples=[["HC1:6BFOXN…"]]
    )
    claims: bool = Field(False, description="Whether names, dates and doses come back too.")
    log: bool = Field(
        False,
        description="Whether our own log is asked too: a good signature without an entry is a stolen key's.",
    )
    country: str | None = Field(
        None,
        pattern="^[A-Z]{2}$",
        description="Judge by the validity rules of this country, too (ISO 3166-1 alpha-2).",
        examples=["DE"],
    )
    purpose: str = Field("entry", max_length=40, description="What for; rule sets name their purposes.")
    region: str | None = Field(None, max_length=10, description="A region of the country, where its rules know any.")


class Reason(Schema):
    """A code with its sentence."""

    code: str = Field(description="Stable; never translated.", examples=["VALID"])
    sentence: Words


class Edition(Schema):
    """A published document's number and times."""

    number: int = Field(description="Grows by one with every edition.")
    made_at: datetime
    next_at: datetime = Field(description="By then the next edition is there.")
    age_seconds: int
    is_old: bool = Field(description="Made more than 24 hours ago.")


class LogPlaces(Schema):
    """Positions in the log, counted from 0."""

    issued_at: int | None = Field(description="Of the issue; null where the log has none.")
    revoked_at: int | None = Field(description="Of the revocation; null where the log has none.")


class Facts(Schema):
    """What else is known about the check."""

    checked_at: datetime
    trust_list: Edition | None = Field(None, description="The list of keys that was used.")
    revocation_list: Edition | None = Field(None, description="The list of revocations; null where none was there.")
    algorithm: str | None = Field(None, examples=["ES256"])
    key_id: str | None = Field(None, description="Hexadecimal, as the passport says.", examples=["4a6c2b1f00d3e8a9"])
    signer: str | None = Field(None, description="The signer's certificate; only where the signature is right.")
    signer_country: str | None = None
    log: LogPlaces | None = Field(None, description="Where it stands in our log; null where the log was not asked.")
    remarks: list[Reason] = Field(default_factory=list, description="What is odd, but no reason to refuse.")


class Claims(Schema):
    """What the passport says; only where the signature is right, and only when asked for."""

    kind: Literal["v", "t", "r"] = Field(description="Vaccination, test, recovery.")
    family_name: str
    given_name: str
    birth_date: str = Field(description="`YYYY-MM-DD`, `YYYY-MM`, `YYYY` or empty.")
    identifier: str
    issuer: str | None
    issued_at: datetime
    expires_at: datetime
    certificate: dict[str, Any] = Field(description="The whole certificate, in the EU's schema.")


class Finding(Schema):
    """What one rule says."""

    identifier: str = Field(examples=["VR-DE-0001"])
    version: str
    outcome: Said
    reason: Reason | None = Field(None, description="Why it is open.")
    description: dict[str, str] = Field(description="What the rule asks, by language, as its country wrote it.")


class Judgement(Schema):
    """What a country's validity rules say; a second answer beside the verdict."""

    country: str
    purpose: str
    outcome: Said
    reason: Reason | None = Field(None, description="Why it is open.")
    findings: list[Finding]


class Result(Schema):
    """The verdict on one text, in the order in which the texts were sent."""

    answer: ANSWERS
    code: str = Field(description="The reason.", examples=["VALID"])
    sentence: Words
    facts: Facts
    claims: Claims | None = None
    rules: Judgement | None = Field(None, description="Where a country was named and the answer is VALID.")


class VerifyAnswer(Schema):
    """The verdicts."""

    results: list[Result]


class DocumentState(Edition):
    """One published document."""

    document: str = Field(examples=["trust-list"])
    is_late: bool = Field(description="The next edition should be there by now.")


class Status(Schema):
    """How old the published documents are."""

    now: datetime
    documents: list[DocumentState]


class LogState(Schema):
    """The public log as it is published."""

    origin: str
    size: int = Field(description="Leaves under the checkpoint.")
    checkpoint: str = Field(description="The signed note (C2SP tlog-checkpoint).")
    prefix_length: int = Field(description="So many hexadecimal digits should a question have.")


class Entry(Schema):
    """One leaf of the log."""

    index: int = Field(description="Its position, from 0.")
    leaf: str = Field(description="The bytes of the leaf, as text.")
    path: list[str] = Field(description="The hashes from its sibling up to the root (RFC 9162), base64.")


class Bucket(Schema):
    """All leaves that begin as was asked; who asks finds the one it holds, or that there is none."""

    format: Literal["vaxproof-bucket"]
    version: Literal[1]
    prefix: str
    checkpoint: str
    asked_at: datetime
    entries: list[Entry]
    waiting: list[str] = Field(description="Leaves that the next checkpoint will cover.")


class Refusal(Schema):
    """Why a request was refused."""

    code: str = Field(examples=["REQUEST_INVALID"])
    sentence: Words
    field: str | None = Field(None, description="The member that is wrong.", examples=["texts.0"])


class Error(Schema):
    """A refusal."""

    error: Refusal
