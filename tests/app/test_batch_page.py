"""The Batch page: rows from many sources in one table, priced, started, watched, mended and taken home."""

import io
import time
from decimal import Decimal
from zipfile import ZipFile

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from app.ui.batches.draft import Line, edited
from app.ui.cookie import COOKIE, owner_of
from app.ui.routes import batch_csv_url, batch_zip_url, picture_routes
from app.workbench import workbench
from core.bootstrap import Workbench
from core.domain.batch import Batch, BatchState, PlannedRow, RowState
from core.domain.batch_rows import read_rows
from core.domain.job import CallState
from core.domain.request import GenerateRequest
from core.domain.visitor import Visitor
from core.services.studio import Resolution
from tests.app.shell import ROOT, all_text, press

ANNA = Visitor(owner="anna")


def open_batch(**address: str) -> AppTest:
    """The page as Anna sees it at an address."""
    page = AppTest.from_file(str(ROOT / "pages/batch.py"), default_timeout=30)
    page.session_state["gesso_owner"] = ANNA.owner
    for name, text in address.items():
        page.query_params[name] = text
    return page.run()


def said(page: AppTest) -> str:
    """Everything on the page, without the marks that keep text from being Markdown."""
    return all_text(page).replace("\\", "")


def keys(page: AppTest) -> set[str | None]:
    return {button.key for button in page.button}


def fed(bench: Workbench, id: str, visitor: Visitor = ANNA) -> Batch:
    """Let the batch run to its end or its pause, without the feeder's own thread."""

    def feed(batch: Batch, progress: object) -> None:  # noqa: ARG001
        bench.feeder.feed()

    return bench.batches.wait(id, visitor, feed)


def test_prompts_become_a_priced_table_a_batch_and_results(bench: Workbench) -> None:
    page = open_batch()
    assert "Many pictures, one plan" in said(page)
    page.text_area[0].set_value("a red fox\na boat demo:error=moderation")
    press(page, "batch_add")
    assert "2 rows · 2 pictures · about $" in said(page)
    page.segmented_control[0].set_value("File").run()
    page.text_area[0].set_value("prompt,size,mood\na kite,huge,calm").run()
    press(page, "batch_add")
    assert "'huge' is not a size" in said(page)
    assert page.button(key="batch_run").label.endswith("1 stay in the table")
    assert bench.batches.all(ANNA) == ()

    press(page, "batch_run")

    assert not page.exception
    (batch,) = bench.batches.all(ANNA)
    assert batch.name == "a red fox"
    assert page.query_params["id"] in (batch.id, [batch.id])
    assert [line.prompt for line in page.session_state["batch_lines"]] == ["a kite"]
    fed(bench, batch.id)
    again = open_batch(id=batch.id)
    assert "1</b> of 2 done" in said(again)
    assert "1</b> failed" in said(again)
    again.segmented_control[0].set_value("Failed").run()
    assert "moderation refused this prompt" in said(again)
    press(again, "batch_row_retry_2")
    assert fed(bench, batch.id).state is BatchState.FINISHED
    assert [row.tries for row in bench.batches.rows(batch.id, ANNA)] == [1, 2]
    press(again, "batch_do_content_copy")
    assert [line.prompt for line in again.session_state["batch_lines"]] == ["a red fox", "a boat demo:error=moderation"]
    assert "Your batches" in said(again)


def test_a_running_batch_is_paused_and_what_runs_is_stopped_on_a_second_thought(bench: Workbench) -> None:
    slow = GenerateRequest(prompt="a fox demo:latency=100", model=bench.default_model, quality="low")
    batch = bench.batches.plan("Slow", [PlannedRow(request=slow)], ANNA)
    bench.batches.start(batch.id, ANNA)
    bench.feeder.feed()
    (row,) = bench.batches.rows(batch.id, ANNA)
    while bench.batches.job(row, ANNA).calls[0].state is not CallState.SENT:
        time.sleep(0.01)
    page = open_batch(id=batch.id)
    assert "Running" in said(page)

    press(page, "batch_do_pause")
    assert page.button(key="batch_do_play_arrow").label == "Resume"
    press(page, "batch_do_cancel")
    assert bench.batches.get(batch.id, ANNA).state is BatchState.CANCELLED
    press(page, "batch_do_cancel_all")

    assert bench.batches.wait(batch.id, ANNA, lambda *_: None).state is BatchState.CANCELLED
    assert "1 row may have been billed" in said(page.run())
    assert "batch_do_retry" not in keys(page)
    bench.studio.resolve(row.job_id or "", Resolution.NOT_BILLED, ANNA)
    assert "may have been billed" not in said(page.run())
    assert page.button(key="batch_do_retry").label.startswith("Retry 1 for up to")


def test_above_a_mark_it_asks_twice_and_a_budget_pauses_it(surroundings: pytest.MonkeyPatch) -> None:
    surroundings.setenv("BATCH_ASK_ABOVE_USD", "0.05")
    surroundings.setenv("BUDGET_DAY_USD", "0.08")
    page = press(open_batch(), "batch_example")
    assert "The batch pauses when the budget is used up" in said(page)

    press(page, "batch_run")
    assert "Start all 6 rows?" in said(page)
    assert workbench().batches.all(ANNA) == ()
    press(page, "batch_run_sure")

    (batch,) = workbench().batches.all(ANNA)
    assert fed(workbench(), batch.id).state is BatchState.PAUSED
    page.run()
    assert "budget is left today" in page.warning[0].value.replace("\\", "")
    press(page, "batch_do_cancel")
    assert workbench().batches.progress(batch.id, ANNA).count(RowState.CANCELLED) == 5
    assert not open_batch(id="nothing").exception
    assert "There is no batch nothing" in said(open_batch(id="nothing"))


def test_wildcards_and_a_matrix_say_how_many_rows_they_make(bench: Workbench) -> None:  # noqa: ARG001
    page = open_batch()
    page.segmented_control[0].set_value("Wildcards").run()
    page.text_input[0].set_value("{red|blue} fox, __season__").run()
    assert "Makes 8 prompts: red fox, spring" in said(page)
    assert page.button(key="batch_add").label == "Add 8 rows to the table"
    page.text_input[0].set_value("a __nonsense__").run()
    assert page.error[0].value
    page.file_uploader(key="batch_wildcard_files").upload("Nonsense.txt", b"# ours\n{odd|queer} hen\nboat\n").run()
    assert "Makes 3 prompts: a odd hen" in said(page)
    page.file_uploader(key="batch_wildcard_files").upload("Nonsense.txt", "poulet rôti".encode("latin-1")).run()
    assert "Nonsense.txt is no UTF-8 text" in page.error[0].value.replace("\\", "")
    page.segmented_control[0].set_value("Matrix").run()
    page.text_area[0].set_value("a fox\na boat").run()
    page.multiselect(key="batch_qualities").set_value(["low", "high"]).run()
    press(page, "batch_add")
    assert {line.quality for line in page.session_state["batch_lines"]} == {"low", "high"}
    assert "4 rows · 4 pictures" in said(page)


def test_rows_that_were_not_started_are_offered_again_after_a_reload(bench: Workbench) -> None:  # noqa: ARG001
    page = open_batch()
    assert "batch_earlier_back" not in keys(page)
    page.text_area[0].set_value("a fox\na boat").run()
    press(page, "batch_add")
    assert "batch_earlier_back" not in keys(page)

    again = open_batch()
    assert "You left 2 rows here" in said(again)
    assert again.text_area[0].value == ""
    again.text_area[0].set_value("a kite").run()
    assert open_batch().text_area[0].value == "a kite"
    press(press(again, "batch_add"), "batch_earlier_back")
    assert [line.prompt for line in again.session_state["batch_lines"]] == ["a fox", "a boat", "a kite"]
    assert "batch_earlier_back" not in keys(again)
    press(again, "batch_run")
    assert "batch_earlier_back" not in keys(open_batch())


def test_a_cell_that_is_mended_takes_its_sentence_along() -> None:
    read = read_rows("prompt,size,n\na fox,huge,x\na boat,,", form="csv")
    rows = tuple(Line.of(row) for row in read.rows)
    assert "column size" in rows[0].draft().problem

    half = edited(rows, {0: {"size": "1024x1024"}}, [0, 1])
    assert half[0].draft().problem.startswith("Row 1, column n: 'x' is no whole number.")
    whole = edited(half, {0: {"n": "2"}, 1: {"ticked": True, "prompt": None}}, [0, 1])

    assert (whole[0].draft().problem, whole[0].draft().size, whole[0].draft().n) == ("", "1024x1024", 2)
    assert (whole[1].ticked, whole[1].prompt) == (True, "")
    assert edited(whole, {0: {"size": "huge"}}, [1])[1].draft().problem


def test_a_batch_comes_home_as_zip_and_csv_to_its_owner_only(bench: Workbench) -> None:
    owner = Visitor(owner=str(owner_of({COOKIE: "a" * 43})))
    request = GenerateRequest(prompt="a red fox", model=bench.default_model, quality="low")
    rows = [PlannedRow(request=request, columns={"mood": "calm"})]
    batch = bench.batches.plan("Foxes", rows, owner, template="{mood}/{number:02}-{prompt}", max_cost=Decimal(1))
    bench.batches.start(batch.id, owner)
    fed(bench, batch.id, owner)

    with TestClient(Starlette(routes=picture_routes()), base_url="http://gesso.test") as browser:
        mine, theirs = ({"Cookie": f"{COOKIE}={letter * 43}"} for letter in "ab")
        zipped = browser.get(batch_zip_url(batch.id), headers=mine)
        table = browser.get(batch_csv_url(batch.id), headers=mine)
        hidden = browser.get(batch_zip_url(batch.id), headers=theirs)

    names = ZipFile(io.BytesIO(zipped.content)).namelist()
    assert names[0] == "calm/01-a-red-fox.png"
    assert 'filename="foxes-' in zipped.headers["content-disposition"]
    assert "calm/01-a-red-fox.png" in table.content.decode("utf-8-sig")
    assert hidden.status_code == 404
