"""Objects, on disk and in a bucket of a real S3 server: the same promises."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from core.errors import InvalidRequestError, NotFoundError, StorageError
from core.services.object_ports import Objects
from core.storage.bucket import Bucket, BucketAccess
from core.storage.bucket_errors import bucket_error
from core.storage.local_objects import LocalObjects
from tests.s3_server import ACCESS_KEY, SECRET_KEY, client

REPOSITORY = Path(__file__).parents[2]
KEY, PNG = "avatars/Ada & Füchse/100% #1.png", "image/png"
MARK = {"mark": "not ours"}


@pytest.fixture
def s3(s3_endpoint: str) -> Any:
    """Amazon's own client on the same server."""
    return client(s3_endpoint)


def marked(s3: Any, access: BucketAccess) -> bool:
    """Whether the object is the one that was put past our code, and nobody has put it since."""
    return bool(s3.head_object(Bucket=access.bucket, Key=KEY)["Metadata"] == MARK)


def test_what_is_put_is_found_listed_linked_and_removed(objects: Objects) -> None:
    objects.check()
    objects.put(KEY, b"one", PNG)
    objects.put("avatars/b.png", b"three", PNG)
    assert objects.get(KEY) == b"one"
    assert {one.key: one.bytes for one in objects.list("avatars")} == {KEY: 3, "avatars/b.png": 5}
    assert list(objects.list("avatars/Ada")) == []
    with urlopen(objects.link(KEY)) as answer:
        assert (answer.read(), answer.headers["Content-Type"]) == (b"one", PNG)
    assert objects.where(KEY).endswith(KEY)
    objects.delete(KEY)
    objects.delete(KEY)
    assert not objects.exists(KEY)
    with pytest.raises(NotFoundError, match="There is no"):
        objects.get(KEY)


def test_other_content_takes_the_place_of_what_was_there(objects: Objects) -> None:
    objects.put(KEY, b"old", PNG)
    objects.put(KEY, b"new", PNG)
    assert objects.get(KEY) == b"new"


def test_a_key_cannot_lead_out_of_the_store(objects: Objects) -> None:
    for key in ("../a/b", "/etc/passwd", "a/\x00"):
        for ask in (objects.get, objects.facts, objects.delete, objects.link, objects.where):
            with pytest.raises(InvalidRequestError):
                ask(key)


def test_local_objects_keep_out_of_gessos_own_folders(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError, match="keeps the folder spool"):
        LocalObjects(tmp_path).put("spool/00/0.answer", b"", "text/plain")


def test_on_disk_the_same_content_is_written_again_only_to_be_young(tmp_path: Path) -> None:
    objects = LocalObjects(tmp_path)
    objects.put(KEY, b"one", PNG)
    os.utime(tmp_path / KEY, (0, 0))
    objects.put(KEY, b"one", PNG)
    assert (tmp_path / KEY).stat().st_mtime == 0
    objects.put(KEY, b"one", PNG, renew=True)
    assert (tmp_path / KEY).stat().st_mtime > 0


def test_in_a_bucket_the_same_content_is_sent_again_only_to_be_young(access: BucketAccess, s3: Any) -> None:
    s3.put_object(Bucket=access.bucket, Key=KEY, Body=b"one", Metadata=MARK)
    Bucket(access).put(KEY, b"one", PNG)
    assert marked(s3, access)
    Bucket(access).put(KEY, b"one", PNG, renew=True)
    assert not marked(s3, access)


def test_where_the_etag_proves_nothing_the_object_is_read_back(access: BucketAccess, s3: Any) -> None:
    parts = [b"x" * 5 * 2**20, b"y"]
    upload = s3.create_multipart_upload(Bucket=access.bucket, Key=KEY, Metadata=MARK)["UploadId"]
    sent = [
        s3.upload_part(Bucket=access.bucket, Key=KEY, UploadId=upload, PartNumber=number, Body=part)["ETag"]
        for number, part in enumerate(parts, 1)
    ]
    tags = [{"ETag": tag, "PartNumber": number} for number, tag in enumerate(sent, 1)]
    s3.complete_multipart_upload(Bucket=access.bucket, Key=KEY, UploadId=upload, MultipartUpload={"Parts": tags})
    bucket, data = Bucket(access), b"".join(parts)
    bucket.put(KEY, data, PNG)
    assert marked(s3, access)
    bucket.put(KEY, b"z" + data[1:], PNG)
    assert not marked(s3, access)
    assert bucket.get(KEY)[:1] == b"z"


def test_variables_of_other_programs_change_nothing(access: BucketAccess, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"):
        monkeypatch.setenv(name, "another")
    for name in ("AWS_SKIP_SIGNATURE", "AWS_VIRTUAL_HOSTED_STYLE_REQUEST"):
        monkeypatch.setenv(name, "true")
    Bucket(access).put(KEY, b"one", PNG)
    assert Bucket(access).get(KEY) == b"one"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"access_key": "somebody"}, "does not know S3_ACCESS_KEY"),
        ({"secret_key": "sk-wrong"}, "S3_SECRET_KEY does not belong to S3_ACCESS_KEY"),
        ({"bucket": "no-such-bucket"}, "there is no such bucket. Create it, or correct S3_BUCKET_NAME"),
        ({"endpoint": "http://127.0.0.1:1"}, "cannot be reached or does not answer. Check S3_ENDPOINT"),
    ],
)
def test_what_is_wrong_is_said_without_the_secret(access: BucketAccess, wrong: dict[str, str], sentence: str) -> None:
    bucket = Bucket(replace(access, **wrong))
    asks = [bucket.check, lambda: bucket.put(KEY, b"one", PNG, renew=True)]
    for ask in asks if "endpoint" not in wrong else asks[:1]:
        with pytest.raises(StorageError, match=sentence) as caught:
            ask()
        told = f"{caught.value}{bucket}{bucket.__dict__}"
        assert not [secret for secret in ("sk-wrong", SECRET_KEY, ACCESS_KEY) if secret in str(caught.value)]
        assert SECRET_KEY not in told
        assert "sk-wrong" not in told


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("status code: 403 Forbidden: <Error><Code>AccessDenied</Code><Message>m</Message></Error>", "may list, read"),
        ("status code: 400 Bad: <Error><Code>AuthorizationHeaderMalformed</Code></Error>", "Correct S3_REGION"),
        ("status code: 301 Moved Permanently: ", "Correct S3_REGION"),
        ("status code: 507 Insufficient Storage: ", "it is full"),
        ("status code: 404 Not Found: <html>nginx</html>", "Check S3_ENDPOINT"),
        ("status code: 500 Error: <Error><Code>InternalError</Code></Error>", "it answered 500 InternalError"),
    ],
)
def test_a_refusal_is_a_sentence(answer: str, sentence: str) -> None:
    told = str(bucket_error("pictures", "https://s3.example.com", OSError(f"Server returned non-2xx {answer}")))
    assert told.startswith("The bucket pictures at https://s3.example.com cannot be used: ")
    assert sentence in told


def test_links_are_public_or_amazons_or_signed(access: BucketAccess) -> None:
    public = replace(access, public_base_url="https://cdn.example.com/pictures/")
    assert Bucket(public).link("a/b c.png") == "https://cdn.example.com/pictures/a/b%20c.png"
    amazons = Bucket(replace(access, endpoint=None, bucket="b", region="eu-west-1", link_seconds=60)).link("a/b.png")
    assert amazons.startswith("https://s3.eu-west-1.amazonaws.com/b/a/b.png?X-Amz-Algorithm=AWS4-HMAC-SHA256")
    assert "X-Amz-Expires=60" in amazons


SENDS = """
import sys
from core.storage.bucket import Bucket, BucketAccess
bucket = Bucket(BucketAccess(bucket={0.bucket!r}, access_key={0.access_key!r}, secret_key={0.secret_key!r},
                             region="us-east-1", endpoint={0.endpoint!r}))
data = bytes(50_000_000)
print("sending", flush=True)
bucket.put("a/large.png", data, "image/png", renew=True)
print("sent", flush=True)
"""


def test_a_process_killed_while_it_sends_leaves_nothing(access: BucketAccess, s3: Any) -> None:
    command = [sys.executable, "-c", SENDS.format(access)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "sending\n"
        process.send_signal(signal.SIGKILL)
        assert process.stdout.read() == ""
    assert not Bucket(access).exists("a/large.png")
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=access.bucket)
