"""Thumbnails of every kind of image: small, upright, transparent where the image is."""

import io

import pytest
from PIL import Image

from core.errors import InvalidImageError
from core.imaging.thumbnails import thumbnail

DRAWING = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><circle cx="20" cy="10" r="9" fill="red"/></svg>'
)


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=["WEBP"])
    image.load()
    return image


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_large_image_becomes_a_small_webp(format: str) -> None:
    small = opened(thumbnail(encoded(Image.new("RGB", (1600, 800), "#2060c0"), format)))
    assert small.size == (512, 256)
    red, green, blue = small.convert("RGB").getpixel((256, 128))
    assert abs(red - 0x20) + abs(green - 0x60) + abs(blue - 0xC0) < 24


def test_a_small_image_is_not_enlarged() -> None:
    assert opened(thumbnail(encoded(Image.new("RGB", (40, 30)), "PNG"))).size == (40, 30)


def test_an_svg_is_drawn_at_the_size_asked_for() -> None:
    small = opened(thumbnail(DRAWING, 200))
    assert small.size == (200, 100)
    assert small.getpixel((0, 0))[3] == 0
    assert small.getpixel((100, 50))[3] == 255


def test_transparency_is_kept() -> None:
    small = opened(thumbnail(encoded(Image.new("RGBA", (900, 900), (255, 0, 0, 0)), "PNG")))
    assert small.mode == "RGBA"
    assert small.getpixel((9, 9))[3] == 0


def test_a_photograph_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = Image.new("RGB", (1200, 600), "white")
    picture.paste("black", (0, 0, 600, 600))
    small = opened(thumbnail(encoded(picture, "JPEG", exif=exif)))
    assert small.size == (256, 512)
    assert small.convert("L").getpixel((128, 40)) < 40
    assert small.convert("L").getpixel((128, 480)) > 215


def test_an_animation_shows_its_first_frame() -> None:
    first, second = Image.new("RGB", (64, 64), "lime"), Image.new("RGB", (64, 64), "red")
    small = opened(thumbnail(encoded(first, "GIF", save_all=True, append_images=[second])))
    assert getattr(small, "n_frames", 1) == 1
    assert small.convert("RGB").getpixel((32, 32))[1] > 200


def test_a_very_wide_image_keeps_at_least_one_row() -> None:
    assert opened(thumbnail(encoded(Image.new("RGB", (4000, 1)), "PNG"))).size == (512, 1)


def test_broken_bytes_have_no_thumbnail() -> None:
    with pytest.raises(InvalidImageError):
        thumbnail(encoded(Image.effect_noise((200, 200), 50), "PNG")[:-500])
