"""Names of stored objects: checked before one becomes part of a path or of an address."""

from core.errors import InvalidRequestError

OWN_FOLDERS = ("images", "inputs", "thumbnails", "spool", "previews", "kept")
"""Gesso keeps these for itself, on disk and in the bucket."""
LONGEST_KEY, LONGEST_PART = 900, 200
"""UTF-8 bytes. S3 takes 1,024 and file systems 255 of which a file that is being written needs some."""
REFUSED = frozenset('\\:*?"<>|')
"""What some file system does not take, or reads as something else."""


def checked_key(key: str) -> str:
    """The key itself; raises InvalidRequestError with a sentence unless every disk and every S3 can have it.

    A key is one or more folders and a name, joined by ``/``.
    """
    parts = key.split("/")
    if len(parts) == 1:
        raise _refused(key, "it needs a folder, such as avatars/ada/1.png")
    if any(not part or part.startswith((".", " ")) or part.endswith((".", " ")) for part in parts):
        raise _refused(key, "no part may be empty, nor begin or end with a dot or a space")
    if not key.isprintable() or REFUSED & set(key):
        raise _refused(key, f"none of {' '.join(sorted(REFUSED))} and no control character may be in it")
    if _bytes(key) > LONGEST_KEY or any(_bytes(part) > LONGEST_PART for part in parts):
        raise _refused(key, f"it may have {LONGEST_KEY} bytes, and each part {LONGEST_PART}")
    return key


def checked_foreign_key(key: str) -> str:
    """As ``checked_key``, and outside the folders that are Gesso's own."""
    first = checked_key(key).partition("/")[0]
    if first.casefold() in OWN_FOLDERS:
        raise _refused(key, f"Gesso keeps the folder {first} for itself; choose another, such as avatars")
    return key


def _bytes(text: str) -> int:
    return len(text.encode(errors="surrogatepass"))


def _refused(key: str, reason: str) -> InvalidRequestError:
    return InvalidRequestError(f"{key[:80]!r} is no name for a stored object: {reason}.", param="key")
