"""Writes the documents that are made from the code; `--check` says which differ instead.

docs/reference/states.md from records/states.py, reports.md from reports/rules.py, permissions.md from offices/roles.py
and the guards of the views, refusals.md from the locale files, personal-data.md from the PERSONAL sets of the models
and rights/keeping.py.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vaxpass.settings.test")

import django
from babel.messages.pofile import read_po
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation import override

from vaxpass.corrections.rules import Refusal
from vaxpass.offices.roles import ROLES, Permission
from vaxpass.records.states import OWNER, TRANSITIONS, State
from vaxpass.reports.rules import STEPS, MoreCode, Wrong
from vaxpass.rights.keeping import KEPT, OF_LIBRARIES

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs/reference"
MADE = "<!-- Made by `make docs` from the code. Change the code, not this page. -->\n\n"


def states() -> str:
    """The state table and its diagram."""
    lines = [
        "# States of a dose version\n",
        "| state | whose turn | verb | leads to | permission |",
        "|---|---|---|---|---|",
    ]
    diagram = ["```mermaid", "stateDiagram-v2", "    [*] --> RECEIVED"]
    for state in State:
        steps = TRANSITIONS[state]
        for verb, step in steps.items():
            permission = step.permission.value if step.permission else "the system"
            lines.append(f"| {state.name} | {OWNER[state].value} | {verb.value} | {step.to.name} | {permission} |")
            diagram.append(f"    {state.name} --> {step.to.name}: {verb.value}")
        if not steps:
            lines.append(f"| {state.name} | {OWNER[state].value} | | | |")
            diagram.append(f"    {state.name} --> [*]")
    return MADE + "\n".join([*lines, "", *diagram, "```", ""])


def reports() -> str:
    """What may be reported, how a report goes on, and why one is refused."""
    vi, en = sentences("vi"), sentences("en")
    lines = ["# Reports of citizens\n", "## States\n", "| state | step | leads to |", "|---|---|---|"]
    diagram = ["```mermaid", "stateDiagram-v2", "    [*] --> OPEN: FILED"]
    for status, steps in STEPS.items():
        lines += [f"| {status.name} | {step.name} | {after.name} |" for step, after in steps.items()]
        diagram += [f"    {status.name} --> {after.name}: {step.name}" for step, after in steps.items()]
        if not steps:
            lines.append(f"| {status.name} | | |")
            diagram.append(f"    {status.name} --> [*]")
    tables = (
        ("What is wrong", [f"REPORT_WRONG_{wrong.name}" for wrong in Wrong]),
        ("What the citizen may be asked for", [more.value for more in MoreCode]),
        ("Why a report is refused (dispatch 9458/BYT-CNTT; the last is ours)", [why.value for why in Refusal]),
    )
    for title, codes in tables:
        lines += [f"\n## {title}\n", "| code | Tiếng Việt | English |", "|---|---|---|"]
        lines += [f"| {code} | {vi[code]} | {en[code]} |" for code in codes]
    return MADE + "\n".join([*lines, "\n## Diagram\n", *diagram, "```", ""])


def views(
    patterns: list[URLPattern | URLResolver], path: str = "", space: str = ""
) -> Iterator[tuple[str, str, object]]:
    """Give (path, name, guard) of every address of ours."""
    for pattern in patterns:
        here = path + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.app_name}:" if pattern.app_name else space
            yield from views(pattern.url_patterns, here, inner)
        else:
            yield here, f"{space}{pattern.name}", getattr(pattern.callback, "guard", None)


def guard_words(guard: object) -> str:
    """Put a guard into words."""
    if guard is None:
        return "the library's own"
    if guard == "open":
        return "everybody"
    if guard == "citizen":
        return "a citizen who showed who they are"
    if isinstance(guard, tuple) and guard:
        return " or ".join(permission.value for permission in guard)
    return "every officer"


def permissions() -> str:
    """Roles, what each may do, and what each address needs."""
    lines = ["# Who may do what\n", "## Roles\n"]
    for role in ROLES.values():
        lines += [
            f"### {role.name_en} · {role.name_vi} (`{role.code}`)\n",
            f"{role.sentence_en}  ",
            f"{role.sentence_vi}\n",
            "Offices: " + ", ".join(sorted(role.office_kinds)) + "  ",
            "Permissions: " + ", ".join(sorted(role.permissions)) + "\n",
        ]
    lines += ["## Permissions by role\n", "| | " + " | ".join(ROLES) + " |", "|---|" + "---|" * len(ROLES)]
    for permission in Permission:
        held = ["✓" if permission in role.permissions else "" for role in ROLES.values()]
        lines.append(f"| {permission.value} | " + " | ".join(held) + " |")
    lines += ["\n## Addresses\n", "| address | name | open to |", "|---|---|---|"]
    lines += [
        f"| `/{path}` | {name} | {guard_words(guard)} |" for path, name, guard in views(get_resolver().url_patterns)
    ]
    return MADE + "\n".join([*lines, ""])


def sentences(language: str) -> dict[str, str]:
    """Give the sentences of all refusal codes in a language."""
    found = {}
    for po in sorted((ROOT / "locale").glob(f"*/{language}/LC_MESSAGES/django.po")):
        with po.open("rb") as source:
            for message in read_po(source):
                if isinstance(message.id, str) and message.id.isupper() and "_" in message.id:
                    found[message.id] = str(message.string)
    return found


def refusals() -> str:
    """Every refusal code with its sentences."""
    vi, en = sentences("vi"), sentences("en")
    lines = ["# Refusals\n", "| code | Tiếng Việt | English |", "|---|---|---|"]
    lines += [f"| {code} | {vi.get(code, '')} | {en.get(code, '')} |" for code in sorted(vi.keys() | en.keys())]
    return MADE + "\n".join([*lines, ""])


def personal_data() -> str:
    """Every field that tells something of a person: where it lies, how it is protected, how long it is kept."""
    lines = [
        "# Personal data\n",
        "Every field that the models declare as personal. *Sealed*: AES-256-GCM. *Keyed hash*: HMAC-SHA-256, finds an",
        "equal value and tells nothing else. *Copied*: the section of the copy that a citizen gets at any time.\n",
        "| room | table | field | how | kept | copied |",
        "|---|---|---|---|---|---|",
    ]
    for label, kept in sorted(KEPT.items()):
        room, table = label.split(".")
        copied = kept.section or f"no: {kept.left_out}"
        lines += [
            f"| {room} | {table} | `{field}` | {protection(field)} | {kept.how_long} | {copied} |"
            for field in sorted(getattr(apps.get_model(label), "PERSONAL", ()))
        ]
    lines += ["\n## Tables of libraries\n", "| table | what of a person | kept |", "|---|---|---|"]
    lines += [f"| `{table}` | {what} | {how_long} |" for table, what, how_long in OF_LIBRARIES]
    return MADE + "\n".join([*lines, ""])


def protection(field: str) -> str:
    """Say how a field is protected, as its name tells (a test compares name and kind of column)."""
    if "sealed" in field:
        return "sealed"
    if field == "key" or field.endswith(("_key", "_hash", "digest")):
        return "keyed hash"
    return "plain"


PAGES = {
    "states.md": states,
    "reports.md": reports,
    "permissions.md": permissions,
    "refusals.md": refusals,
    "personal-data.md": personal_data,
}


def main() -> None:
    """Write or compare."""
    django.setup()
    differing = []
    for name, make in PAGES.items():
        with override("en"):
            page, text = FOLDER / name, make()
        if "--check" not in sys.argv:
            page.write_text(text)
        elif not page.exists() or page.read_text() != text:
            differing.append(name)
    if differing:
        sys.exit("differs from the code (make docs): " + ", ".join(differing))


main()
