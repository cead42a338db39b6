import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.apps import apps
from django.db import models
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src/vaxpass"


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("vaxpass.")]


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model.__name__)
def test_every_model_says_which_fields_are_personal(model: type[models.Model]) -> None:
    declared = model.__dict__.get("PERSONAL")
    assert declared is not None, "declare PERSONAL, if only as an empty set"
    assert declared <= {field.name for field in model._meta.get_fields()}


def messages(language: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for po in (ROOT / "locale").glob(f"*/{language}/LC_MESSAGES/django.po"):
        with po.open("rb") as source:
            for message in read_po(source, abort_invalid=True):
                if message.id:
                    ids = message.id if isinstance(message.id, tuple) else (message.id,)
                    text = message.string if isinstance(message.string, str) else message.string[0]
                    for one in ids:
                        found[one] = text
    return found


@pytest.mark.parametrize("language", ["vi", "en"])
def test_one_text_has_one_translation(language: str) -> None:
    """The areas share one catalogue: of two translations of one text, one would be shown at the other's pages."""
    found: dict[tuple[object, object], set[str]] = {}
    for po in (ROOT / "locale").glob(f"*/{language}/LC_MESSAGES/django.po"):
        with po.open("rb") as source:
            for message in read_po(source, abort_invalid=True):
                if message.id:
                    found.setdefault((message.context, message.id), set()).add(str(message.string))
    assert not {text: said for text, said in found.items() if len(said) > 1}


def refusal_codes() -> Iterator[tuple[str, str]]:
    """Every literal code given to Refused, Unavailable, or a rule's own refusal, with the file that gives it."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                first = node.args[0]
                named = node.func.id in {"Refused", "Unavailable"} or node.func.id.endswith("Refusal")
                if named and isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value, str(path.relative_to(SOURCE))


def test_every_refusal_has_its_sentence_in_both_languages() -> None:
    vi, en = messages("vi"), messages("en")
    without = {
        (code, file, language)
        for code, file in refusal_codes()
        for language, sentences in (("vi", vi), ("en", en))
        if not sentences.get(code)
    }
    assert not without


def test_codes_are_explained_in_both_languages_alike() -> None:
    coded = re.compile(r"^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$")
    vi = {code for code in messages("vi") if coded.match(code)}
    en = {code for code in messages("en") if coded.match(code)}
    assert vi == en


def shown_texts() -> Iterator[tuple[str, str]]:
    """Every text that a page or a program shows through gettext."""
    for path in SOURCE.rglob("*.html"):
        if "vendor" in path.parts:
            continue
        code = templatize(path.read_text(), origin=str(path))
        yield from _extracted(code.encode(), path)
    for path in SOURCE.rglob("*.py"):
        yield from _extracted(path.read_bytes(), path)


def _extracted(code: bytes, path: Path) -> Iterator[tuple[str, str]]:
    from io import BytesIO

    keywords = {
        "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
    }  # fmt: skip
    for _, message, _, _ in extract("python", BytesIO(code), keywords=keywords):
        for text in message if isinstance(message, tuple) else (message,):
            if text:
                yield text, str(path.relative_to(SOURCE))


def test_every_text_is_translated_into_vietnamese() -> None:
    vi = messages("vi")
    missing = sorted({(text, file) for text, file in shown_texts() if not vi.get(text) and not _is_djangos(text)})
    assert not missing


def _is_djangos(text: str) -> bool:
    from django.utils.translation import gettext, override

    with override("vi"):
        return gettext(text) != text


def test_the_tree_in_architecture_md_is_the_tree() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text()
    named = set(re.findall(r"^ {3}(\w+)/", page, re.MULTILINE))
    there = {folder.name for folder in SOURCE.iterdir() if folder.is_dir() and not folder.name.startswith("__")}
    assert named == there


def test_no_god_files() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for folder in ("src", "packages", "tests", "scripts", "bench")
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts and "node_modules" not in path.parts
        and (lines := len(path.read_text().splitlines())) > 500
    }  # fmt: skip
    assert not long


def test_the_data_of_others_are_beside_the_checkout_in_ci() -> None:
    folder = Path(os.environ.get("VAXPASS_VECTORS", ROOT.parent / "shared/vectors"))
    if not folder.exists() and not os.environ.get("CI"):
        pytest.skip("the test data of others are not on this machine")
    assert (folder / "dcc").is_dir()


def test_no_clock_in_rules() -> None:
    clocks = re.compile(r"datetime\.now|timezone\.now|date\.today|time\.time\(|utcnow")
    guilty = [
        str(path.relative_to(ROOT))
        for path in [*SOURCE.rglob("rules*.py"), *(ROOT / "packages/vaxproof/src").rglob("*.py")]
        if not {"_cli", "console"} & set(path.parts) and clocks.search(path.read_text())
    ]
    assert not guilty
