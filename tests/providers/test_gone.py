"""A provider that is not set up any more sends nothing, and what it once answered can still be read."""

import asyncio

import pytest

from core.domain.answer import RawAnswer
from core.errors import AuthenticationError
from core.providers.catalogue import catalogue
from core.providers.gone import GoneProvider
from tests.images_api_answers import answer, drawn
from tests.images_api_connection import packed
from tests.providers.edits import edit, photo
from tests.providers.recording import RecordingLine


def test_nothing_leaves_and_the_reason_says_what_to_do() -> None:
    request, inputs = edit(photo())
    line = RecordingLine()
    with pytest.raises(AuthenticationError, match="atelier is not set up on this server any more") as caught:
        asyncio.run(GoneProvider("atelier", "").edit(request, inputs, line))
    assert (line.told, caught.value.billed) == ([], False)


def test_an_answer_that_was_paid_for_is_read_all_the_same() -> None:
    picture = drawn(64, 64, (1, 2, 3), "png")
    request, _ = edit(photo())
    body = packed(answer(request, catalogue().find(request.model), [picture]))
    raw = RawAnswer(media_type="application/json", request_id=None, body=body)
    read = asyncio.run(GoneProvider("atelier", "").read(raw))
    assert [image.data for image in read.images] == [picture]
