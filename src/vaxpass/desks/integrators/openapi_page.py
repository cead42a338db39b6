"""The OpenAPI document as rows of a page: operations with their members, types with theirs."""

import json
from dataclasses import dataclass
from typing import Any, Final

_PREFIX: Final = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a type or one parameter. `ref`: the type that it is made of, where that has a place on the page."""

    name: str
    type: str
    ref: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method at one address."""

    method: str
    path: str
    anchor: str
    summary: str
    description: str
    parameters: list[Member]
    takes: str
    gives: str
    request_example: str
    answer_example: str
    refusals: list[str]


@dataclass(frozen=True, slots=True)
class Type:
    """One named type with its members."""

    name: str
    description: str
    members: list[Member]


def operations_of(document: dict[str, Any]) -> list[Operation]:
    """Every operation, in the document's order."""
    return [
        _operation(path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def _operation(path: str, method: str, operation: dict[str, Any]) -> Operation:
    responses = {int(status): response for status, response in operation["responses"].items()}
    taken, given = _content(operation.get("requestBody")), _content(responses[200])
    return Operation(
        method=method.upper(),
        path=path,
        anchor=f"{method}-{path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}",
        summary=operation["summary"],
        description=operation["description"],
        parameters=[_parameter(one) for one in operation.get("parameters", [])],
        takes=_ref(taken.get("schema", {})),
        gives=_ref(given["schema"]),
        request_example=_shown(taken.get("example")),
        answer_example=_shown(given.get("example")),
        refusals=[str(status) for status in sorted(responses) if status != 200],  # noqa: PLR2004 -- the right answer
    )


def _content(part: dict[str, Any] | None) -> dict[str, Any]:
    return dict(part["content"]["application/json"]) if part else {}


def _shown(example: Any) -> str:
    return json.dumps(example, ensure_ascii=False, indent=2) if example is not None else ""


def _parameter(one: dict[str, Any]) -> Member:
    said = one.get("description") or one["schema"].get("description", "")
    return Member(one["name"], _type(one["schema"]), "", one.get("required", False), said)


def types_of(document: dict[str, Any]) -> list[Type]:
    """Every type that has members, by name."""
    schemas = document["components"]["schemas"]
    return [
        Type(name, schema.get("description", ""), _members(schema))
        for name, schema in sorted(schemas.items())
        if "properties" in schema
    ]


def _members(schema: dict[str, Any]) -> list[Member]:
    required = set(schema.get("required", ()))
    return [
        Member(name, _type(part), _ref(part), name in required, part.get("description", ""))
        for name, part in schema["properties"].items()
    ]


def _ref(schema: dict[str, Any]) -> str:
    """The named type within: itself, of its items, or the one beside null."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(_PREFIX)
    parts = [schema["items"]] if "items" in schema else [*schema.get("anyOf", ()), *schema.get("allOf", ())]
    return next((found for part in parts if (found := _ref(part))), "")


def _type(schema: dict[str, Any]) -> str:
    """The type in few words."""
    if "$ref" in schema:
        return _ref(schema)
    if "anyOf" in schema or "allOf" in schema:
        return " | ".join(_type(part) for part in [*schema.get("anyOf", ()), *schema.get("allOf", ())])
    if "enum" in schema or "const" in schema:
        return " | ".join(json.dumps(value) for value in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"[{_type(schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type") or "any")
