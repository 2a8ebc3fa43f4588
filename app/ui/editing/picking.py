"""Ways to bring a picture: upload, drop or paste it, take it with the camera, or use a recent result."""

from functools import partial

import streamlit as st

from app.ui.board import Board
from app.ui.choices import choose, chosen, key, switch
from app.ui.editing.inputs import held, take_from_history, take_in, untold
from app.ui.feedback import plain
from app.ui.filmstrip import filmstrip
from app.ui.gallery import picture_tile
from app.workbench import workbench

TYPES = ["png", "jpg", "jpeg", "webp", "gif", "avif", "tif", "tiff", "bmp"]
MOST_TILES = 24


def first_picture(board: Board, words: str, *, most: int) -> None:
    """The empty state: what to do, and every way to do it."""
    with st.container(border=True, key=key("first")):
        st.markdown(f"##### {words}")
        pick(board, most=most)


def more_pictures(board: Board, label: str, *, most: int, name: str = "") -> None:
    """The same ways, folded away once there is a picture."""
    with st.popover(label, icon=":material/add_photo_alternate:", key=key(f"{name}pick_{_generation()}")):
        pick(board, most=most, name=name)


def pick(board: Board, *, most: int, name: str = "") -> None:
    """All ways to bring pictures; where only one is asked for, a new one takes the place of the first.

    ``name`` tells the widgets of two such places on one page apart.
    """
    files = st.file_uploader(
        "Pictures" if most > 1 else "Picture", TYPES,
        accept_multiple_files=most > 1, key=key(f"{name}upload_{_generation()}"),
        label_visibility="collapsed", max_upload_size=workbench().settings.max_image_size_mb,
    )  # fmt: skip
    st.caption("Browse, drop or paste. The picture stays here until you run something with it.")
    if files:
        uploads = files if isinstance(files, list) else [files]
        _taken([(file.name, file.getvalue()) for file in uploads], most)
    _recent(board, most, name)
    if switch(f"{name}camera", "Use the camera", False) and (
        photo := st.camera_input("Photo", key=key(f"{name}photo_{_generation()}"), resolution="1080p")
    ):
        choose(f"{name}camera", None)
        _taken([("The photo", photo.getvalue())], most)


def say_what_was_left_out() -> None:
    """What could not be taken in, once."""
    for sentence in untold():
        st.warning(plain(sentence), icon=":material/broken_image:")


def _taken(files: list[tuple[str, bytes]], most: int) -> None:
    """Take the pictures in, and empty the widgets they came with: a new key makes new ones."""
    with st.spinner("Taking the picture in"):
        take_in(files, most=most)
    choose("generation", _generation() + 1)
    st.rerun()


def _recent(board: Board, most: int, name: str) -> None:
    tiles = [picture_tile(job, image, id=image.id) for job in board.recent for image in job.kept_images][:MOST_TILES]
    if not tiles:
        return
    st.caption("Or use one of your recent results:")
    parents = {input.parent for input in (held()[:1] if most == 1 else held())}
    chosen_one = next((tile.id for tile in tiles if tile.id in parents), None)
    filmstrip(
        f"{name}history_{_generation()}", "Recent results to start from", tiles, chosen_one,
        edge=72, on_pick=partial(_picked, most=most),
    )  # fmt: skip


def _picked(image_id: str, most: int) -> None:
    take_from_history(image_id, most=most)
    choose("generation", _generation() + 1)


def _generation() -> int:
    number: int = chosen("generation", 0)
    return number
