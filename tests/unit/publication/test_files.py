"""Files that readers never see half-written."""

import pytest

from vaxpass.publication import files


def test_a_write_that_fails_leaves_the_old_file_and_no_rubbish(tmp_path):
    path = tmp_path / "list"
    files.write_whole(path, b"old")

    with pytest.raises(TypeError):
        files.write_whole(path, "not bytes")  # type: ignore[arg-type]  # the fault that is provoked

    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["list"]


def test_published_files_are_readable_by_the_web_server(tmp_path):
    files.write_whole(tmp_path / "list", b"x")

    assert (tmp_path / "list").stat().st_mode & 0o777 == 0o644


def test_each_publisher_sweeps_its_own_leavings_alone(tmp_path):
    ours, theirs, whole = tmp_path / "a" / ".x.1", tmp_path / "log" / ".checkpoint.1", tmp_path / "a" / "x"
    for path in (ours, theirs, whole):
        files.write_whole(path, b"half")
    files.sweep(tmp_path)
    assert [path.exists() for path in (ours, theirs, whole)] == [False, True, True]
    files.sweep(tmp_path / "log", below=False)
    assert not theirs.exists()
