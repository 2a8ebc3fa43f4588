"""Tickets: a word that lets one visitor's browser fetch one picture, made by this process and good until it ends."""

import hmac

from app.workbench import process_secret


def ticket(owner: str, sha256: str) -> str:
    """The word for a picture; whoever makes it has checked that the picture is this owner's to see."""
    return hmac.new(process_secret(), f"{owner}\n{sha256}".encode(), "sha256").hexdigest()[:32]


def admits(word: str, owner: str, sha256: str) -> bool:
    """Whether a word is the ticket of this owner for this picture."""
    return hmac.compare_digest(word.encode(), ticket(owner, sha256).encode())
