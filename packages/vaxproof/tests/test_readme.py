"""The examples of the README run as they stand."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from vaxproof import Answer


def test_the_examples(office_with, monkeypatch, tmp_path, capsys):
    readme = Path(__file__).parents[1] / "README.md"
    verifying, issuing = re.findall("```python\n(.*?)```", readme.read_text("utf-8"), re.DOTALL)
    clock = datetime.now(UTC)
    office = office_with(not_before=clock - timedelta(days=1), not_after=clock + timedelta(days=9))
    monkeypatch.chdir(tmp_path)
    Path("trust.json").write_bytes(office.trust.to_json(clock, clock + timedelta(days=1)))

    names = {"signer": office.signer, "certificate_end": clock + timedelta(days=9)}
    exec(issuing, names)
    names["text_of_the_qr_code"] = names["text"]
    exec(verifying, names)

    assert names["verdict"].answer is Answer.VALID
    assert "Đặng Đình Đức 1980-05-01" in capsys.readouterr().out
