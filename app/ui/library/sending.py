"""How far a ZIP of this visitor's has come: counted while it is sent, shown on the page until it is closed."""

from collections import OrderedDict
from functools import cache
from threading import Lock
from time import monotonic

import streamlit as st

from app.ui.choices import choose, chosen, key
from app.ui.feedback import plain
from app.ui.session import visitor

KEPT = 64
POLL_SECONDS = 1.0
PATIENCE = 30.0
"""Seconds in which a browser fetches what was clicked, or will not."""
SAME_CLICK = 5.0
NAMED = 3


class Sending:
    """One download of ``total`` pictures; one thread counts, others read."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.sent = 0
        self.missing: list[str] = []
        self.ended = False
        self._made, self._begun = monotonic(), False

    def begin(self) -> bool:
        """Whether this is the first to send; a second download is another one."""
        first, self._begun = not self._begun, True
        return first

    @property
    def is_new(self) -> bool:
        """Whether the click and the browser's fetch may be the same: either may come first."""
        return monotonic() - self._made < SAME_CLICK

    @property
    def is_over(self) -> bool:
        """Nothing will change any more."""
        return self.ended or (not self._begun and monotonic() - self._made > PATIENCE)

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return (self.sent + len(self.missing)) / max(self.total, 1)

    @property
    def text(self) -> str:
        """What a person wants to know of it."""
        count = f"{self.total:,} picture{'' if self.total == 1 else 's'}"
        if not self.is_over:
            return f"Packing {self.sent + len(self.missing):,} of {count}"
        if not self._begun:
            return "The browser did not fetch the ZIP. Select the pictures and download again."
        if self.sent + len(self.missing) < self.total:
            return f"The download stopped after {self.sent:,} of {count}. That file is not whole: download again."
        return f"{self.sent:,} of {count} sent{self._missing()}."

    def _missing(self) -> str:
        if not self.missing:
            return ""
        more = f" and {len(self.missing) - NAMED:,} more" if len(self.missing) > NAMED else ""
        return f", {len(self.missing):,} missing: {', '.join(self.missing[:NAMED])}{more}; manifest.json says why"


class Sendings:
    """The newest downloads of this process, by visitor and selection."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], Sending] = OrderedDict()
        self._lock = Lock()

    def expect(self, owner: str, name: str, total: int) -> Sending:
        """Somebody has clicked: follow what the browser has just begun to fetch, or will."""
        with self._lock:
            known = self._known.get((owner, name))
            return known if known is not None and known.is_new else self._anew(owner, name, total)

    def begin(self, owner: str, name: str, total: int) -> Sending:
        """A browser fetches: the download that was clicked, or one of its own."""
        with self._lock:
            known = self._known.get((owner, name))
            if known is None or known.is_over or not known.begin():
                known = self._anew(owner, name, total)
                known.begin()
            return known

    def _anew(self, owner: str, name: str, total: int) -> Sending:
        self._known.pop((owner, name), None)
        sending = self._known[owner, name] = Sending(total)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return sending

    def find(self, owner: str, name: str) -> Sending | None:
        with self._lock:
            return self._known.get((owner, name))


@cache
def sendings() -> Sendings:
    """Those of this process."""
    return Sendings()


def follow(name: str, total: int) -> None:
    """Show from now on how the download of this selection comes along; for the button's click."""
    sendings().expect(visitor().owner, name, total)
    choose("zip", name)


def show_sending() -> None:
    """One line with a bar while it is sent, and what came of it afterwards."""
    name: str | None = chosen("zip")
    sending = sendings().find(visitor().owner, name) if name else None
    if sending is None:
        return
    if not sending.is_over:
        st.fragment(_progress, run_every=POLL_SECONDS)(sending)
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key("zip_row")):
        st.caption(plain(sending.text), width="content")
        st.button("Close", key=key("zip_close"), type="tertiary", icon=":material/close:", on_click=choose,
                  args=("zip", None))  # fmt: skip


def _progress(sending: Sending) -> None:
    if sending.is_over:
        st.rerun()
    st.progress(sending.share, text=plain(sending.text))
