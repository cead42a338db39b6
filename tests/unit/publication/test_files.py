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
