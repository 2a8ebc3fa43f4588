"""What the count on the written file says, in sentences."""

from collections.abc import Iterator
from html import escape

import streamlit as st

from core.domain.protection import Protection
from core.domain.request import EditRequest

NOTHING = 0.05
"""Less than this in pixels, or in percent, is told as nothing."""


def show_proof(protection: Protection, request: EditRequest) -> None:
    """The proof as one line that holds, and what the model had done before it was undone."""
    kind = "holds" if protection.holds else "fails"
    mark = "✓" if protection.holds else "!"
    more = "".join(f"<span>{escape(said)}</span>" for said in undone(protection, request))
    st.html(
        f'<div class="gesso-proof {kind}" role="status"><b><i aria-hidden="true">{mark}</i> '
        f"{escape(counted(protection))}</b>{more}</div>"
    )


def counted(protection: Protection) -> str:
    """How many protected pixels are the original's."""
    return f"{protection.unchanged_pixels:,} of {protection.protected_pixels:,} protected pixels unchanged"


def undone(protection: Protection, request: EditRequest) -> Iterator[str]:
    """What the model had done outside the selection."""
    changed = protection.changed_by_model_percent
    if changed >= NOTHING:
        yield f"The model had altered {changed:.1f} % of the protected part it was sent; all of it was put back."
    else:
        yield "The model had altered nothing outside the selection."
    x, y = protection.drift
    if max(abs(x), abs(y)) >= NOTHING:
        across, down = "right" if x >= 0 else "left", "down" if y >= 0 else "up"
        yield f"Its picture had moved {abs(x):.1f} px {across} and {abs(y):.1f} px {down}; that was undone."
    elif request.repair_drift:
        yield "Its picture had not moved."
