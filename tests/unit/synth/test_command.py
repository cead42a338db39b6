import argparse

from vaxpass.synth import _command


def run(*arguments):
    parser = argparse.ArgumentParser()
    _command.add_arguments(parser)
    said: list[str] = []
    return _command.run(parser.parse_args(arguments), say=said.append), said


def test_the_command_writes_and_tells(tmp_path):
    code, said = run(str(tmp_path), "--people", "60", "--seed", "2", "--today", "2022-06-01")
    assert code == 0
    assert said[0] == "60 / 60"
    assert "rows/s" in said[-1]
    assert {path.name for path in tmp_path.iterdir()} == {
        "files", "population.jsonl", "truth.csv", "summary.json",
    }  # fmt: skip


def test_a_plan_that_cannot_be_drawn_is_misuse(tmp_path):
    assert run(str(tmp_path), "--people", "0") == (64, ["SYNTH_PEOPLE_OUT_OF_RANGE"])
