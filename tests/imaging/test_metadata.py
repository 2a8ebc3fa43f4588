"""Settings go into a copy and come back; pixels stay as they are."""

import io
import struct
import zlib
from decimal import Decimal

import pytest
from PIL import Image, ImageSequence, PngImagePlugin

from core.domain.request import GenerateRequest
from core.errors import InvalidImageError, InvalidRequestError
from core.imaging.codec import identify
from core.imaging.metadata import embed, read

SETTINGS = {"prompt": "Кот & <лиса> 🦊 \"quoted\" 'single'\n]]> two\r\nlines", "model": "gpt-image-2", "n": 1}
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="6"><rect width="8" height="6"/></svg>'


def encoded(mode: str, format: str, frames: int = 1, **options: object) -> bytes:
    """A small noisy picture, so that a changed pixel cannot hide; its alpha varies where there is one."""
    noise = [Image.effect_noise((33, 21), 60 + number).convert("RGB") for number in range(frames)]
    for picture in noise:
        if mode == "RGBA":
            picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    pictures = [picture if picture.mode == mode else picture.convert(mode) for picture in noise]
    if frames > 1:
        options |= {"save_all": True, "append_images": pictures[1:], "duration": 70}
    out = io.BytesIO()
    pictures[0].save(out, format, **options)
    return out.getvalue()


def frames_of(data: bytes) -> list[tuple[str, bytes]]:
    with Image.open(io.BytesIO(data)) as image:
        return [(frame.mode, frame.tobytes()) for frame in ImageSequence.Iterator(image)]


IMAGES = {
    **{f"png {mode}": encoded(mode, "PNG") for mode in ("RGB", "RGBA", "P", "L", "LA", "1", "I;16")},
    "png animated": encoded("RGBA", "PNG", frames=3),
    **{f"jpeg {mode}": encoded(mode, "JPEG") for mode in ("RGB", "L", "CMYK")},
    "jpeg progressive": encoded("RGB", "JPEG", progressive=True),
    "webp lossy": encoded("RGB", "WEBP"),
    "webp lossy alpha": encoded("RGBA", "WEBP"),
    "webp lossless": encoded("RGB", "WEBP", lossless=True),
    "webp lossless alpha": encoded("RGBA", "WEBP", lossless=True),
    "webp animated": encoded("RGB", "WEBP", frames=3),
    "gif": encoded("P", "GIF"),
    "gif animated": encoded("RGB", "GIF", frames=3),
}
ALL = [*IMAGES.values(), DRAWING]
NAMES = [*IMAGES, "svg"]


@pytest.mark.parametrize("data", IMAGES.values(), ids=IMAGES.keys())
def test_every_pixel_of_every_frame_stays_as_it_was(data: bytes) -> None:
    copy = embed(data, SETTINGS)
    assert frames_of(copy) == frames_of(data)
    assert identify(copy) == identify(data)


@pytest.mark.parametrize("data", ALL, ids=NAMES)
def test_what_was_written_is_read_back(data: bytes) -> None:
    assert read(embed(data, SETTINGS)) == {name: str(value) for name, value in SETTINGS.items()}


@pytest.mark.parametrize("data", ALL, ids=NAMES)
def test_an_image_without_settings_reads_as_nothing(data: bytes) -> None:
    assert read(data) == {}


@pytest.mark.parametrize("data", ALL, ids=NAMES)
def test_writing_twice_leaves_only_the_second_settings(data: bytes) -> None:
    twice = embed(embed(data, {"prompt": "first", "model": "old"}), SETTINGS)
    assert twice == embed(data, SETTINGS) or data[:4] == b"RIFF"
    assert read(twice) == read(embed(data, SETTINGS))
    assert b"first" not in twice


@pytest.mark.parametrize("data", ALL, ids=NAMES)
@pytest.mark.parametrize("letter", ["a", "ж", "🦊", "&"])
def test_the_longest_prompt_is_kept_whole_except_in_jpeg(data: bytes, letter: str) -> None:
    copy = embed(data, {"prompt": letter * 32_000, "model": "gpt-image-2"})
    prompt = read(copy)["prompt"]
    identify(copy)
    if data[:2] == b"\xff\xd8" and letter != "a":
        assert prompt.endswith("of 32,000 characters fit a JPEG file]")
        assert len(prompt) > 10_000
    else:
        assert prompt == letter * 32_000


def test_the_cut_prompt_fills_a_jpeg_segment_and_no_more() -> None:
    copy = embed(IMAGES["jpeg RGB"], {"prompt": "ж" * 32_000})
    start = copy.index(b"http://ns.adobe.com/xap/1.0/\0")
    assert 65_400 < int.from_bytes(copy[start - 2 : start], "big") <= 65_535


def test_png_checksums_are_right_and_the_text_is_for_people() -> None:
    copy, at, kinds = embed(IMAGES["png RGB"], SETTINGS), 8, []
    while at < len(copy):
        (length,) = struct.unpack(">I", copy[at : at + 4])
        assert zlib.crc32(copy[at + 4 : at + 8 + length]) == int.from_bytes(copy[at + 8 + length : at + 12 + length])
        kinds.append(copy[at + 4 : at + 8])
        at += 12 + length
    with Image.open(io.BytesIO(copy)) as image:
        assert image.info["parameters"] == SETTINGS["prompt"] + "\nmodel: gpt-image-2\nn: 1"
    assert kinds[:3] == [b"IHDR", b"iTXt", b"iTXt"]


def test_other_png_chunks_stay_and_content_credentials_go() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "somebody")
    info.add_text("parameters", "of another tool")
    info.add(b"caBX", b"a signed manifest")
    info.add(b"vpAg", b"private")
    copy = embed(encoded("RGB", "PNG", pnginfo=info), SETTINGS)
    assert b"somebody" in copy
    assert b"vpAgprivate" in copy
    assert b"caBX" not in copy
    assert b"of another tool" not in copy


def test_jpeg_keeps_exif_and_profile_and_loses_old_xmp_and_credentials() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded("RGB", "JPEG", exif=exif, icc_profile=b"a profile", xmp=b"<old/>")
    jumbf = b"JP\0\1\0\0\0\1\0\0\0\x20jumb....c2pa"
    signed = data[:2] + b"\xff\xeb" + struct.pack(">H", len(jumbf) + 2) + jumbf + data[2:]
    copy = embed(signed, SETTINGS)
    with Image.open(io.BytesIO(copy)) as image:
        assert image.getexif()[0x0112] == 6
        assert image.info["icc_profile"] == b"a profile"
        assert b"gpt-image-2" in image.info["xmp"]
    assert b"<old/>" not in copy
    assert b"c2pa" not in copy


@pytest.mark.parametrize(
    ("name", "flags"),
    [("webp lossy", 0x04), ("webp lossy alpha", 0x14), ("webp lossless alpha", 0x14), ("webp animated", 0x06)],
)
def test_webp_says_what_it_holds(name: str, flags: int) -> None:
    copy = embed(IMAGES[name], SETTINGS)
    assert copy[12:16] == b"VP8X"
    assert copy[20] & 0x16 == flags
    assert int.from_bytes(copy[4:8], "little") == len(copy) - 8
    with Image.open(io.BytesIO(copy)) as image:
        assert b"gpt-image-2" in image.info["xmp"]


def test_gif_keeps_its_timing() -> None:
    with Image.open(io.BytesIO(embed(IMAGES["gif animated"], SETTINGS))) as image:
        assert [frame.info["duration"] for frame in ImageSequence.Iterator(image)] == [70, 70, 70]


@pytest.mark.parametrize(
    "drawing",
    [
        DRAWING,
        b"\xef\xbb\xbf" + DRAWING,
        b"<!-- <svg> is not it --> " + DRAWING,
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" aria-label="a > b"/>',
        b'<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:title>x</s:title></s:svg>',
    ],
)
def test_svg_stays_an_svg(drawing: bytes) -> None:
    copy = embed(drawing, SETTINGS)
    assert identify(copy) == identify(drawing)
    assert read(copy)["prompt"] == SETTINGS["prompt"]


def test_svg_loses_its_content_credentials() -> None:
    signed = DRAWING.replace(b"<rect", b"<metadata><c2pa:manifest>AAAA</c2pa:manifest></metadata><rect")
    assert b"AAAA" not in embed(signed.replace(b"<svg", b'<svg xmlns:c2pa="x"'), SETTINGS)


def test_a_whole_request_with_job_facts_can_be_written() -> None:
    request = GenerateRequest(prompt="A fox", model="gpt-image-2", size="1024x1024", stream=True, partial_images=2)
    facts = {"created": "2026-11-20T10:00:00+00:00", "cost": Decimal("0.0420"), "request_id": "req_1", "seed": None}
    back = read(embed(IMAGES["png RGB"], {**request.to_json(), **facts}))
    assert (back["size"], back["stream"], back["cost"]) == ("1024x1024", "true", "0.0420")
    assert "seed" not in back


def test_characters_that_xml_cannot_hold_are_replaced() -> None:
    assert read(embed(IMAGES["png RGB"], {"prompt": "a\0b\x0bc\ud800"}))["prompt"] == "a\ufffdb\ufffdc\ufffd"


@pytest.mark.parametrize(
    "secret",
    [
        "a fox sk-proj-abcdefghijklmnop1234567890",
        "Authorization: Bearer abcdef0123456789abcdef",
        "AIzaSyA1234567890abcdefghijklmnopqrstuv",
        "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
        "api_key=abcdef0123456789abcdef",
        "-----BEGIN RSA PRIVATE KEY-----",
    ],
)
def test_a_key_is_refused_and_the_sentence_names_the_field_not_the_key(secret: str) -> None:
    with pytest.raises(InvalidRequestError, match="field prompt") as caught:
        embed(IMAGES["png RGB"], {"prompt": secret})
    assert caught.value.param == "prompt"
    assert secret not in str(caught.value)


@pytest.mark.parametrize(
    "prompt",
    [
        "a task-management-dashboard-with-cards, desk-organiser-with-pencils-and-pens",
        "a bearer of bad news, the Bearer and the ring",
        "an API key made of brass, lying on a desk",
        "req_0193f2c4b7a87c3d9e0f1a2b3c4d5e6f",
    ],
)
def test_ordinary_words_are_no_keys(prompt: str) -> None:
    assert read(embed(IMAGES["png RGB"], {"prompt": prompt}))["prompt"] == prompt


def test_a_name_that_is_no_xml_name_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="svg model"):
        embed(IMAGES["png RGB"], {"svg model": "x"})


@pytest.mark.parametrize("data", [b"", b"hello", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"GIF89a", b"\xff\xd8\xff"])
def test_no_image_is_refused_by_both(data: bytes) -> None:
    with pytest.raises(InvalidImageError):
        embed(data, SETTINGS)
    with pytest.raises(InvalidImageError):
        read(data)


def test_hostile_xmp_reads_as_nothing() -> None:
    copy = embed(IMAGES["webp lossy"], SETTINGS).replace(b"<x:xmpmeta", b"<!DOCTYPE ")
    assert read(copy) == {}
