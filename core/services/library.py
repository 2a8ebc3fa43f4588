"""Stored images for people: thumbnails, originals, and copies made for a download."""

from dataclasses import dataclass
from enum import StrEnum

from core.domain.copies import CopyQuality
from core.domain.file_names import ascii_slug
from core.domain.image import EXTENSIONS, MEDIA_TYPES
from core.domain.job import Job, StoredImage
from core.domain.visitor import Visitor
from core.errors import NotFoundError
from core.imaging.codec import convert
from core.imaging.metadata import embed
from core.imaging.thumbnails import thumbnail
from core.services.ports import FileStore, Journal
from core.services.thumbnailing import Thumbnails


class Form(StrEnum):
    """In which form an image is downloaded."""

    ORIGINAL = "original"
    SETTINGS = "settings"
    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"


@dataclass(frozen=True, kw_only=True, slots=True)
class Download:
    """A file to hand out: its bytes, media type and a safe ASCII file name."""

    data: bytes
    media_type: str
    file_name: str


class LibraryService:
    """Reads stored images; what it returns is never written back."""

    def __init__(
        self, *, journal: Journal, files: FileStore, thumbnails: Thumbnails, quality: CopyQuality, shared: bool
    ) -> None:
        self._thumbnails = thumbnails
        self._quality = quality
        self._journal = journal
        self._files = files
        self._shared = shared

    def image(self, image_id: str, visitor: Visitor) -> tuple[StoredImage, Job]:
        """An image and its job; raises NotFoundError also when it is somebody else's."""
        image, job = self._journal.image(image_id)
        if not self._shared and not visitor.sees(job.owner):
            raise NotFoundError(f"There is no image {image_id}.", kind="image", id=image_id)
        return image, job

    def original(self, image: StoredImage) -> bytes:
        """The bytes exactly as the provider sent them."""
        return self._files.read_image(image.ref)

    def where(self, image: StoredImage) -> str:
        """Where the original lies, as a person would look for it."""
        return self._files.where(image.ref)

    def thumbnail(self, image: StoredImage) -> bytes:
        """A small WebP; made again if its file is gone."""
        return self._thumbnails.of(image.ref)

    def small(self, image: StoredImage, edge: int) -> bytes:
        """The image to look at: a WebP whose longer edge is at most ``edge`` pixels."""
        return thumbnail(self.original(image), edge, self._quality.small)

    def preview(self, job: Job, call: int) -> bytes | None:
        """The newest partial image of a running call."""
        return self._files.read_preview(job.id, call)

    def download(self, image_id: str, form: Form, visitor: Visitor) -> Download:
        """The image in the form asked for; only ORIGINAL is bit for bit what the provider sent."""
        image, job = self.image(image_id, visitor)
        data, media_type = self.original(image), image.ref.media_type
        match form:
            case Form.ORIGINAL:
                pass
            case Form.SETTINGS:
                data = embed(data, settings_of(image, job))
            case Form.PNG:
                data, media_type = convert(data, "png"), MEDIA_TYPES["png"]
            case Form.JPEG:
                data, media_type = convert(data, "jpeg", self._quality.download), MEDIA_TYPES["jpeg"]
            case Form.WEBP:
                data, media_type = convert(data, "webp", self._quality.download), MEDIA_TYPES["webp"]
        return Download(data=data, media_type=media_type, file_name=file_name(image, job, media_type))


def settings_of(image: StoredImage, job: Job) -> dict[str, str | int]:
    """What is embedded in a downloaded copy: what was asked, delivered and paid."""
    settings: dict[str, str | int] = {
        **job.request.to_json(),
        "provider": job.provider,
        "created_at": image.created_at.isoformat(timespec="seconds"),
        "job": job.id,
    }
    extra = {
        "revised_prompt": image.revised_prompt,
        "delivered_size": f"{image.ref.width}x{image.ref.height}",
        "delivered_quality": job.delivered.quality,
        "request_id": ", ".join(job.request_ids) or None,
        "job_cost_usd": f"{job.cost:f}" if job.cost is not None else None,
    }
    return settings | {name: value for name, value in extra.items() if value is not None}


def file_name(image: StoredImage, job: Job, media_type: str) -> str:
    """A name from the first words of the prompt, such as ``red-fox-1-0192f3a4.png``."""
    words = ascii_slug(job.request.prompt) or "image"
    return f"{words}-{image.position + 1}-{image.id[-8:]}.{EXTENSIONS[media_type]}"
