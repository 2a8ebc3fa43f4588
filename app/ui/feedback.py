"""What a page says when something cannot be done, and text of others shown as text."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from app.ui.navigation import SETTINGS, link
from core.errors import AuthenticationError, BudgetExceededError, GessoError

JOINER = "\N{WORD JOINER}"
# Streamlit rewrites these in text after Markdown is done with it (icons, emoji, links, arrows, dashes),
# where a backslash no longer helps: an invisible joiner between their characters does.
REWRITTEN = re.compile(r"(?<=[:@])(?=\S)|(?<=www)(?=\.)|(?<=[-~<=>])(?=[-<=>])", re.IGNORECASE)
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
INDENT = re.compile(r"^[ \t]+", re.MULTILINE)


def plain(text: str) -> str:
    """Markdown that shows this text and nothing else: no markup, link, icon, colour, formula or HTML."""
    text = INDENT.sub(lambda found: "\N{NO-BREAK SPACE}" * len(found[0].expandtabs(4)), text)
    escaped = PUNCTUATION.sub(r"\\\1", REWRITTEN.sub(JOINER, text))
    return escaped.replace("\n", "  \n")


@contextmanager
def errors_shown() -> Iterator[None]:
    """Show a GessoError as one calm sentence with its next step; anything else is a bug and passes."""
    try:
        yield
    except GessoError as error:
        show_error(error)


def show_error(error: GessoError) -> None:
    """One error as text, with the way to mend it where there is one."""
    st.error(plain(str(error)), icon=":material/error:")
    match error:
        case BudgetExceededError():
            link(SETTINGS, "See the budgets in Settings")
        case AuthenticationError():
            link(SETTINGS, "Check the key in Settings")
        case _ if error.retryable:
            st.caption("Nothing was charged for this. Trying again in a moment may help.")
