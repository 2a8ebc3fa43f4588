"""What people paste becomes rows: text, CSV, JSON, JSONL and the Batch API's files; a bad row keeps its place."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from core.domain.batch import MAX_ROWS
from core.domain.batch_rows import RowForm, read_rows, rows_of_pictures, rows_of_prompts
from core.domain.draft_row import DraftRow, read_row
from core.domain.image import ImageRef
from core.domain.request import EditRequest
from core.errors import InvalidRequestError

PICTURE = ImageRef(sha256="0" * 64, width=1024, height=1024, media_type="image/png", bytes=1)


def test_every_line_of_a_text_is_a_prompt_but_empty_ones_and_comments() -> None:
    read = read_rows("# my foxes\na red fox, in snow\r\n\n  a blue fox \n#fff background\n")

    assert read.form == "text"
    assert [(row.number, row.prompt) for row in read.rows] == [
        (1, "a red fox, in snow"), (2, "a blue fox"), (3, "#fff background"),
    ]  # fmt: skip


def test_prompts_of_wildcards_and_one_edit_over_many_pictures_are_rows_too() -> None:
    assert [row.prompt for row in rows_of_prompts(["red fox", "blue fox"])] == ["red fox", "blue fox"]
    assert [row.inputs for row in rows_of_pictures("night", ["a;1.png", "b.png"])] == [("a;1.png",), ("b.png",)]
    assert "Row 2, column prompt" in rows_of_prompts(["a", ""])[1].problem


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_read_with_any_delimiter_and_any_known_header(delimiter: str) -> None:
    lines = [
        ["Prompt", "MODEL", " Size", "Quality", "Count", "Image", "Filename", "output-format", "Mood"],
        ['"a ""red"" fox,\nin; snow"', "gpt-image-2", "1536X1024", "high", "2", "a.png|b.png", "hero", "WebP", "calm"],
        [""] * 9,
        ["'-blue fox", "", "AUTO", "", "3.0", "", "", "", ""],
    ]
    read = read_rows("\ufeff" + "\r\n".join(delimiter.join(cells) for cells in lines))

    assert (read.form, read.problems, read.columns) == ("csv", (), ("Mood",))
    assert read.rows[0] == DraftRow(
        number=1, prompt='a "red" fox,\nin; snow', model="gpt-image-2", size="1536x1024", quality="high", n=2,
        inputs=("a.png", "b.png"), name="hero", options={"output_format": "webp"}, columns={"Mood": "calm"},
    )  # fmt: skip
    assert (read.rows[1].number, read.rows[1].prompt, read.rows[1].size, read.rows[1].n) == (2, "-blue fox", "auto", 3)


def test_a_table_of_prompts_alone_needs_no_quotes_and_excels_first_line_is_heeded() -> None:
    assert [row.prompt for row in read_rows("prompt\na fox, red; old\n").rows] == ["a fox, red; old"]
    assert [row.prompt for row in read_rows("sep=;\nprompt;n\na fox, red;1\n").rows] == ["a fox, red"]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ('["a red fox", {"prompt": "a blue fox", "n": 2, "mood": {"is": "calm"}}]', "json"),
        ('{"rows": [{"text": "a red fox"}, {"prompt": "a blue fox", "n": "2", "mood": {"is": "calm"}}]}', "json"),
        ('{"prompt": "a red fox"}\n{"Prompt": "a blue fox", "N": 2.0, "mood": {"is": "calm"}}\n', "jsonl"),
    ],
)  # fmt: skip
def test_json_is_read_as_a_list_as_rows_and_line_by_line(text: str, form: str) -> None:
    read = read_rows(text)

    assert (read.form, read.problems) == (form, ())
    assert [(row.prompt, row.n) for row in read.rows] == [("a red fox", None), ("a blue fox", 2)]
    assert read.rows[1].columns == {"mood": '{"is": "calm"}'}


def test_the_files_of_openais_batch_api_are_read() -> None:
    made = {"custom_id": "hero", "method": "POST", "url": "/v1/images/generations",
            "body": {"model": "gpt-image-2", "prompt": "a red fox", "n": 2, "background": "opaque"}}  # fmt: skip
    edited = {"custom_id": "x", "url": "/v1/images/edits",
              "body": {"prompt": "night", "images": [{"file_id": "file-1"}, {"image_url": "https://x/y"}]}}  # fmt: skip
    chat = {"custom_id": "y", "url": "/v1/chat/completions", "body": {"messages": []}}

    rows = read_rows("\n".join(json.dumps(one) for one in (made, edited, chat)), file_name="batch.jsonl").rows

    assert rows[0] == DraftRow(
        number=1, prompt="a red fox", model="gpt-image-2", n=2, name="hero", options={"background": "opaque"}
    )
    assert rows[1].inputs == ("file-1", "https://x/y")
    assert "'/v1/chat/completions' makes no images" in rows[2].problem


def test_a_bad_row_keeps_its_place_and_names_row_and_column() -> None:
    read = read_rows(
        "prompt,Count,size,output_compression,input fidelity\n"
        "a fox,two,huge,,\n"
        ",1,,,\n"
        "a cat,1,,101,high\n"
        "a dog,1,,,,and more\n"
        "a hen,1,,,\n"
    )

    assert [bool(row.problem) for row in read.rows] == [True, True, True, True, False]
    assert "Row 1, column Count: 'two' is no whole number" in read.problems[0]
    assert "Row 1, column size: 'huge' is not a size" in read.problems[0]
    assert "Row 2, column prompt: Write a prompt first" in read.problems[1]
    assert (
        "Row 3, column output_compression: output_compression is 101; it must be between 0 and 100" in read.problems[2]
    )
    assert "Row 3, column input_fidelity: it is for edits" in read.problems[2]
    assert "Row 4 has 6 cells, and the first line names 5 columns" in read.problems[3]
    assert read_rows('{"prompt": "a"}\nnot json\n["x"]\n{"text": ["a"]}\n', form="jsonl").problems == (
        "Row 2: This is no JSON: Expecting value (line 1, character 1).",
        "Row 3 is neither a prompt in quotes nor an object.",
        'Row 4, column text: ["a"] is no prompt. Write a text in quotes.',
    )


@pytest.mark.parametrize(
    ("text", "form", "said"),
    [
        ("colour,n\nred,1", "csv", "no column prompt; its columns are: colour, n"),
        ("prompt,Mood,Mood\na,b,c", None, "'Mood' is there twice"),
        ("prompt,Prompt\na,b", None, "'Prompt' is there twice"),
        ('prompt,n\n"a fox,1', None, "Line 2 of the table cannot be read"),
        ('{"rows": [', None, "This is no JSON"),
        ('"a"', "json", "list of prompts"),
        ("[" * 100_000, "json", "nesting"),
        (",".join(f"c{number}" for number in range(201)), "csv", "201 columns; at most 200"),
        ("PK\x03\x04\0\0", None, "no UTF-8 text"),
        ("a\n" * (MAX_ROWS + 1), None, "more than 10,000 rows"),
        ("a", "xlsx", "'xlsx' is no form of rows"),
    ],
)
def test_what_cannot_be_read_as_a_whole_is_refused_with_a_sentence(text: str, form: RowForm, said: str) -> None:
    with pytest.raises(InvalidRequestError, match=said):
        read_rows(text, form=form)


def test_a_row_becomes_a_request_over_the_defaults_and_an_error_names_it() -> None:
    row = read_row(7, {"prompt": "a fox", "quality": "low", "background": "transparent"})
    defaults = {"model": "gpt-image-2", "quality": "high", "size": "1024x1024", "input_fidelity": "high"}

    request, edit = row.request(defaults), row.request(defaults, (PICTURE,))

    assert (request.model, request.quality, request.size, request.n) == ("gpt-image-2", "low", "1024x1024", 1)
    assert isinstance(edit, EditRequest)
    assert edit.input_fidelity == "high"
    with pytest.raises(InvalidRequestError, match="Row 7: JPEG has no transparency"):
        row.request({**defaults, "output_format": "jpeg"})
    with pytest.raises(InvalidRequestError, match="Row 7: Choose a model"):
        row.request({})
    with pytest.raises(InvalidRequestError, match=r"Row 1: no picture was found for a\.png"):
        read_row(1, {"prompt": "a fox", "image": "a.png"}).request(defaults)
    with pytest.raises(InvalidRequestError, match="Row 2, column n"):
        read_row(2, {"prompt": "a fox", "n": "11"}).request(defaults)


@settings(max_examples=200, deadline=None)
@given(
    some.text() | some.text('[]{}",;\n\t prompt:1e', max_size=60),
    some.sampled_from(["text", "csv", "json", "jsonl", None]),
)
def test_any_text_is_read_or_refused(text: str, form: RowForm | None) -> None:
    try:
        read = read_rows(text, form=form)
    except InvalidRequestError:
        return
    assert [row.number for row in read.rows] == list(range(1, len(read.rows) + 1))


def test_ten_thousand_rows_are_read_well_under_a_second() -> None:
    table = "prompt,size,n,mood\n" + "\n".join(f'"a fox, {number}",1024x1024,2,calm' for number in range(MAX_ROWS))
    begun = time.perf_counter()

    assert len(read_rows(table).usable) == MAX_ROWS
    assert time.perf_counter() - begun < 1
