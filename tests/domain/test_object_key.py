"""Keys of objects: every disk and every S3 can have them, and none leads out of its folder."""

import pytest

from core.domain.object_key import checked_foreign_key, checked_key
from core.errors import InvalidRequestError

BAD = [
    "", "/", "name.png", "/etc/passwd", "a/", "a//b", "a/../b", "../a", "a/./b", "a/.hidden", "a/b.", "a/b ", " a/b",
    "a/\n", "a/\x00b", "a/\x7f", "a\\b/c", "C:/a", "a/b?c", "a/\u202eb", "a/\ud800", "a/" + "b" * 201,
    "/".join(["abcdefgh"] * 101),
]  # fmt: skip


@pytest.mark.parametrize("key", BAD)
def test_a_key_that_some_store_would_not_take_is_refused(key: str) -> None:
    with pytest.raises(InvalidRequestError, match="is no name for a stored object"):
        checked_key(key)


@pytest.mark.parametrize("key", ["avatars/ada/1.png", "a/b", "Füchse & Reiher/100% #1 (2) [3]~.png", "images/ab/x.png"])
def test_a_key_that_all_take_is_itself(key: str) -> None:
    assert checked_key(key) == key


@pytest.mark.parametrize("key", ["images/a.png", "Spool/job/0.answer", "THUMBNAILS/a", "kept/a/b"])
def test_gessos_own_folders_are_nobody_elses(key: str) -> None:
    with pytest.raises(InvalidRequestError, match="keeps the folder"):
        checked_foreign_key(key)
