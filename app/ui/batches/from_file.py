"""Rows from a file or from what was pasted of one: CSV, JSON, JSONL or plain text, and the pictures they name."""

from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from app.ui.batches.brought import bring
from app.ui.choices import chosen, key
from app.ui.earlier import typed
from app.ui.editing.picking import TYPES
from app.ui.feedback import plain
from app.workbench import workbench
from core.domain.batch_rows import BY_EXTENSION, ReadRows, read_rows
from core.domain.draft_row import DraftRow
from core.errors import InvalidRequestError

PLACEHOLDER = "prompt,size,mood\na red fox,1024x1024,calm\na blue fox,,wild"
FORMS = {"text": "Text, one prompt a line", "csv": "CSV", "json": "JSON", "jsonl": "JSONL"}


def ask_file() -> Sequence[DraftRow]:
    """The rows of a file, else of what was pasted; raises InvalidRequestError."""
    number = chosen("taken", 0)
    file = st.file_uploader(
        "CSV, TSV, JSON, JSONL or text", sorted(BY_EXTENSION), key=key(f"file_{number}"), max_upload_size=50,
        label_visibility="collapsed",
    )  # fmt: skip
    pasted = typed(st.text_area, "Or paste", "pasted", widget=f"pasted_{number}", height=104, placeholder=PLACEHOLDER)
    with st.popover("Pictures that rows name", icon=":material/add_photo_alternate:", key=key("row_pictures")):
        st.caption("For rows with a column inputs: bring the files, and the rows find them by their names.")
        uploads = st.file_uploader("Pictures", TYPES, True, key=key(f"row_files_{number}"),
                                   max_upload_size=workbench().settings.max_image_size_mb)  # fmt: skip
        bring_new(uploads)
    if file is None and not pasted.strip():
        return ()
    read = read_rows(decoded(file), file_name=file.name) if file is not None else read_rows(pasted)
    st.caption(plain(_said(read)))
    return read.rows


def bring_new(uploads: Sequence[object]) -> tuple[str, ...]:
    """Take in what an uploader holds, each file once; the names under which rows find them."""
    seen: dict[str, str] = st.session_state.setdefault(key("uploads_seen"), {})
    fresh = [file for file in uploads if file.file_id not in seen]  # type: ignore[attr-defined]
    if fresh:
        with st.spinner("Taking the pictures in"):
            for file in fresh:
                names = bring([(file.name, file.getvalue())])  # type: ignore[attr-defined]
                seen[file.file_id] = names[0] if names else ""  # type: ignore[attr-defined]
    return tuple(name for file in uploads if (name := seen[file.file_id]))  # type: ignore[attr-defined]


def decoded(file: UploadedFile) -> str:
    """A file's text. Raises InvalidRequestError for what is no UTF-8."""
    try:
        return file.getvalue().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidRequestError(
            f"{file.name} is no UTF-8 text. In Excel, save it as CSV UTF-8; a workbook (.xlsx) cannot be read.",
            param="file",
        ) from error


def _said(read: ReadRows) -> str:
    said = f"{FORMS[read.form]}: {len(read.rows):,} row{'s' * (len(read.rows) != 1)}"
    if read.problems:
        said += f", at least {len(read.problems):,} of them to be mended in the table"  # models and prices show there
    if read.columns:
        said += f"; file names can use {', '.join(f'{{{name}}}' for name in read.columns)}"
    return f"{said}."
