"""The History page: what it lists, how its address says what is on show, and what is done to pictures."""

import pytest
from streamlit.testing.v1 import AppTest

from app.ui.library import listing
from app.ui.library.lineage import took
from core.bootstrap import Workbench
from core.domain.job import Job, StoredImage
from core.domain.library import Filter, Lineage
from core.domain.mask import Mask, Operation, Tool
from core.domain.money import usd_text
from core.domain.request import EditRequest
from core.domain.visitor import Visitor
from tests.app.shell import ROOT, all_text, painted, press, run_page, shelved

PAGE = "pages/history.py"
ANNA, BERT = Visitor(owner="anna"), Visitor(owner="bert")


def open_history(**address: str) -> AppTest:
    """The page as Anna sees it at an address."""
    page = AppTest.from_file(str(ROOT / PAGE), default_timeout=20)
    page.session_state["gesso_owner"] = ANNA.owner
    for name, text in address.items():
        page.query_params[name] = text
    return page.run()


def address(page: AppTest) -> dict[str, str]:
    return {name: text if isinstance(text, str) else text[0] for name, text in page.query_params.items()}


def made(bench: Workbench, *prompts: str) -> list[StoredImage]:
    return [painted(bench, ANNA, prompt, size="1024x640").images[0] for prompt in prompts]


def edited(bench: Workbench, image: StoredImage, prompt: str, n: int = 1) -> Job:
    """A finished edit of a picture of Anna's."""
    start = bench.editor.from_image(image)
    wish = EditRequest(
        prompt=prompt, model="gpt-image-2.6-sunburst", quality="low", size="1024x640", n=n,
        images=(start.ref,), parents=(start.parent,),
    )  # fmt: skip
    return bench.studio.wait(bench.studio.submit(wish, ANNA).id, seen=lambda _: None, interval=0.03)


def select(page: AppTest, *images: StoredImage) -> AppTest:
    page.session_state["history_selected"] = tuple(image.id for image in images)
    return page.run()


def choose(page: AppTest, label: str, value: str) -> AppTest:
    return next(box for box in page.selectbox if box.label == label).set_value(value).run()


def search(page: AppTest, words: str) -> AppTest:
    return next(box for box in page.text_input if box.label == "Search in prompts").set_value(words).run()


def type_into(page: AppTest, name: str, text: str) -> AppTest:
    page.text_input(key=f"history_{name}").set_value(text)
    return press(page, f"history_{name}_add")


def ids(bench: Workbench, **wanted: object) -> tuple[str, ...]:
    return bench.history.ids(Filter(**wanted), ANNA)  # type: ignore[arg-type]


def test_an_empty_history_says_what_will_be_here(bench: Workbench) -> None:  # noqa: ARG001
    page = open_history()

    assert not page.exception
    assert "Every picture you make is kept here" in all_text(page)


def test_the_list_holds_ones_own_pictures_and_counts_them(bench: Workbench) -> None:
    mine, theirs = made(bench, "a red fox", "a lighthouse"), painted(bench, BERT, "a secret").images[0]

    page = open_history()

    assert "2 pictures" in all_text(page)
    assert all(image.id in all_text(page) for image in mine)
    assert theirs.id not in all_text(page)


@pytest.mark.parametrize(
    ("count", "said"), [(1, "1 picture"), (10_000, "10,000 pictures"), (10_001, "10,000+ pictures")]
)
def test_nobody_counts_beyond_ten_thousand(count: int, said: str) -> None:
    assert listing.counted(count) == said


def test_a_search_is_in_the_address_and_an_address_is_a_search(bench: Workbench) -> None:
    fox, lighthouse = made(bench, "a red fox", "a lighthouse")

    page = search(open_history(), "light*")

    assert address(page) == {"q": "light*"}
    for shown in (page, open_history(q="light*")):
        assert lighthouse.id in all_text(shown)
        assert fox.id not in all_text(shown)


def test_filters_are_in_the_address_and_can_be_cleared(bench: Workbench) -> None:
    fox, lighthouse = made(bench, "a red fox", "a lighthouse")
    bench.history.add_tag([fox.id], ANNA, "poster")
    page = choose(open_history(sort="oldest"), "Tag", "poster")
    assert address(page) == {"sort": "oldest", "tag": "poster"}
    assert lighthouse.id not in all_text(page)

    press(page, "history_clear")

    assert address(page) == {"sort": "oldest"}
    assert lighthouse.id in all_text(page)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "sculpture"}, {"from": "yesterday"}, {"to": "9999-12-31"}, {"cost_from": "NaN"}, {"cost_to": "-1"},
        {"after": "9" * 30}, {"before": "x"}, {"sort": "best"}, {"q": "x" * 501}, {"favourite": "maybe"},
    ],
)  # fmt: skip
def test_what_means_nothing_in_the_address_is_said_and_left_out(bench: Workbench, wrong: dict[str, str]) -> None:
    made(bench, "a red fox")

    page = open_history(**wrong)

    assert not page.exception
    assert "means nothing here" in page.warning[0].value
    assert "1 picture" in all_text(page)


@pytest.mark.parametrize(
    "wanted",
    [
        {"kind": "generate"}, {"provider": "demo"}, {"state": "succeeded"}, {"from": "2020-01-01"}, {"cost_to": "5"},
        {"q": "fox"}, {"model": "gpt-image-2.6-sunburst"}, {"to": "2100-01-01"}, {"sort": "dearest"},
    ],
)  # fmt: skip
def test_every_filter_of_an_address_is_taken_up(bench: Workbench, wanted: dict[str, str]) -> None:
    made(bench, "a red fox")

    page = open_history(**wanted)

    assert not page.warning
    assert "1 picture" in all_text(page)


def test_nothing_that_matches_offers_everything(bench: Workbench) -> None:
    made(bench, "a red fox")
    page = open_history(q="zebra")
    assert "No picture matches" in all_text(page)

    press(page, "history_everything")

    assert address(page) == {}
    assert "1 picture" in all_text(page)


def test_pages_are_turned_in_the_address(bench: Workbench) -> None:
    shelved(bench, ANNA, "picture", 50)
    newest, oldest = ids(bench)[-1], ids(bench)[0]
    page = open_history()
    assert newest in all_text(page)
    assert oldest not in all_text(page)

    press(page, "history_after")
    assert set(address(page)) == {"after"}
    assert oldest in all_text(page)

    press(page, "history_before")
    assert newest in all_text(page)
    _an_open_picture_turns_them_too(bench)


def _an_open_picture_turns_them_too(bench: Workbench) -> None:
    """Previous and next, over the border between the 48 pictures of a page and those behind it."""
    listed = ids(bench, text="picture")
    asked = {"q": "picture", "sort": "oldest"}
    page = press(open_history(**asked, picture=listed[47]), "history_next")
    assert address(page).keys() == {"q", "sort", "picture", "after"}
    assert address(page)["picture"] == listed[48]

    press(press(page, "history_next"), "history_previous")
    assert address(page)["picture"] == listed[48]
    assert page.button(key="history_next").disabled is False
    press(page, "history_previous")
    assert address(page).keys() == {"q", "sort", "picture", "before"}

    again = press(open_history(**address(page)), "history_back")
    assert listed[0] in all_text(again)
    assert open_history(**asked, picture=listed[0]).button(key="history_previous").disabled
    assert open_history(**asked, picture=listed[49]).button(key="history_next").disabled


def test_one_picture_shows_all_that_is_known_of_it(bench: Workbench) -> None:
    (fox,) = made(bench, "a red fox")
    last = edited(bench, fox, "make it night", n=2)

    page = open_history(picture=last.images[0].id)

    assert not page.exception
    share = f"{usd_text(last.charged / 2)}, its share of {usd_text(last.charged)} for 2 images"
    assert f"<dt>Cost</dt><dd>{share}" in all_text(page)
    assert "<dt>The whole request&#x27;s tokens, and what they cost</dt>" in all_text(page)
    said = all_text(page).replace("\\", "")
    assert "This picture took 2 requests and $" in said
    assert last.request_ids[0] in said
    assert fox.id in said
    assert page.code[0].value == "make it night"


def test_a_picture_of_somebody_else_is_not_there(bench: Workbench) -> None:
    theirs = painted(bench, BERT, "a secret").images[0]

    page = open_history(picture=theirs.id)

    assert not page.exception
    assert "There is no picture" in page.error[0].value
    assert "a secret" not in all_text(page)


def test_the_mask_of_an_inpainted_picture_is_shown_and_downloaded_in_both_forms(bench: Workbench) -> None:
    (fox,) = made(bench, "a red fox")
    start = bench.editor.from_image(fox)
    circle = Operation(tool=Tool.ELLIPSE, points=((300, 200), (700, 500)))
    wish = EditRequest(
        prompt="add an owl", model="gpt-image-2.6-sunburst", quality="low",
        images=(start.ref,), parents=(start.parent,),
        mask=Mask(width=1024, height=640, operations=(circle,)),
    )  # fmt: skip
    last = bench.studio.wait(bench.studio.submit(wish, ANNA).id, seen=lambda _: None, interval=0.03)

    page = open_history(picture=last.images[0].id)

    assert not page.exception
    assert "the clear part was to change" in all_text(page)
    assert {button.label for button in page.get("download_button")} >= {
        "Mask: Black and white", "Mask: RGBA, as it is sent",
    }  # fmt: skip


def test_what_a_picture_took_is_a_sentence() -> None:
    assert took(Lineage()) == "This picture took 1 request and $0.00."


def test_a_picture_goes_to_the_trash_and_comes_back(bench: Workbench) -> None:
    (fox,) = made(bench, "a red fox")
    page = press(open_history(picture=fox.id), "history_trash")
    assert address(page) == {}
    assert ids(bench) == ()

    press(page, "history_undo")

    assert ids(bench) == (fox.id,)
    assert "1 picture brought back" in all_text(page)


def test_a_picture_is_marked_tagged_and_collected(bench: Workbench) -> None:
    (fox,) = made(bench, "a red fox")
    page = press(open_history(picture=fox.id), "history_favour")
    type_into(page, "one_tag", "Poster ")
    type_into(page, "one_collect", "For print")

    assert bench.history.picture(fox.id, ANNA).favourite
    assert bench.history.tags_of(fox.id) == ("poster",)
    assert [one.name for one in bench.history.holding(fox.id, ANNA)] == ["For print"]

    press(page, "history_untag_poster")
    assert bench.history.tags_of(fox.id) == ()


def test_a_tag_that_cannot_be_is_said(bench: Workbench) -> None:
    (fox,) = made(bench, "a red fox")

    page = type_into(open_history(picture=fox.id), "one_tag", "a,b")

    assert not page.exception
    assert "no comma" in page.error[0].value


def test_a_search_without_words_finds_nothing_and_says_why(bench: Workbench) -> None:
    (fox,) = made(bench, "a red fox")
    page = open_history(q="\N{FOX FACE}", kind="nope")

    assert "There is no word in this to search for" in page.error[0].value
    assert "1 picture" not in all_text(page)
    assert "It was left out" in page.warning[0].value
    assert "Filters ·" not in str(page)

    page = open_history(q="-", picture=fox.id)
    assert "There is no word in this" in page.error[0].value
    assert "Make favourite" in {button.label for button in page.button}


def test_names_are_shown_as_they_are_and_never_as_markup(bench: Workbench) -> None:
    (fox,) = made(bench, "a red fox")
    bench.history.add_tag([fox.id], ANNA, "**loud**")
    bench.history.make_collection("**loud**", ANNA)

    page = open_history(picture=fox.id)

    assert not [button.label for button in page.button if "**" in button.label.replace("\\*", "")]


def test_many_are_filed_at_once(bench: Workbench) -> None:
    fox, lighthouse, boat = made(bench, "a red fox", "a lighthouse", "a boat")
    page = select(open_history(), fox, boat)
    press(page, "history_bulk_favour")
    type_into(page, "bulk_collect", "Pitch")

    assert ids(bench, favourite=True) == (fox.id, boat.id)
    (pitch,) = bench.history.collections(ANNA)
    assert ids(bench, collection=pitch.id) == (fox.id, boat.id)
    assert lighthouse.id not in ids(bench, favourite=True)


def test_all_that_match_are_selected_over_all_pages(bench: Workbench) -> None:
    shelved(bench, ANNA, "boat", 50)
    made(bench, "a red fox")
    page = press(open_history(q="boat"), "history_select_all")
    assert "50 of 50 pictures selected" in all_text(page)

    press(page, "history_bulk_trash")

    assert len(ids(bench)) == 1
    assert len(ids(bench, trashed=True)) == 50


def test_another_search_lets_go_of_what_was_selected(bench: Workbench) -> None:
    made(bench, "a red fox", "a lighthouse")
    page = press(open_history(), "history_select_page")
    assert "2 of 2 pictures selected" in all_text(page)

    search(page, "fox")

    assert "selected" not in [caption.value for caption in page.caption][-1]


def test_the_trash_restores_and_deletes_for_good(bench: Workbench) -> None:
    fox, lighthouse = made(bench, "a red fox", "a lighthouse")
    spent = bench.ledger.standing("demo").today.total
    bench.history.trash([fox.id, lighthouse.id], ANNA)
    page = select(open_history(trash="1"), fox)
    press(page, "history_bulk_restore")
    assert ids(bench) == (fox.id,)

    press(page, "history_empty_delete")

    assert ids(bench, trashed=True) == ()
    assert "The trash is empty" in all_text(page)
    assert bench.ledger.standing("demo").today.total == spent


def test_run_again_sends_the_same_request(bench: Workbench) -> None:
    (fox,) = made(bench, "a red fox")

    page = press(open_history(picture=fox.id), "history_again")

    assert not page.exception
    assert [job.request.prompt for job in bench.studio.jobs(ANNA)] == ["a red fox", "a red fox"]
    assert page.session_state["generate_job"] == bench.studio.jobs(ANNA)[0].id


def test_a_picture_in_the_trash_is_gone_from_the_generate_page(bench: Workbench) -> None:
    page = run_page("pages/generate.py")
    visitor = Visitor(owner=page.session_state["gesso_owner"])
    (image,) = painted(bench, visitor, "a zeppelin", size="1024x640").images
    page.run()
    assert "a zeppelin" in all_text(page)
    bench.history.trash([image.id], visitor)
    there = AppTest.from_file(str(ROOT / "pages/generate.py"), default_timeout=20)
    there.session_state["gesso_owner"] = visitor.owner
    assert "a zeppelin" not in all_text(there.run())
