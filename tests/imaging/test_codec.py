"""Only whole images get in, whatever they are called; conversions keep what the format can hold."""

import base64
import hashlib
import io
import random
import struct
import threading
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageSequence

from core.errors import InvalidImageError
from core.imaging import svg
from core.imaging.codec import MAX_PIXELS, convert, decode, identify, image_ref

NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def encoded(mode: str, format: str, frames: int = 1, **options: object) -> bytes:
    noise = [Image.effect_noise((40, 30), 50 + number).convert("RGBA") for number in range(frames)]
    for picture in noise:
        picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    pictures = [picture.convert("RGB").convert(mode) if mode != "RGBA" else picture for picture in noise]
    if frames > 1:
        options |= {"save_all": True, "append_images": pictures[1:], "duration": 80}
    out = io.BytesIO()
    pictures[0].save(out, format, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def drawing(inside: str = "", attributes: str = 'width="10" height="10"') -> bytes:
    return f"<svg {NS} {attributes}>{inside}</svg>".encode()


WHOLE = {
    **{f"png {mode}": encoded(mode, "PNG") for mode in ("RGB", "RGBA", "P", "L", "1", "I;16")},
    **{f"jpeg {mode}": encoded(mode, "JPEG") for mode in ("RGB", "L", "CMYK")},
    "webp": encoded("RGB", "WEBP"),
    "webp lossless": encoded("RGBA", "WEBP", lossless=True),
    "gif": encoded("P", "GIF"),
    "png animated": encoded("RGB", "PNG", frames=3),
    "webp animated": encoded("RGB", "WEBP", frames=3),
    "gif animated": encoded("RGB", "GIF", frames=3),
}


@pytest.mark.parametrize(("name", "data"), WHOLE.items(), ids=WHOLE.keys())
def test_a_whole_image_is_known_by_its_content(name: str, data: bytes) -> None:
    facts = identify(data)
    assert facts.media_type == f"image/{name.split()[0]}"
    assert (facts.width, facts.height) == (40, 30)
    assert facts.frames == (3 if "animated" in name else 1)
    assert facts.has_alpha == (name in ("png RGBA", "webp lossless"))


def test_the_reference_is_made_of_the_very_bytes() -> None:
    ref = image_ref(WHOLE["jpeg RGB"])
    assert ref.sha256 == hashlib.sha256(WHOLE["jpeg RGB"]).hexdigest()
    assert (ref.width, ref.height, ref.extension, ref.bytes) == (40, 30, "jpg", len(WHOLE["jpeg RGB"]))


def test_a_size_is_the_size_as_shown() -> None:
    exif = Image.Exif()
    exif[0x0112] = 8
    facts = identify(encoded("RGB", "JPEG", exif=exif))
    assert (facts.width, facts.height) == (30, 40)


def test_broken_exif_does_not_spoil_a_whole_image() -> None:
    data = encoded("RGB", "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xffjunk")
    assert identify(data).width == 40
    assert decode(data).size == (40, 30)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"hello, world", "not an image"),
        (b"\0" * 100, "not an image"),
        (b"\n<!DOCTYPE html><html><svg></svg></html>", "a web page"),
        (b'{"error": {"message": "no"}}', "JSON text"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"\0\0\0\x20ftypheic....", "HEIC"),
        (b"BM" + b"\0" * 60, "BMP"),
        (WHOLE["png RGB"][:-1], "cut off"),
        (WHOLE["png RGB"][:500], "cut off"),
        (WHOLE["jpeg RGB"][:-2], "cut off"),
        (WHOLE["gif animated"][:-1], "cut off"),
        (WHOLE["webp"][:-2], "cut off"),
    ],
)
def test_what_is_no_image_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(InvalidImageError, match=sentence) as caught:
        identify(data)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("data", WHOLE.values(), ids=WHOLE.keys())
def test_no_truncation_passes(data: bytes) -> None:
    for length in {*range(0, len(data) - 1, 1 + len(data) // 150), *range(len(data) - 12, len(data) - 1)}:
        with pytest.raises(InvalidImageError):
            identify(data[:length])


@pytest.mark.parametrize("name", [name for name in WHOLE if name.startswith("png")])
def test_no_flipped_bit_of_a_png_passes(name: str) -> None:
    chance = random.Random(7)
    for _ in range(60):
        broken = bytearray(WHOLE[name])
        broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
        with pytest.raises(InvalidImageError):
            identify(bytes(broken))


@pytest.mark.parametrize("data", WHOLE.values(), ids=WHOLE.keys())
def test_broken_bytes_raise_one_error_only_and_never_hang(data: bytes) -> None:
    chance = random.Random(len(data))
    began = time.monotonic()
    for _ in range(60):
        broken = bytearray(data)
        for _ in range(chance.choice((1, 3, 20))):
            broken[chance.randrange(len(broken))] = chance.choice((0, 255, chance.randrange(256)))
        _identify_and_decode(_with_right_checksums(broken) if data[:4] == b"\x89PNG" else bytes(broken))
    assert time.monotonic() - began < 20


@settings(max_examples=200, deadline=2000)
@given(
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF\x40\0\0\0WEBPVP8X", b"<svg "]),
    st.binary(max_size=200),
)
def test_any_bytes_behind_a_signature_raise_one_error_only(head: bytes, tail: bytes) -> None:
    _identify_and_decode(head + tail, drawings=False)


def _identify_and_decode(data: bytes, *, drawings: bool = True) -> None:
    try:
        facts = identify(data)
        if drawings or facts.media_type != "image/svg+xml":
            decode(data)
    except InvalidImageError:
        pass


def _with_right_checksums(png: bytearray) -> bytes:
    at = 8
    while at + 12 <= len(png):
        end = at + 12 + int.from_bytes(png[at : at + 4], "big")
        if end <= len(png):
            png[end - 4 : end] = zlib.crc32(png[at + 4 : end - 4]).to_bytes(4, "big")
        at = end
    return bytes(png)


def _png_that_says(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def _jpeg_that_says(width: int, height: int) -> bytes:
    data = bytearray(WHOLE["jpeg RGB"])
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def test_a_png_without_the_palette_it_needs_is_refused() -> None:
    data = WHOLE["png P"]
    start = data.index(b"PLTE") - 4
    end = start + 12 + int.from_bytes(data[start : start + 4])
    with pytest.raises(InvalidImageError):
        identify(data[:start] + data[end:])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "bomb",
    [
        _png_that_says(50_000, 50_000),
        _png_that_says(9_500, 9_500),
        _jpeg_that_says(65_000, 65_000),
        b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff" + b"\0" * 8,
        b"GIF89a\xff\xff\xff\xff\0\0\0;",
    ],
    ids=["png", "png that Pillow only warns about", "jpeg", "webp", "gif"],
)
def test_a_bomb_is_refused_before_it_is_decoded(bomb: bytes) -> None:
    with pytest.raises(InvalidImageError, match=f"at most {MAX_PIXELS:,}"):
        identify(bomb)


def test_an_animation_of_too_many_frames_is_refused() -> None:
    frame = b"!\xf9\x04\0\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0"
    with pytest.raises(InvalidImageError, match="too long"):
        identify(b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff" + frame * 1500 + b";")


def test_many_threads_may_identify_at_once() -> None:
    results: list[int] = []
    work = [threading.Thread(target=lambda: results.append(identify(WHOLE["png RGB"]).width)) for _ in range(12)]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert results == [40] * 12


@pytest.mark.parametrize("to", ["png", "jpeg", "webp"])
@pytest.mark.parametrize("data", [*WHOLE.values(), drawing()], ids=[*WHOLE, "svg"])
def test_every_image_converts_to_every_format(data: bytes, to: str) -> None:
    facts = identify(convert(data, to))
    assert facts.media_type == f"image/{to}"
    assert to != "jpeg" or not facts.has_alpha


def test_an_image_already_in_the_format_comes_back_untouched() -> None:
    assert convert(WHOLE["jpeg RGB"], "jpeg", 10) is WHOLE["jpeg RGB"]
    with pytest.raises(InvalidImageError):
        convert(WHOLE["png RGB"][:-20], "png")


def test_png_and_webp_keep_transparency_and_jpeg_lays_it_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (16, 16), (255, 0, 0, 0)).save(out, "PNG")
    assert opened(convert(out.getvalue(), "webp")).getpixel((5, 5))[3] == 0
    assert min(opened(convert(out.getvalue(), "jpeg")).getpixel((5, 5))) > 250


def test_quality_makes_a_difference() -> None:
    assert len(convert(WHOLE["png RGB"], "jpeg", 30)) < len(convert(WHOLE["png RGB"], "jpeg", 95))


def test_a_gif_stays_animated_in_webp_and_becomes_its_first_frame_in_png() -> None:
    animated = opened(convert(WHOLE["gif animated"], "webp"))
    durations = []
    for frame in ImageSequence.Iterator(animated):
        frame.load()
        durations.append(frame.info["duration"])
    assert durations == [80, 80, 80]
    first = opened(WHOLE["gif animated"]).convert("RGB")
    assert opened(convert(WHOLE["gif animated"], "png")).convert("RGB").tobytes() == first.tobytes()


def test_sixteen_bit_grey_is_scaled_and_not_clipped() -> None:
    out = io.BytesIO()
    Image.new("I;16", (8, 8), 0x8000).save(out, "PNG")
    assert decode(out.getvalue()).getpixel((1, 1)) == (128, 128, 128)


def test_a_colour_profile_is_applied_and_dropped() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = encoded("RGB", "PNG", icc_profile=profile)
    assert decode(data).tobytes() == opened(data).tobytes()
    assert "icc_profile" not in opened(convert(data, "webp")).info


def test_a_broken_colour_profile_is_ignored() -> None:
    data = encoded("RGB", "PNG", icc_profile=b"no profile")
    assert decode(data).tobytes() == opened(data).tobytes()


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="300" height="200"', (300, 200)),
        ('width="72pt" height="1in"', (96, 96)),
        ('viewBox="0 0 640 480"', (640, 480)),
        ('viewBox="0,0,200,100" width="50px"', (50, 25)),
        ('width="100%" height="100%" viewBox="0 0 8 4"', (8, 4)),
        ('width="100%"', (0, 0)),
        ("", (0, 0)),
        ('width="-5" height="5"', (0, 0)),
        ('viewBox="none"', (0, 0)),
    ],
)
def test_an_svg_has_the_size_it_says(attributes: str, size: tuple[int, int]) -> None:
    facts = identify(drawing(attributes=attributes))
    assert (facts.media_type, facts.width, facts.height) == ("image/svg+xml", *size)


LAUGHS = "".join(f'<!ENTITY a{n} "' + f"&a{n - 1};" * 10 + '">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (f'<!DOCTYPE svg [<!ENTITY a0 "ha">{LAUGHS}]><svg {NS}><text>&a9;</text></svg>'.encode(), "DOCTYPE"),
        (f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg {NS}>&x;</svg>'.encode(), "DOCTYPE"),
        (drawing()[:-4], "broken or cut off"),
        (drawing("&nothing;"), "broken or cut off"),
        (b"<a><svg/></a>", "root is <a>"),
        (drawing("<g>" * 5000 + "</g>" * 5000), "nests"),
        (drawing(attributes='width="1e9" height="1e9"'), "limit"),
        (drawing("\u20ac").decode().encode("cp1252"), "UTF-8"),
    ],
)
def test_a_broken_or_hostile_svg_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(InvalidImageError, match=sentence):
        identify(data)


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        ("<script>alert(1)</script>", "script"),
        ('<rect onclick="alert(1)"/>', "event handler"),
        ("<foreignObject><p>hi</p></foreignObject>", "foreign object"),
        ('<image href="https://example.com/a.png"/>', "external reference"),
        ('<image xlink:href="/etc/passwd"/>', "external reference"),
        ('<a href="javascript:alert(1)"/>', "external reference"),
        ("<style>@import 'https://example.com/a.css';</style>", "external reference"),
        ('<rect style="fill:url(https://example.com/#a)"/>', "external reference"),
    ],
)
def test_what_is_active_is_named_and_left_out_of_the_clean_copy(inside: str, reason: str) -> None:
    found = svg.parse(drawing(inside))
    assert found.active == (reason,)
    assert not svg.is_active(found.clean.encode())


def test_an_ordinary_svg_is_not_active_and_stays_whole() -> None:
    inside = '<defs><linearGradient id="g"/></defs><rect style="fill:url(\'#g\')" fill="url(#g)"/><use href="#g"/>'
    assert svg.parse(drawing(inside)).active == ()
    assert svg.parse(drawing(inside)).clean.count("url(") == 2


def test_a_drawing_becomes_a_png_of_the_size_asked_for() -> None:
    picture = opened(svg.rasterise(drawing('<rect width="10" height="5" fill="#f00"/>'), 100))
    assert (picture.format, picture.size) == ("PNG", (100, 100))
    assert picture.getpixel((50, 20)) == (255, 0, 0, 255)
    assert picture.getpixel((50, 80)) == (0, 0, 0, 0)


def test_a_drawing_without_namespace_or_size_is_drawn_too() -> None:
    picture = opened(svg.rasterise(b'<svg><rect width="20" height="40" fill="lime"/></svg>', 80))
    assert max(picture.size) == 80
    assert picture.convert("RGBA").getpixel((20, 40)) == (0, 255, 0, 255)


@pytest.mark.parametrize(
    "element",
    [
        '<image {attribute}="{path}" width="10" height="10"/>',
        '<filter id="f"><feImage {attribute}="{path}"/></filter><rect width="10" height="10" filter="url(#f)"/>',
    ],
)
@pytest.mark.parametrize("attribute", ["href", "xlink:href"])
def test_drawing_opens_no_file(tmp_path: Path, element: str, attribute: str) -> None:
    Image.new("RGB", (10, 10), "red").save(tmp_path / "secret.png")
    data = drawing(element.format(attribute=attribute, path=tmp_path / "secret.png"))
    assert opened(svg.rasterise(data, 10)).convert("RGBA").getpixel((5, 5))[3] == 0


def test_a_picture_inside_the_drawing_is_drawn() -> None:
    inner = base64.b64encode(WHOLE["png RGB"]).decode()
    picture = opened(
        svg.rasterise(drawing(f'<image href="data:image/png;base64,{inner}" width="10" height="10"/>'), 40)
    )
    assert picture.convert("RGBA").getpixel((20, 20))[3] == 255


def test_a_drawing_that_takes_too_long_is_given_up() -> None:
    slow = '<filter id="f"><feMorphology radius="1e4"/></filter><rect width="10" height="10" filter="url(#f)"/>'
    with pytest.raises(InvalidImageError, match="too complex"):
        svg.rasterise(drawing(slow), 512, seconds=0.7)


def test_a_drawing_that_crashes_the_renderer_harms_nobody() -> None:
    uses = "".join(f'<g id="a{n}">' + f'<use href="#a{n + 1}"/>' * 10 + "</g>" for n in range(12))
    with pytest.raises(InvalidImageError, match="cannot be drawn"):
        svg.rasterise(drawing(uses + '<g id="a12"><rect width="1" height="1"/></g>'), 64)
