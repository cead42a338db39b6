"""The demo's support is there after one call, and once."""

from pathlib import Path

from tests.unit.support.conftest import NOW, Desk
from vaxpass.console.demo_support import open_demo_support
from vaxpass.console.demo_walk import Demo
from vaxpass.support import helping, problems
from vaxpass.support.models import Difficulty


def test_two_difficulties_a_problem_and_three_articles(desk: Desk, tmp_path: Path) -> None:
    demo = Demo(tmp_path)
    demo.keep_officers(
        {
            "support": desk.agent.officer_id,
            "clerk": desk.clerk.officer_id,
            "signer": desk.colleague.officer_id,
            "it": desk.it.officer_id,
        }
    )
    said: list[str] = []
    for _ in range(2):
        open_demo_support(demo, NOW, said.append)
    assert len(said) == 1
    assert Difficulty.objects.count() == 2
    assert len(problems.open_problems("vi")) == 1
    assert len(helping.newest("vi")) == 3
    assert [one.title for one in helping.find("ma pin sai", "vi")] == ["Báo mã PIN sai khi ký lô"]
