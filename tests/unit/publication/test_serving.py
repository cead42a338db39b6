"""Published files over HTTP: only what is published, never twice to who has it, for pages of anybody."""

from hashlib import sha256

import pytest
from django.test import Client

from vaxpass.publication import files

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path, settings):
    settings.PUBLISH_DIR = tmp_path / "published"
    for name in ("trust-list.jws", "index.json", "log/checkpoint", "log/tile/0/000.p/12", "certificates/0011.pem"):
        files.write_whole(settings.PUBLISH_DIR / name, name.encode())
    (tmp_path / "secret.txt").write_text("not published")
    return settings.PUBLISH_DIR


class Reader(Client):
    """Reads each answer to its end, as a browser does, so that the file behind it is closed."""

    def request(self, **request):
        answer = super().request(**request)
        read = b"".join(getattr(answer, "streaming_content", ())) if answer.streaming else answer.content
        setattr(answer, "body", read)  # noqa: B010 -- a member of ours on the test client's answer
        answer.close()
        return answer


@pytest.fixture
def client():
    return Reader()


def test_a_file_comes_with_its_hash_its_time_and_for_everybody(client, folder):
    answer = client.get("/published/trust-list.jws")
    assert answer.body == b"trust-list.jws"
    assert answer["ETag"] == f'"{sha256(b"trust-list.jws").hexdigest()}"'
    assert answer["Last-Modified"]
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cache-Control"] == "public, max-age=60"
    assert answer["Content-Type"] == "application/jose"
    assert answer["Content-Length"] == "14"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")


@pytest.mark.parametrize(
    ("path", "kind", "kept"),
    [
        ("index.json", "application/json", "public, max-age=60"),
        ("log/checkpoint", "text/plain; charset=utf-8", "public, no-cache"),
        ("log/tile/0/000.p/12", "application/octet-stream", "public, max-age=31536000, immutable"),
        ("certificates/0011.pem", "application/x-pem-file", "public, max-age=60"),
    ],
)
def test_each_kind_of_file_says_what_it_is_and_how_long_it_holds(client, folder, path, kind, kept):
    answer = client.get(f"/published/{path}")
    assert (answer["Content-Type"], answer["Cache-Control"]) == (kind, kept)


def test_who_has_it_is_told_so(client, folder):
    etag = client.get("/published/index.json")["ETag"]
    for same in (etag, f'"other", {etag}', "*"):
        answer = client.get("/published/index.json", headers={"If-None-Match": same})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer["ETag"] == etag
        assert answer["Access-Control-Allow-Origin"] == "*"


def test_who_has_an_older_one_gets_the_new_one(client, folder):
    etag = client.get("/published/index.json")["ETag"]
    files.write_whole(folder / "index.json", b"INDEX.json")
    answer = client.get("/published/index.json", headers={"If-None-Match": etag})
    assert answer.status_code == 200
    assert answer["ETag"] != etag


def test_not_modified_since(client, folder):
    since = client.get("/published/index.json")["Last-Modified"]
    assert client.get("/published/index.json", headers={"If-Modified-Since": since}).status_code == 304


def test_head_tells_the_same_without_the_body(client, folder):
    answer = client.head("/published/index.json")
    assert answer.status_code == 200
    assert answer["ETag"] == f'"{sha256(b"index.json").hexdigest()}"'
    assert answer["Content-Length"] == "10"


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_nothing_else_may_be_done(folder, method):
    client = Reader(enforce_csrf_checks=True)
    assert getattr(client, method)("/published/index.json").status_code in {403, 405}


@pytest.mark.parametrize("path", [
    "../secret.txt", "%2e%2e/secret.txt", "..%2fsecret.txt", "log/../../secret.txt", "/etc/passwd", "%2fetc%2fpasswd",
    "link.txt", "linked/secret.txt", "log", "log/", "nothing.json", ".half", "certificates/.0011.pem.x1",
    "log/checkpoint.unfinished", "a\\b", "x" * 5_000, "index.json/", "index.json/x",
])  # fmt: skip
def test_nothing_but_published_files_is_found(client, folder, tmp_path, path):
    (folder / ".half").write_text("half")
    (folder / "certificates" / ".0011.pem.x1").write_text("half")
    (folder / "log" / "checkpoint.unfinished").write_text("half")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "linked").symlink_to(tmp_path)
    answer = client.get(f"/published/{path}")
    assert answer.status_code == 404, answer.content


def test_a_zero_byte_is_refused(client, folder):
    assert client.get("/published/index%00.json").status_code in {400, 404}


def test_no_folder_yet_is_nothing_found(client, settings, tmp_path):
    settings.PUBLISH_DIR = tmp_path / "none"
    assert client.get("/published/index.json").status_code == 404
