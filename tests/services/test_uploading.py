"""Many pictures to a store of objects: in order, whole, and only what is missing."""

import asyncio
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from core.errors import InvalidImageError, InvalidRequestError, StorageError
from core.imaging.containers import png_chunk, png_parts
from core.services.object_ports import Objects
from core.services.uploading import Uploader
from core.storage.local_objects import LocalObjects

BASE = "avatars/ada"


def encoded(form: str) -> bytes:
    file = BytesIO()
    Image.new("RGB", (8, 8), "teal").save(file, form)
    return file.getvalue()


def pictures(count: int) -> list[bytes]:
    parts = [part.raw for part in png_parts(encoded("PNG"))]
    return [b"".join([*parts[:2], png_chunk(b"tEXt", b"n\0%d" % n), *parts[2:]]) for n in range(count)]


def test_pictures_are_stored_in_order_and_a_second_time_changes_nothing(objects: Objects) -> None:
    images = [*pictures(20), encoded("JPEG")]
    stored = asyncio.run(Uploader(objects).upload_images_batch(images, BASE))
    keys = [key for key, _ in stored]
    assert keys == [f"{BASE}/{number}.png" for number in range(1, 21)] + [f"{BASE}/21.jpg"]
    assert [objects.get(key) for key in keys] == images
    assert [url.split("?")[0].rpartition("/")[2] for _, url in stored] == [key.rpartition("/")[2] for key in keys]
    again = asyncio.run(Uploader(objects).upload_images_batch(images, f"{BASE}/"))
    assert [key for key, _ in again] == keys
    assert asyncio.run(Uploader(objects).upload_images_batch([], BASE)) == []


def test_what_is_no_image_is_named_before_anything_is_stored(tmp_path: Path) -> None:
    with pytest.raises(InvalidImageError, match="Image 2 of 3 cannot be stored"):
        asyncio.run(Uploader(LocalObjects(tmp_path)).upload_images_batch([*pictures(1), b"no", b"image"], BASE))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("base", ["", "/", "../out", "images", "a//b"])
def test_a_base_key_that_cannot_be_is_refused(tmp_path: Path, base: str) -> None:
    with pytest.raises(InvalidRequestError, match="is no name for a stored object"):
        asyncio.run(Uploader(LocalObjects(tmp_path)).upload_images_batch(pictures(1), base))


def test_after_an_error_the_others_are_stored_and_only_the_missing_one_is_sent_again(tmp_path: Path) -> None:
    uploader, images, in_the_way = Uploader(LocalObjects(tmp_path)), pictures(3), tmp_path / BASE / "2.png"
    in_the_way.mkdir(parents=True)
    with pytest.raises(StorageError, match=r"Image 2 of 3 could not be stored: .* The others are stored"):
        asyncio.run(uploader.upload_images_batch(images, BASE))
    moments = [(tmp_path / BASE / name).stat().st_mtime_ns for name in ("1.png", "3.png")]
    in_the_way.rmdir()
    asyncio.run(uploader.upload_images_batch(images, BASE))
    assert in_the_way.read_bytes() == images[1]
    assert [(tmp_path / BASE / name).stat().st_mtime_ns for name in ("1.png", "3.png")] == moments
