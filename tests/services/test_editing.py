"""Edits on the whole road: what is sent, what is put back, and the proof of it."""

from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.bootstrap import Workbench
from core.domain.frame import Extension
from core.domain.image import Size
from core.domain.job import Job, JobState
from core.domain.mask import Mask, Operation, Tool
from core.domain.request import EditRequest, request_from_json
from core.errors import InvalidImageError, InvalidRequestError, NotFoundError
from core.imaging.sketch import Sketch, paint
from core.services.library import Form
from tests.services.conftest import ANNA, ASK, Build, finished


@cache
def picture(width: int, height: int, mode: str = "RGB") -> bytes:
    """A photo-like PNG."""
    file = BytesIO()
    share = min(800 / max(width, height), 1)  # what is larger is enlarged: quicker than painted
    small = Size(round(width * share), round(height * share))
    picture = paint(Sketch(prompt="a boat on a lake", size=small, quality="high"))
    picture.resize((width, height)).convert(mode).save(file, "PNG")
    return file.getvalue()


def rectangle(left: float, top: float, right: float, bottom: float) -> Operation:
    return Operation(tool=Tool.RECTANGLE, points=((left, top), (right, bottom)))


def inpaint(workbench: Workbench, data: bytes, *operations: Operation, **options: object) -> EditRequest:
    ref = workbench.editor.take_in(data).ref
    mask = Mask(width=ref.width, height=ref.height, operations=operations)
    return EditRequest(
        prompt="add a hot air balloon", model="gpt-image-2.5-flare", quality="low", images=(ref,), mask=mask, **options
    )  # type: ignore[arg-type]


def edited(workbench: Workbench, request: EditRequest) -> Job:
    job = finished(workbench, workbench.studio.submit(request, ANNA))
    assert job.state is JobState.SUCCEEDED, job.error
    return job


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(data)))


@pytest.mark.parametrize("size", [(1024, 1024), (640, 480), (2000, 500), (64, 64)])
def test_what_was_not_painted_does_not_change_bit_for_bit(bench: Build, size: tuple[int, int]) -> None:
    workbench, (width, height) = bench(), size
    request = inpaint(
        workbench, picture(width, height), rectangle(width * 0.4, height * 0.4, width * 0.6, height * 0.6)
    )
    result = edited(workbench, request).images[0]
    before = pixels(workbench.editor.read(request.images[0]))
    after = pixels(workbench.library.original(result))
    outside = np.ones((height, width), bool)
    outside[round(height * 0.4) : round(height * 0.6), round(width * 0.4) : round(width * 0.6)] = False
    assert after.shape == before.shape
    assert (after[outside] == before[outside]).all()
    assert (after[~outside] != before[~outside]).any()


def test_the_proof_is_stored_with_the_result(bench: Build) -> None:
    workbench = bench()
    job = edited(workbench, inpaint(workbench, picture(512, 512), rectangle(100, 100, 300, 300)))
    proof = workbench.studio.job(job.id, ANNA).images[0].protection
    assert proof is not None
    assert proof.holds
    assert proof.protected_pixels == 512 * 512 - 200 * 200
    assert proof.changed_by_model_percent > 0


def test_the_answer_is_kept_beside_the_result(bench: Build) -> None:
    workbench = bench()
    job = edited(workbench, inpaint(workbench, picture(512, 512), rectangle(100, 100, 300, 300), n=2))
    assert [image.position for image in job.images] == [image.position for image in job.answers] == [0, 1]
    answer = job.answer_behind(job.images[1])
    assert answer == job.answers[1]
    assert workbench.library.image(job.answers[1].id, ANNA)[0] == answer


def test_a_large_picture_is_sent_in_part_and_keeps_its_resolution(bench: Build) -> None:
    workbench = bench()
    request = inpaint(workbench, picture(2600, 2000), rectangle(1200, 900, 1500, 1100))
    planned = workbench.studio.plan(request, ANNA)
    assert isinstance(planned, EditRequest)
    assert planned.frame is not None
    assert planned.frame.box.size == planned.frame.size
    assert planned.frame.size.pixels < 2_000_000
    result = edited(workbench, request).images[0]
    assert (result.ref.width, result.ref.height) == (2600, 2000)


def test_an_extended_picture_keeps_its_original_in_place(bench: Build) -> None:
    workbench = bench()
    ref = workbench.editor.take_in(picture(800, 600)).ref
    request = EditRequest(
        prompt="more lake",
        model="gpt-image-2.5-flare",
        quality="low",
        images=(ref,),
        extension=Extension(left=300, top=100),
    )
    result = edited(workbench, request).images[0]
    after = pixels(workbench.library.original(result))
    assert (result.ref.width, result.ref.height) == (1100, 700)
    assert (after[100:, 300:] == pixels(workbench.editor.read(ref))).all()


def test_without_protection_the_models_whole_picture_is_the_result(bench: Build) -> None:
    workbench = bench()
    job = edited(workbench, inpaint(workbench, picture(512, 512), rectangle(100, 100, 300, 300), protect=False))
    assert job.answers == ()
    assert job.images[0].protection is None


def test_a_whole_picture_edit_is_linked_to_its_parent(bench: Build) -> None:
    workbench = bench()
    first = edited(workbench, inpaint(workbench, picture(512, 512), rectangle(0, 0, 200, 200))).images[0]
    start = workbench.editor.from_image(first)
    assert start.parent == first.id
    request = EditRequest(
        prompt="at night", model="gpt-image-2.5-flare", quality="low", images=(start.ref,), parents=(first.id,)
    )
    job = workbench.studio.job(edited(workbench, request).id, ANNA)
    assert isinstance(job.request, EditRequest)
    assert job.request.parents == (first.id,)


def test_each_parent_stays_with_its_own_input(bench: Build) -> None:
    workbench = bench()
    first = edited(workbench, inpaint(workbench, picture(512, 512), rectangle(0, 0, 200, 200))).images[0]
    brought, made = workbench.editor.take_in(picture(640, 480)), workbench.editor.from_image(first)
    request = EditRequest(
        prompt="both", model="gpt-image-2.5-flare", quality="low",
        images=(brought.ref, made.ref), parents=(brought.parent, made.parent),
    )  # fmt: skip
    job = workbench.studio.job(edited(workbench, request).id, ANNA)
    assert isinstance(job.request, EditRequest)
    assert dict(zip(job.request.images, job.request.parents, strict=True)) == {brought.ref: None, made.ref: first.id}


def test_parents_are_as_many_as_images_or_none(bench: Build) -> None:
    ref = bench().editor.take_in(picture(64, 64)).ref
    assert EditRequest(prompt="x", model="m", images=(ref, ref), parents=(None, None)).parents == ()
    with pytest.raises(InvalidRequestError, match="as many as the images"):
        EditRequest(prompt="x", model="m", images=(ref, ref), parents=("a",))


def test_cost_equals_estimate_for_an_edit(bench: Build) -> None:
    workbench = bench()
    job = edited(workbench, inpaint(workbench, picture(512, 512), rectangle(100, 100, 300, 300), n=2))
    assert job.cost == job.estimate_high
    assert job.usage is not None
    assert job.usage.image_input > 0


def test_an_empty_mask_is_refused_before_it_costs(bench: Build) -> None:
    workbench = bench()
    with pytest.raises(InvalidRequestError, match="Nothing is selected"):
        workbench.studio.submit(inpaint(workbench, picture(640, 480)), ANNA)
    assert workbench.studio.jobs(ANNA) == ()


def test_a_picture_that_is_gone_fails_the_job_for_nothing(bench: Build, tmp_path: Path) -> None:
    workbench = bench()
    request = inpaint(workbench, picture(640, 480), rectangle(10, 10, 200, 200))
    planned = workbench.studio.plan(request, ANNA)
    (file,) = (tmp_path / "inputs").glob("*/*.png")
    file.unlink()
    job = finished(workbench, workbench.studio.submit(replace(planned, mask=request.mask), ANNA))  # type: ignore[arg-type]
    assert (job.state, job.held, job.charged) == (JobState.FAILED, 0, 0)
    with pytest.raises(NotFoundError):
        workbench.editor.read(request.images[0])


def test_an_edit_survives_json_with_its_mask_and_frame(bench: Build) -> None:
    workbench = bench()
    request = inpaint(workbench, picture(1024, 768), rectangle(100, 100, 300, 300), feather=20, context=50)
    planned = workbench.studio.plan(request, ANNA)
    assert request_from_json(planned.to_json()) == planned


def test_a_file_over_the_limit_is_refused_with_the_limit_and_its_setting(bench: Build) -> None:
    workbench = bench(max_image_size_mb=1)
    large = picture(64, 64) + bytes(1024 * 1024)
    with pytest.raises(InvalidImageError, match=r"1\.0 MB; at most 1 MB are taken in \(MAX_IMAGE_SIZE_MB\)"):
        workbench.editor.take_in(large)
    with pytest.raises(InvalidImageError, match="MAX_IMAGE_SIZE_MB"):
        workbench.editor.take_in_mask(large, Size(64, 64))


def test_copies_have_the_quality_that_is_set_and_originals_none(bench: Build, tmp_path: Path) -> None:
    sizes, originals = [], set()
    for quality in (20, 95):
        workbench = bench(image_compression_quality=quality, output_dir=tmp_path / str(quality))
        job = finished(workbench, workbench.studio.submit(ASK, ANNA))
        image = job.images[0]
        copies = [workbench.library.download(image.id, form, ANNA).data for form in (Form.JPEG, Form.WEBP)]
        sizes.append(
            [len(data) for data in (workbench.library.thumbnail(image), workbench.library.small(image, 256), *copies)]
        )
        originals.add(workbench.library.original(image))
    assert all(low < high for low, high in zip(*sizes, strict=True))
    assert len(originals) == 1
