"""Write the test vectors: `python -m packages.vaxproof.vectors.make` from the checkout. Same keys, same bytes."""

import json
from pathlib import Path
from typing import Any

from packages.vaxproof.vectors.generator import (
    cases_content,
    cases_envelope,
    cases_lists,
    cases_log,
    cases_picture,
    cases_right,
    cases_rules,
    cases_signature,
    keys,
)
from packages.vaxproof.vectors.generator.case import Case, all_documents

HERE = Path(__file__).resolve().parent
DOCUMENTS = HERE / "documents"
SOURCES = (
    cases_right,
    cases_envelope,
    cases_signature,
    cases_content,
    cases_lists,
    cases_log,
    cases_rules,
    cases_picture,
)


def build() -> tuple[dict[str, Any], dict[str, bytes]]:
    """The list of cases as it is written, and the documents by name."""
    found: list[Case] = [case for source in SOURCES for case in source.cases()]
    ids = [case.id for case in found]
    assert len(set(ids)) == len(ids), sorted({name for name in ids if ids.count(name) > 1})
    return {
        "format": "vaxproof-vectors",
        "version": 1,
        "licence": "Apache-2.0",
        "cases": [case.as_json() for case in found],
    }, all_documents()


def main() -> None:
    """Write everything; documents that no case names any more are removed."""
    listed, documents = build()
    DOCUMENTS.mkdir(exist_ok=True)
    for path in DOCUMENTS.rglob("*"):
        if path.is_file() and str(path.relative_to(DOCUMENTS)) not in documents:
            path.unlink()
    for name, data in documents.items():
        path = DOCUMENTS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (HERE / "vectors.json").write_text(json.dumps(listed, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    keys.keep_signatures()
    print(f"{len(listed['cases'])} cases, {len(documents)} documents")  # noqa: T201 -- run by hand


if __name__ == "__main__":
    main()
