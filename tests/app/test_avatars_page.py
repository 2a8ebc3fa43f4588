"""The Avatars page: personas in, the price both ways, a start; then the wall, verdicts, redoing and taking home."""

import csv
import io
import json
import time
from zipfile import ZipFile

import pytest
from streamlit.testing.v1 import AppTest

from app.ui.avatars.archive import followed_set, list_of_set
from app.workbench import workbench
from core.bootstrap import Workbench
from core.domain.avatar import AvatarPlan, Verdict
from core.domain.batch import BatchState
from core.domain.persona import Persona
from core.domain.visitor import Visitor
from core.errors import JobStateError
from tests.app.shell import ROOT, all_text, press

ANNA = Visitor(owner="anna")
AMARA = Persona(firstname="Amara", lastname="Okafor", gender="female", bio_facebook="I'm 34 and bake sourdough.")
PLAN = AvatarPlan(model="gpt-image-2.5-flare", quality="low", one_face=False)
PASTED = "firstname,lastname,gender,bio_x\nAmara,Okafor,female,I bake.\nTom,Young,male,I'm 15\n"


def open_avatars(**address: str) -> AppTest:
    page = AppTest.from_file(str(ROOT / "pages/avatars.py"), default_timeout=30)
    page.session_state["gesso_owner"] = ANNA.owner
    for name, text in address.items():
        page.query_params[name] = text
    return page.run()


def ended(bench: Workbench, id: str) -> None:
    def look_again(*_: object) -> None:
        bench.feeder.wake()
        time.sleep(0.05)

    bench.batches.wait(id, ANNA, look_again)


def test_personas_are_brought_priced_both_ways_and_started(surroundings: pytest.MonkeyPatch) -> None:
    surroundings.setenv("BATCH_ASK_ABOVE_USD", "0.01")
    bench = workbench()
    page = open_avatars()
    assert "Accept, reject or redo" in all_text(page)
    assert page.toggle(key=next(one.key for one in page.toggle if "one_face" in one.key)).value is False
    assert "Biography" in press(page, "avatars_add_form").text_area[0].label
    assert "firstname is empty" in all_text(page)

    page.session_state["avatars_source"] = "CSV or JSON"
    page.run().text_area(key="avatars_pasted_0").set_value(PASTED).run()
    assert "Row 2" in all_text(page)
    assert "adults only" in all_text(page)
    assert "1 to be mended" in all_text(press(page, "avatars_add_file"))
    page.session_state["avatars_pictures"] = "8 pictures each"
    said = all_text(page.run())
    assert "8 variations as grids" in said
    assert "8 variations as single pictures" in said
    assert "of about 502 px, cut out of 1024x1024" in said
    assert "No budget is set" in said

    assert not bench.avatars.all(ANNA)
    assert "This may cost up to" in all_text(press(page, "avatars_run"))
    press(page, "avatars_run_sure")
    (made,) = bench.avatars.all(ANNA)
    assert page.query_params["id"] == made.id
    ended(bench, made.id)
    assert "1 of 1 personas done" in all_text(page.run())
    assert (made.plan.pictures, len(bench.avatars.tiles(made.id, ANNA))) == (8, 9)
    press(page, "avatars_all")
    assert "Finished · 1 persona · 3 of 3 requests done" in all_text(page)
    assert "2 personas" not in all_text(page)
    assert not page.exception


def test_pictures_are_judged_redone_and_taken_home(bench: Workbench) -> None:
    made = bench.avatars.create("Team", [AMARA], PLAN, ANNA)
    bench.avatar_driver._avatars.unwritten(made.id, 1, "Flowise did not answer.")
    bench.avatars.start(made.id, ANNA)
    ended(bench, made.id)
    page = open_avatars(id=made.id)
    assert "1 persona has no prompts" in all_text(page)
    assert "Flowise did not answer" in all_text(page)
    press(page, "avatars_template_1")
    ended(bench, made.id)

    assert "All 4 shown" in all_text(page.run())
    assert "Redo 4 for up to" in all_text(page)
    page.session_state["avatars_selected"] = ("1/1", "1/3")
    assert "2 ticked" in all_text(page.run())
    press(page, "avatars_many_accept")
    page.session_state["avatars_filter"] = "Accepted"
    assert "2 pictures accepted" in all_text(page.run())
    assert "All 2 shown" in all_text(page)
    press(page, "avatars_many_redo")
    ended(bench, made.id)
    redone = [tile for tile in bench.avatars.tiles(made.id, ANNA) if tile.retakes]
    assert [(tile.number, tile.verdict, tile.ref.width) for tile in redone] == [
        (1, Verdict.NEW, 1024), (3, Verdict.NEW, 1024),
    ]  # fmt: skip
    assert bench.batches.get(made.id, ANNA).state is BatchState.FINISHED
    assert not page.exception

    with pytest.raises(JobStateError, match="avatar set"):
        bench.batches.add(made.id, [], ANNA)
    assert bench.avatars.judge(made.id, [(1, 0), (1, 2)], Verdict.ACCEPTED, ANNA) == 1  # not the base portrait
    with ZipFile(io.BytesIO(b"".join(followed_set(made.id, ANNA)))) as archive:
        assert archive.namelist() == [f"{AMARA.slug}/2.png", "avatars.json"]
        assert json.loads(archive.read("avatars.json")) == json.loads(list_of_set(made.id, ANNA, "json")[0])
    (row,) = csv.DictReader(io.StringIO(list_of_set(made.id, ANNA, "csv")[0].decode("utf-8-sig")))
    assert (row["firstname"], row["key"]) == ("Amara", f"avatars/{AMARA.slug}/{made.id[-8:]}/2.png")
    assert row["url"].startswith("file:")
    press(page.run(), "avatars_do_delete")
    assert "The set is removed" in all_text(page)
    assert not bench.avatars.all(ANNA)
