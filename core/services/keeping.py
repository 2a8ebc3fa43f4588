"""Step 8 and 9 of the one road: each image of an answer is stored, and composed where the request asks for it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from core.domain.answer import Answer, AnswerImage
from core.domain.ids import new_id
from core.domain.image import ImageRef
from core.domain.job import ImageRole, Job, StoredImage
from core.domain.protection import Protection
from core.domain.request import EditRequest
from core.errors import InvalidImageError
from core.imaging.codec import image_ref
from core.services.editing import Editor
from core.services.ports import Clock, FileStore


@dataclass(kw_only=True, slots=True)
class Kept:
    """What was stored, and a sentence for each image that could not be used as it should."""

    results: list[StoredImage] = field(default_factory=list)
    answers: list[StoredImage] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """What was not sure when a grid was split."""

    @property
    def images(self) -> tuple[StoredImage, ...]:
        return (*self.results, *self.answers)


class Keeper:
    """Writes images by content; a second write of the same bytes changes nothing."""

    def __init__(
        self, *, files: FileStore, editor: Editor, clock: Clock, thumbnail_soon: Callable[[ImageRef], None]
    ) -> None:
        self._thumbnail_soon = thumbnail_soon
        self._files = files
        self._editor = editor
        self._clock = clock

    def keep(self, job: Job, answers: Sequence[tuple[int, Answer | None]]) -> Kept:
        """Store the images of the answers; each comes with how many images were asked of its call."""
        kept = Kept(problems=[problem for _, answer in answers if answer for problem in answer.problems])
        for position, image in _placed(answers):
            try:
                self._keep_one(job, position, image, kept)
            except InvalidImageError as error:
                kept.problems.append(f"An image of the answer cannot be used: {error}")
        return kept

    def _keep_one(self, job: Job, position: int, image: AnswerImage, kept: Kept) -> None:
        if not isinstance(job.request, EditRequest) or not (job.request.composes or job.request.split):
            kept.results.append(self._store(job, position, image))
            return
        kept.answers.append(self._store(job, position, image, role=ImageRole.ANSWER))
        if job.request.split is not None:
            tiles, notes = self._editor.split(job.request.split, image.data)
            kept.remarks += notes
            for number, tile in enumerate(tiles):
                kept.results.append(self._store(job, number, replace(image, data=tile)))
            return
        composition = self._editor.compose(job.request, image.data)
        whole = AnswerImage(data=composition.data, revised_prompt=image.revised_prompt)
        kept.results.append(self._store(job, position, whole, protection=composition.protection))

    def _store(
        self,
        job: Job,
        position: int,
        image: AnswerImage,
        *,
        role: ImageRole = ImageRole.RESULT,
        protection: Protection | None = None,
    ) -> StoredImage:
        ref = image_ref(image.data)
        self._files.put_image(image.data, ref)
        self._thumbnail_soon(ref)
        return StoredImage(
            id=new_id(),
            job_id=job.id,
            position=position,
            ref=ref,
            revised_prompt=image.revised_prompt,
            created_at=self._clock(),
            role=role,
            protection=protection,
        )


def _placed(answers: Sequence[tuple[int, Answer | None]]) -> Iterator[tuple[int, AnswerImage]]:
    """Each image with its place among the job's images; a call without an answer leaves its places empty."""
    first = 0
    for asked, answer in answers:
        yield from enumerate(answer.images if answer else (), start=first)
        first += max(asked, len(answer.images) if answer else 0)
