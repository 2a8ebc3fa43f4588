"""The way out of the library and into it: everything as one ZIP, and archives and pictures from elsewhere."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from app.ui.choices import choose, chosen, key
from app.ui.feedback import errors_shown, plain, show_error
from app.ui.library.importing import Import, imports
from app.ui.library.notices import notify, pictures_said
from app.ui.routes import export_url
from app.ui.session import pictures_by_url, visitor
from app.workbench import workbench
from core.domain.transfer import Tally

KINDS = ["zip", "png", "jpg", "jpeg", "webp", "gif", "svg", "avif", "bmp", "tif", "tiff"]
LARGEST_MB = 100
"""What .streamlit/config.toml lets through, because it lies in memory; the terminal takes archives of any size."""
TOLD = 20
INSIDE = (
    "One ZIP with every picture as it was made, what it was made from, prompts, costs, tags and collections, and the "
    "trash. It holds no keys. Bring it back here, or into another Gesso."
)
OUTSIDE = (
    "A ZIP that Gesso exported, any ZIP with pictures, or pictures. What is here already is not taken twice, and what "
    "the files of Gesso, AUTOMATIC1111, InvokeAI or ComfyUI say about themselves comes along. Larger archives: "
    "`gesso import library.zip` in a terminal."
)


def transfer_door() -> None:
    """Export and import, folded away beside the page's title."""
    number = chosen("imported", 0)  # a new number folds it again
    with st.popover("Export, import", icon=":material/swap_vert:", key=key(f"transfer_{number}"), type="tertiary"):
        st.markdown("**Export**")
        st.caption(INSIDE)
        export_button("Export everything", None, "all")
        st.markdown("**Import**")
        st.caption(OUTSIDE)
        _ask_files(number)


def export_button(words: str, ids: Sequence[str] | None, name: str) -> None:
    """Download an archive of these pictures, or of everything."""
    icon = ":material/archive:"
    if pictures_by_url():
        st.link_button(words, export_url(ids), icon=icon)
        return
    who = visitor()
    st.download_button(
        words, lambda: b"".join(workbench().exporter.archive(who, ids, seen=lambda _: None)), "gesso-library.zip",
        "application/zip", key=key(f"export_{name}"), icon=icon, on_click="ignore",
    )  # fmt: skip


def show_import() -> None:
    """How far a running import is, and what became of one that has ended."""
    this = imports().of(visitor())
    if this is None:
        return
    if this.ended:
        _tell_end(this)
    else:
        _watch()


@st.fragment(run_every=1.0)
def _watch() -> None:
    this = imports().of(visitor())
    if this is None or this.ended:
        st.rerun()
    done, total = this.tally.done, this.tally.total
    words = f"Importing: {done:,} of {pictures_said(total)}" if total else f"Reading {this.files:,} files"
    st.progress(min(done / total, 1.0) if total else 0.0, words)


def _ask_files(number: int) -> None:
    upload: dict[str, Any] = {"max_upload_size": LARGEST_MB, "label_visibility": "collapsed"}
    files = st.file_uploader("ZIPs and pictures", KINDS, True, key=key(f"import_files_{number}"), **upload)
    folder = st.file_uploader("A folder", KINDS[1:], "directory", key=key(f"import_folder_{number}"), **upload)
    brought = [*files, *folder]
    if st.button(
        f"Import {len(brought):,} file{'s' * (len(brought) != 1)}" if brought else "Import", type="primary",
        key=key("import_now"), disabled=not brought,
    ):  # fmt: skip
        with errors_shown():
            imports().start(brought, visitor())
            choose("imported", number + 1)
            st.rerun()


def _tell_end(this: Import) -> None:
    imports().forget(visitor())
    if this.error is not None:
        show_error(this.error)
    tally = this.tally
    if this.error is None or tally.done:
        notify(_said(tally))
    if tally.problems:
        with st.expander(f"{len(tally.problems):,} could not be used", icon=":material/warning:"):
            for name, problem in tally.problems[:TOLD]:
                st.markdown(plain(f"{name}: {problem}"))
            if len(tally.problems) > TOLD:
                st.caption(f"and {len(tally.problems) - TOLD:,} more")


def _said(tally: Tally) -> str:
    sets = f", {tally.collections:,} collection{'s' * (tally.collections != 1)}" if tally.collections else ""
    there = f", {tally.there:,} were here already" if tally.there else ""
    return f"{pictures_said(tally.new)} imported{sets}{there}."
