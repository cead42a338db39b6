"""`vaxpass trust` does what the buttons do."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from packages.vaxproof.tests.pki import YEAR, did_list, did_method, party, pem
from tests.unit.trust.conftest import Desk
from vaxpass.trust import queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A list of today: the command looks at the clock."""
    now = datetime.now(UTC).replace(microsecond=0)
    authority = party("CSCA DE", authority=True, start=now - YEAR, end=now + YEAR)
    signer = party("DSC DE", above=authority, start=now - YEAR, end=now + YEAR)
    path = tmp_path / "who.json"
    path.write_bytes(did_list([did_method(signer, authority)]))
    (tmp_path / "csca.pem").write_bytes(pem(authority.der))
    return path


def run(capsys: Any, *arguments: str) -> dict[str, Any]:
    call_command("trust", *arguments, "--json")
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_import_propose_accept(desk: Desk, file: Path, capsys: Any) -> None:
    told = run(capsys, "import", str(file), "--officer", "operator")
    assert (told["entries"], told["acceptable"], told["authorities"]) == (1, 1, 1)
    assert "proposal" not in told
    words = ("--file-compared", "--words", "So với công văn")
    told = run(capsys, "import", str(file), "--officer", "operator", *words)
    assert told["keys"] == 2
    assert run(capsys, "accept", str(told["proposal"]), "--officer", "approver")["keys"] == 2
    assert {one.key.usage for one in queries.accepted_keys()} == {"DSC", "CSCA"}


def test_an_authority_by_its_fingerprint(desk: Desk, file: Path, capsys: Any) -> None:
    told = run(capsys, "import", str(file), "--officer", "operator")
    (authority,) = queries.authorities(told["import"])
    written = " ".join(authority.key.fingerprint[at : at + 4].upper() for at in range(0, 64, 4))
    options = ("--authority", written, "--words", "Gọi điện")
    assert run(capsys, "import", str(file), "--officer", "operator", *options)["keys"] == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("import", "missing.json", "--officer", "operator"), "missing.json"),
        (("import", "{file}", "--officer", "approver"), "RIGHT_MISSING"),
        (("import", "{file}", "--officer", "nobody"), "No active officer"),
        (("import", "{file}", "--officer", "operator", "--words", "x"), "TRUST_NOTHING_CHOSEN"),
        (("accept", "x", "--officer", "approver"), "number"),
        (("accept", "99", "--officer", "approver"), "TRUST_PROPOSAL_UNKNOWN"),
    ],
)
def test_refusals(desk: Desk, file: Path, arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("trust", *(one.replace("{file}", str(file)) for one in arguments))
