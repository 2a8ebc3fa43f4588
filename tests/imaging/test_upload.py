"""Whatever comes in becomes an upright sRGB PNG, and people are told what was changed."""

import io
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from core.errors import InvalidImageError
from core.imaging.codec import MAX_PIXELS, decode, identify
from core.imaging.upload import UPRIGHT, take_in


def picture(mode: str = "RGB", size: tuple[int, int] = (60, 40)) -> Image.Image:
    ramp = Image.merge("RGB", [Image.linear_gradient("L").rotate(turn).resize(size) for turn in (0, 90, 180)])
    return ramp if mode == "RGB" else ramp.convert(mode)


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def sixteen_bit(format: str) -> bytes:
    levels = np.linspace(0, 65535, 60 * 40).reshape(40, 60).astype(np.uint16)
    return encoded(Image.fromarray(levels), format)


def with_orientation(value: int, format: str) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = value
    return encoded(picture(), format, exif=exif)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "GIF", "AVIF", "TIFF", "BMP"])
def test_every_common_format_is_taken_in_without_a_word(format: str) -> None:
    taken = take_in(encoded(picture(), format))

    assert taken.notes == ()
    assert identify(taken.data).media_type == taken.ref.media_type == "image/png"
    assert (taken.ref.width, taken.ref.height, taken.ref.bytes) == (60, 40, len(taken.data))
    assert np.abs(np.asarray(decode(taken.data), int) - np.asarray(picture(), int)).mean() < 8


@pytest.mark.parametrize("format", ["PNG", "TIFF", "BMP"])
@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
def test_every_mode_becomes_eight_bit_rgb(mode: str, format: str) -> None:
    taken = take_in(encoded(picture(mode), format))

    assert decode(taken.data).mode == "RGB"
    assert np.array_equal(np.asarray(decode(taken.data)), np.asarray(picture(mode).convert("RGB")))


@pytest.mark.parametrize("format", ["PNG", "TIFF", "WEBP", "AVIF"])
def test_transparency_is_kept_and_an_alpha_that_is_opaque_everywhere_is_dropped(format: str) -> None:
    clear, opaque = picture("RGBA"), picture("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(clear.size))

    assert decode(take_in(encoded(clear, format)).data).mode == "RGBA"
    assert decode(take_in(encoded(opaque, format)).data).mode == "RGB"


@pytest.mark.parametrize("mode", ["LA", "PA"])
def test_transparency_in_grey_and_in_palettes_is_kept(mode: str) -> None:
    clear = picture("RGBA")
    clear.putalpha(100)
    data = encoded(clear.convert("LA"), "PNG") if mode == "LA" else encoded(clear.quantize(16), "PNG")

    assert decode(take_in(data).data).getchannel("A").getextrema() == (100, 100)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize(("value", "size"), [(3, (60, 40)), (6, (40, 60)), (8, (40, 60))])
def test_a_turned_picture_is_put_upright_and_that_is_said(format: str, value: int, size: tuple[int, int]) -> None:
    taken = take_in(with_orientation(value, format))

    # AVIF turns its pixels when it is written, and has nothing left to say.
    assert taken.notes == ((UPRIGHT,) if format != "AVIF" else taken.notes)
    assert decode(taken.data).size == (taken.ref.width, taken.ref.height) == size


@pytest.mark.parametrize("format", ["JPEG", "TIFF"])
def test_cmyk_is_converted_and_that_is_said(format: str) -> None:
    taken = take_in(encoded(picture("CMYK"), format))

    assert "CMYK" in taken.notes[0]
    assert np.abs(np.asarray(decode(taken.data), int) - np.asarray(picture(), int)).mean() < 8


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_sixteen_bits_become_eight_and_that_is_said(format: str) -> None:
    taken = take_in(sixteen_bit(format))

    levels = np.asarray(decode(taken.data))[..., 0]
    assert taken.notes == ("Its 16 bits per channel became 8.",)
    assert (levels.min(), levels.max()) == (0, 255)
    assert abs(float(levels.mean()) - 127.5) < 2


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG", "AVIF"])
def test_an_animation_gives_its_first_frame_and_that_is_said(format: str) -> None:
    frames = [Image.new("RGB", (30, 20), colour) for colour in ("red", "green", "blue")]
    taken = take_in(encoded(frames[0], format, save_all=True, append_images=frames[1:], duration=100))

    assert any("first frame" in note for note in taken.notes)
    assert np.abs(np.asarray(decode(taken.data), int) - (255, 0, 0)).max() < 12


def test_colours_in_another_profile_are_converted_and_that_is_said() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    lab = ImageCms.profileToProfile(
        picture(), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert lab is not None

    taken = take_in(encoded(lab, "TIFF", icc_profile=profile))

    assert "LAB" in taken.notes[0]
    assert np.abs(np.asarray(decode(taken.data), int) - np.asarray(picture(), int)).mean() < 6


def test_metadata_is_dropped() -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    data = encoded(picture(), "JPEG", exif=exif, comment=b"secret")

    kept = take_in(data).data

    assert b"home" not in kept
    assert b"secret" not in kept


def test_an_svg_is_drawn_at_its_own_size_and_that_is_said() -> None:
    taken = take_in(
        b'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><rect width="9" height="9"/></svg>'
    )

    assert (taken.ref.width, taken.ref.height) == (90, 30)
    assert taken.notes == ("It was drawn from an SVG at 90x30.",)


@pytest.mark.parametrize("format", ["BMP", "PNG", "GIF", "TIFF"])
def test_too_many_pixels_are_refused_before_they_are_decoded(format: str) -> None:
    data = bytearray(encoded(Image.new("1", (12_000, 8_000)), format))

    with pytest.raises(InvalidImageError, match=f"at most {MAX_PIXELS:,}"):
        take_in(bytes(data))


@pytest.mark.parametrize(
    "data",
    [b"", b"BM", b"II*\0", b"\0\0\0\x1cftypavif", b"\0\0\0\x1cftypheic", b"hello", b"%PDF-1.7", bytes(1000), b"<html>"],
)
def test_what_is_no_picture_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(InvalidImageError, match=r"\.$"):
        take_in(data)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(("PNG", "JPEG", "WEBP", "GIF", "AVIF", "TIFF", "BMP")), st.integers(0, 2**31), st.booleans())
def test_a_broken_file_is_taken_in_or_refused_but_never_crashes(format: str, seed: int, cut: bool) -> None:
    chance = random.Random(seed)
    data = bytearray(encoded(picture(), format))
    for _ in range(chance.randint(1, 6)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    if cut:
        data = data[: chance.randrange(len(data))]

    try:
        taken = take_in(bytes(data))
    except InvalidImageError:
        return
    assert identify(taken.data).media_type == "image/png"
