from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_office, make_officer

pytestmark = pytest.mark.django_db

FILE = (
    "Họ và tên;Ngày sinh;Giới tính;Quốc tịch;Số CCCD;Số điện thoại;Mũi số;Ngày tiêm;Loại vắc xin;Số lô\n"
    "Nguyễn Thị Hường;17/05/1990;Nữ;VN;040190000001;0900000001;1;01/09/2021;Pfizer;FK0112\n"
    ";17/05/1990;Nữ;VN;040190000002;0900000002;1;01/09/2021;Pfizer;FK0112\n"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    target = tmp_path / "doses.csv"
    target.write_text(FILE, encoding="utf-8")
    return target


@pytest.fixture
def facility() -> int:
    office = make_office()
    make_officer("clerk", office, "facility_clerk")
    make_officer("signer", office, "facility_signer")
    return office


@pytest.mark.usefixtures("facility")
def test_import_checks_first_and_stores_when_told_to(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import", str(file), "--officer", "clerk")
    assert "refused: 1\nstored: 0" in capsys.readouterr().out
    call_command("import", str(file), "--officer", "clerk", "--confirm")
    assert "refused: 1\nstored: 1" in capsys.readouterr().out


@pytest.mark.usefixtures("facility")
def test_the_same_file_twice_is_refused_with_its_sentence(file: Path) -> None:
    call_command("import", str(file), "--officer", "clerk", "--confirm")
    with pytest.raises(CommandError, match="FILE_ALREADY_CONFIRMED: "):
        call_command("import", str(file), "--officer", "clerk", "--confirm")


@pytest.mark.usefixtures("facility")
@pytest.mark.parametrize(
    "command",
    [("match", "--officer", "clerk"), ("attest", "--officer", "clerk"), ("certify", "prepare", "--officer", "signer")],
)
def test_the_console_gives_no_right_that_the_desk_does_not(command: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match=r"RIGHT_MISSING|SIGNS_NOT_FOR_FACILITY"):
        call_command(*command)


def test_an_unknown_officer_is_misuse(file: Path) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("import", str(file), "--officer", "nobody")
    assert caught.value.returncode == 2
