"""A matrix before it runs: one prompt, the models, qualities and sizes to cross, and what every cell costs."""

from collections.abc import Sequence

import streamlit as st

from app.ui.choices import choose, key
from app.ui.comparing.matrix_grid import GridCell, show_grid
from app.ui.controls import ask_prompt
from app.ui.feedback import plain
from app.ui.library.notices import notify
from app.ui.offer import STAND_IN, price_text
from app.ui.session import visitor
from app.ui.sizes import AUTO, PRESETS
from app.workbench import workbench
from core.domain.matrix import MAX_CELLS, Cell, Total, expand, total
from core.domain.model import Model
from core.domain.money import usd_text
from core.domain.request import GenerateRequest, Request
from core.errors import BudgetExceededError, InvalidRequestError
from core.services.matrix import check_budget, priced, start

QUALITIES = ("low", "medium", "high")
"""What is crossed at first."""
DEFAULT_SIZE = "1024x1024"
AXIS_WIDTH = 340
"""Pixels: three beside each other on a desk, one below the other on a phone, with room for what was chosen."""


def ask_matrix() -> tuple[str, tuple[Request, ...]]:
    """The prompt as it is written, and a request for every cell; raises InvalidRequestError."""
    bench = workbench()
    models, can_type = bench.models(visitor()), bench.takes_any_model(visitor())
    prompt = ask_prompt("One prompt for every cell.", "runs the matrix", height=104)
    with st.container(horizontal=True, gap="small", key=key("axes")):
        axes = {
            "model": several(
                "models", "Models", [model.id for model in models], [bench.default_for(visitor()).id], can_type
            ),
            "quality": several("qualities", "Qualities", qualities_of(models), QUALITIES, can_type),
            "size": several("sizes", "Sizes, or type one", sizes_offered(), [DEFAULT_SIZE], can_type=True),
        }
    if not axes["model"]:
        raise InvalidRequestError("Choose at least one model.", param="model")
    base = GenerateRequest(prompt=prompt if prompt.strip() else STAND_IN, model=axes["model"][0])
    return prompt, expand(base, axes)


def offer_matrix(asked: tuple[str, tuple[Request, ...]]) -> None:
    """The cells with their prices, and the button that runs them all or none; the page then shows their jobs."""
    prompt, requests = asked
    bench, who = workbench(), visitor()
    cells = priced(requests, bench.studio, who)
    cost = total(cells)
    reasons = list(dict.fromkeys(cell.problem for cell in cells if cell.problem))
    show_grid("priced", "Prices of the matrix", [_grid_cell(cell, reasons) for cell in cells])
    if reasons:
        st.caption(plain("\n".join(f"{number}. {reason}" for number, reason in enumerate(reasons, start=1))))
    if _run_button(cells, cost):
        if not prompt.strip():
            raise InvalidRequestError("Write a prompt first: say what the picture should show.", param="prompt")
        begun = start(cells, bench.studio, bench.ledger, who)
        choose("jobs", tuple(job.id for job in begun.jobs))
        if begun.problem is not None:
            notify(f"Only {len(begun.jobs)} of {cost.requests} requests were started. {begun.problem}")
        st.rerun()


def _run_button(cells: Sequence[Cell], cost: Total) -> bool:
    words = f"Run {cost.requests} request{'s' * (cost.requests != 1)} for {cost.text}"
    pressed = st.button(
        words.replace("$", r"\$") if cost.requests else "Nothing to run", key=key("run"), type="primary",
        icon=":material/grid_view:", shortcut="Ctrl+Enter", disabled=not cost.requests,
    )  # fmt: skip
    if cost.requests and not pressed:
        _say_what_is_left(cells, cost)
    return pressed


def _say_what_is_left(cells: Sequence[Cell], cost: Total) -> None:
    """What the budget leaves once all of it has run, or that it has no room."""
    bench, who = workbench(), visitor()
    left = bench.ledger.standing(bench.studio.account_of(who)).left
    try:
        check_budget(cells, bench.studio, bench.ledger, who)
    except BudgetExceededError as error:
        st.warning(plain(str(error)), icon=":material/savings:")
        return
    after = "No budget is set." if left is None else (
        f"{usd_text(left)} of the budget is left; after this at least {usd_text(left - cost.held)}."
    )  # fmt: skip
    st.caption(
        plain(f"Each cell is one request for one picture; at most {MAX_CELLS} cells. All of them run, or none. {after}")
    )


def several(name: str, label: str, options: Sequence[str], default: Sequence[str], can_type: bool) -> list[str]:
    """Some of these; ``can_type`` lets a person write another."""
    offered = [*options, *(one for one in default if one not in options)]
    chosen: list[str] = st.multiselect(
        label, offered, [one for one in default if one in offered], key=key(name), accept_new_options=can_type,
        select_all=False, persist_state="session", width=AXIS_WIDTH,
        placeholder="Any the model chooses" if name != "models" else "Choose models",
    )  # fmt: skip
    return chosen


def qualities_of(models: Sequence[Model]) -> list[str]:
    """Every quality that some model takes."""
    return list(dict.fromkeys(quality for model in models for quality in model.qualities))


def sizes_offered() -> list[str]:
    """The usual sizes, the smaller ones first."""
    return [str(size) for tier in zip(*PRESETS.values(), strict=True) for size in tier] + [AUTO]


def _grid_cell(cell: Cell, reasons: Sequence[str]) -> GridCell:
    if cell.estimate is None:
        number = reasons.index(cell.problem) + 1
        return GridCell.of(cell.request, kind="refused", text=f"not taken, see {number}.")
    return GridCell.of(cell.request, kind="priced", text=price_text(cell.estimate))
