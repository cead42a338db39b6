"""One case as it stands in `vectors.json`, and the documents that the cases name."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from packages.vaxproof.vectors.generator.envelope import AT
from packages.vaxproof.vectors.generator.publications import stamp

POLICY = {"guard_clock": True, "revocations_needed": False, "list_grace_hours": 48, "ignore_foreign_purposes": True}
_documents: dict[str, bytes] = {}


def put(name: str, data: bytes) -> str:
    """Keep a document under a name below `documents/`; one name, one content."""
    assert _documents.setdefault(name, data) == data, name
    return name


def all_documents() -> dict[str, bytes]:
    """Every document by its name."""
    return dict(_documents)


@dataclass(kw_only=True)
class Case:
    """A case; see the README for its members."""

    id: str
    about: str
    answer: str
    code: str
    text: str = ""
    kind: str = "check"
    at: datetime = AT
    pins: tuple[str, ...] = ("publisher-a.der",)
    take: tuple[str, ...] = ("trust-list.jws",)
    numbers: dict[str, int] = field(default_factory=dict)
    last_seen: datetime | None = None
    policy: dict[str, Any] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    more: dict[str, Any] = field(default_factory=dict)
    name: str = ""
    judged: dict[str, Any] = field(default_factory=dict)
    log_policy: str | None = None
    proof: str | None = None
    bucket: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The members in the order in which people read them."""
        expected: dict[str, Any] = {"answer": self.answer, "code": self.code, "remarks": sorted(self.remarks)}
        head = {"id": self.id, "about": self.about, "kind": self.kind}
        if self.kind == "log":
            return head | self.more | {"expected": {"answer": self.answer, "code": self.code}}
        device = {
            "at": stamp(self.at), "pins": list(self.pins), "take": list(self.take), "numbers": self.numbers,
            "last_seen": stamp(self.last_seen) if self.last_seen else None, "policy": POLICY | self.policy,
            "proof": self.proof, "bucket": self.bucket, "log_policy": self.log_policy,
        }  # fmt: skip
        if self.name:
            expected["name"] = self.name
        text = {} if self.kind == "picture" else {"text": self.text}
        return head | text | device | self.more | {"expected": expected | self.judged}


NAME = "Đặng Đình Đức"


def valid(id: str, about: str, text: str, **more: Any) -> Case:  # noqa: A002 -- the member's name
    """A passport that must be accepted, with the name that must be shown."""
    return Case(id=id, about=about, answer="VALID", code="VALID", text=text, **({"name": NAME} | more))


def refused(id: str, about: str, code: str, text: str, **more: Any) -> Case:  # noqa: A002 -- the member's name
    """A passport that must not be accepted."""
    return Case(id=id, about=about, answer="NOT_VALID", code=code, text=text, **more)


def unclear(id: str, about: str, code: str, text: str, **more: Any) -> Case:  # noqa: A002 -- the member's name
    """A passport of which nothing can be said."""
    return Case(id=id, about=about, answer="CANNOT_TELL", code=code, text=text, **more)
