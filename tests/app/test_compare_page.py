"""The Compare page: pictures of an address held against each other, and a matrix priced, run and shown again."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from app.ui.cookie import COOKIE, owner_of
from app.ui.routes import difference_url, picture_routes
from app.workbench import workbench
from core.bootstrap import Workbench
from core.domain.job import Job
from core.domain.visitor import Visitor
from core.imaging.difference import difference, heat_map
from tests.app.shell import ROOT, all_text, painted, press

ANNA, BERT = Visitor(owner="anna"), Visitor(owner="bert")


def open_compare(**address: str) -> AppTest:
    """The page as Anna sees it at an address."""
    page = AppTest.from_file(str(ROOT / "pages/compare.py"), default_timeout=20)
    page.session_state["gesso_owner"] = ANNA.owner
    for name, text in address.items():
        page.query_params[name] = text
    return page.run()


def address(page: AppTest) -> dict[str, str]:
    return {name: text if isinstance(text, str) else text[0] for name, text in page.query_params.items()}


def said(page: AppTest) -> str:
    """Everything on the page, without the marks that keep text from being Markdown."""
    return all_text(page).replace("\\", "")


def ids(*jobs: Job) -> str:
    return ",".join(job.images[0].id for job in jobs)


def ask(page: AppTest, **values: list[str]) -> AppTest:
    """Choose what a matrix is made of."""
    page.text_area[0].set_value("a red fox")
    for name, wanted in values.items():
        page.multiselect(key=f"compare_{name}").set_value(wanted)
    return page.run()


def test_an_empty_page_says_what_to_do_and_a_strange_address_is_said(bench: Workbench) -> None:
    theirs = painted(bench, BERT, "a secret")

    page = open_compare()
    assert "Choose two to four pictures" in said(page)

    page = open_compare(pictures=f"{ids(theirs)},nothing")
    assert not page.exception
    assert "2 of the 2 pictures of this address are not here" in page.info[0].value
    assert "a secret" not in said(page)


def test_pictures_of_an_address_are_told_apart(bench: Workbench) -> None:
    fox, large = painted(bench, ANNA, size="1024x1024"), painted(bench, ANNA, size="1536x1024")

    page = open_compare(pictures=ids(fox, large))

    assert not page.exception
    assert "Differs in: size" in said(page)
    assert address(page) == {"pictures": ids(fox, large)}
    page.segmented_control[1].set_value("Difference").run()
    assert address(page) == {"pictures": ids(fox, large), "how": "difference"}
    told = said(page)
    assert "of 1,048,576 pixels" in told
    assert "another shape" in told

    press(page, "compare_clear")
    assert address(page) == {}


def test_a_picture_is_identical_to_itself_and_sizes_meet_at_the_smaller_one(bench: Workbench) -> None:
    fox, large = painted(bench, ANNA, size="1024x1024"), painted(bench, ANNA, size="2048x2048")
    small, big = (bench.library.original(job.images[0]) for job in (fox, large))

    assert difference(small, small).figures.changed == 0
    found = difference(big, small)
    assert (str(found.size), found.scaled, found.stretched) == ("1024x1024", True, False)
    assert heat_map(big, small).startswith(b"\x89PNG")


def test_a_difference_has_an_address_for_ones_own_pictures_only(bench: Workbench) -> None:
    mine = [painted(bench, Visitor(owner=str(owner_of({COOKIE: "a" * 43}))), prompt) for prompt in ("a fox", "a boat")]
    address_of = difference_url(mine[0].images[0].id, mine[1].images[0].id)

    with TestClient(Starlette(routes=picture_routes()), base_url="http://gesso.test") as browser:
        seen = browser.get(address_of, headers={"Cookie": f"{COOKIE}={'a' * 43}"})
        hidden = browser.get(address_of, headers={"Cookie": f"{COOKIE}={'b' * 43}"})

    assert (seen.status_code, seen.headers["content-type"], hidden.status_code) == (200, "image/png", 404)


def test_a_matrix_says_its_prices_runs_and_is_found_again(bench: Workbench) -> None:
    page = ask(
        open_compare(view="matrix"), models=["gpt-image-2", "gpt-image-1.5"], qualities=["low"],
        sizes=["1024x1024", "1536x864"],
    )  # fmt: skip
    assert "1. 1536x864 is not one of" in said(page)
    assert page.button(key="compare_run").label.startswith("Run 3 requests for about")
    assert bench.studio.jobs(ANNA) == ()

    press(page, "compare_run")
    jobs = bench.studio.jobs(ANNA)
    assert len(jobs) == 3
    for job in jobs:
        bench.studio.wait(job.id, seen=lambda _: None, interval=0.03)
    assert set(address(page)["jobs"].split(",")) == {job.id for job in jobs}

    again = open_compare(**address(page))
    assert not again.exception
    assert "3 of 3 have ended" in said(again)
    assert all(job.images[0].id in said(again) for job in bench.studio.jobs(ANNA))


def test_a_matrix_runs_as_a_whole_or_not_at_all(surroundings: pytest.MonkeyPatch) -> None:
    surroundings.setenv("BUDGET_DAY_USD", "0.02")
    page = ask(open_compare(view="matrix"), models=["gpt-image-2"], qualities=["low", "high"], sizes=["1024x1024"])
    assert "of the $0.020 budget" in page.warning[0].value.replace("\\", "")

    press(page, "compare_run")

    assert "This would cost up to" in page.error[0].value
    assert workbench().studio.jobs(ANNA) == ()
    page.multiselect(key="compare_sizes").set_value([f"{1024 + 16 * number}x1024" for number in range(13)]).run()
    assert "2 x 13 makes 26 cells" in page.error[0].value.replace("\\", "")


def test_the_history_hands_two_pictures_over(bench: Workbench) -> None:
    jobs = [painted(bench, ANNA, prompt, size="1024x640") for prompt in ("a fox", "a boat")]
    page = AppTest.from_file(str(ROOT / "pages/history.py"), default_timeout=20)
    page.session_state["gesso_owner"] = ANNA.owner
    page.session_state["history_selected"] = tuple(job.images[0].id for job in jobs)

    page.run()
    assert page.button(key="history_bulk_compare").label == "Compare"
    page.session_state["history_selected"] = (jobs[0].images[0].id,)
    page.run()

    assert "history_bulk_compare" not in [button.key for button in page.button]
