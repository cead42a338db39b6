"""What the JavaScript library is made of: plain modules that compute and do nothing else."""

import re
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from vaxproof import Code
from vaxproof.verify import answer_of

Ask = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]
# Told to issuers, importers of foreign lists, authors of rules and auditors of the log; and to who shows a picture.
OF_OTHERS = re.compile(
    r"FOREIGN_(?!KEY_USAGE)|PRODUCT_|DOSE_|NAME_|BIRTH_|COUNTRY_|ISSUER_|UVCI_ILLEGAL|VALIDITY_|SIGNATURE_LENGTH_|PICTURE_"
    r"|RULE_(?!NOT_EVALUABLE|ENGINE_TOO_NEW|EXPRESSION_INVALID)|LOG_(?:FORKED|SHRUNK|TILE_|LEAF_|ROOT_)|WITNESS_"
)
HERE = Path(__file__).resolve().parent
FILES = sorted((HERE.parents[3] / "src/vaxpass/desks/verifier/static/verifier/proof").glob("*.js"))
MAX_LINES, MAX_BYTES_OF_ALL = 400, 150_000


def code_of(file: Path) -> str:
    """Without comments."""
    return re.sub(r"/\*.*?\*/|^\s*//.*$", "", file.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_module_is_well_formed(file: Path, node: str) -> None:
    command = [node, "--input-type=module", "--check"]
    subprocess.run(command, input=file.read_bytes(), check=True, capture_output=True)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_module_says_what_it_is_and_is_short(file: Path) -> None:
    text = file.read_text("utf-8")
    assert text.startswith("/**")
    assert text.count("\n") <= MAX_LINES
    assert len(max(text.splitlines(), key=len)) <= 140


@pytest.mark.judge
def test_types_of_the_comments_hold(node: str, need: Callable[[bool, str], None]) -> None:
    compiler = HERE.parent / "judges/node/node_modules/typescript/bin/tsc"
    need(compiler.exists(), "no TypeScript (npm ci in tests/judges/node)")
    done = subprocess.run([node, str(compiler), "-p", str(HERE)], capture_output=True, text=True, check=False)
    assert done.stdout == ""


FORBIDDEN = re.compile(
    r"\b(?:document\.(?:query|create|body)|window|fetch\(|XMLHttpRequest|WebSocket|sendBeacon|localStorage|indexedDB"
    r"|eval\(|Date\.now|new Date\(\))"
)
IMPORTED_FROM_ELSEWHERE = re.compile(
    r'(?:^(?:import|export)\b[^;]*?\bfrom|\bimport\()\s*"(?!\./[a-z0-9]+\.js")', re.MULTILINE
)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_module_knows_no_page_no_network_and_no_clock(file: Path) -> None:
    assert FORBIDDEN.findall(code_of(file)) == []
    assert IMPORTED_FROM_ELSEWHERE.findall(code_of(file)) == []


def test_all_of_it_is_small() -> None:
    assert sum(file.stat().st_size for file in FILES) < MAX_BYTES_OF_ALL


def test_codes_and_their_answers_are_those_of_python(ask_node: Ask) -> None:
    (said,) = ask_node([{"op": "codes"}])
    assert set(said["codes"]) == {str(code) for code in Code if not OF_OTHERS.match(code)}
    assert said["answers"] == [str(answer_of(Code(code))) for code in said["codes"]]


def test_value_sets_are_those_of_python(ask_node: Ask, root: Path) -> None:
    data = tomllib.loads((root / "packages/vaxproof/src/vaxproof/data/valuesets.toml").read_text("utf-8"))
    (said,) = ask_node([{"op": "valueSets"}])
    assert said["products"] == [[product["mp"], product["ma"], product["vp"]] for product in data["products"]]
    assert said["holders"] == list(data["holders"])
    assert said["prophylaxis"] == list(data["prophylaxis"])
    assert said["withdrawn"] == list(data["withdrawn"])
