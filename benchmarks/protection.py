"""Protection: are all pixels outside the mask bit for bit the original's, on the file that was written?

Each case goes the whole road: an upload is taken in, the edit is submitted, the demo provider or a
local server answers with another picture (repainted, moved, brightened, resized), and the result is
stored. Then the stored file and the upload are decoded by Pillow alone and counted by NumPy alone.

python -m benchmarks.protection
"""

import io
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from benchmarks.protection_cases import ANSWERS, Case, cases, painted, uploaded
from core.bootstrap import Workbench, build
from core.domain.image import Size
from core.domain.job import Job, JobState
from core.domain.request import EditRequest
from core.domain.visitor import Visitor
from core.imaging import masks
from core.settings import Settings
from tests.images_api import ImagesApi

VISITOR = Visitor(owner="protection", operator=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """Pixels outside the mask, those of them that changed, and those inside it that did."""

    protected: int
    changed: int
    edited: int
    proof_agrees: bool


def tried(case: Case, workbench: Workbench) -> Counted:
    """See one edit through and count on the stored file."""
    data = uploaded(case)
    taken = workbench.editor.take_in(data)
    mask = painted(case.mask, Size(taken.ref.width, taken.ref.height))
    request = EditRequest(
        prompt=case.prompt, model=case.model, quality="low", images=(taken.ref,), mask=mask,
        feather=case.feather, match_colours=case.feather == 8,
    )  # fmt: skip
    job = workbench.studio.wait(workbench.studio.submit(request, VISITOR).id, seen=lambda _: None, interval=0.02)
    if job.state is not JobState.SUCCEEDED:
        raise RuntimeError(f"{case}: {job.state.value}, {job.error}")
    before = original(case, data, workbench.editor.read(taken.ref))
    after = np.asarray(Image.open(workbench.library.where(job.images[0])))
    outside = np.asarray(masks.render(mask)) == 0
    return counted(before, after, outside, job)


def original(case: Case, upload: bytes, taken_in: bytes) -> NDArray[np.uint8]:
    """The upload's pixels; what has to be converted (CMYK, 16 bits) is compared as it was taken in."""
    if case.kind in ("CMYK", "16-bit"):
        return np.asarray(Image.open(io.BytesIO(taken_in)))
    picture = ImageOps.exif_transpose(Image.open(io.BytesIO(upload)))
    return np.asarray(picture if picture.mode == "RGBA" else picture.convert("RGB"))


def counted(before: NDArray[np.uint8], after: NDArray[np.uint8], outside: NDArray[np.bool_], job: Job) -> Counted:
    if before.shape != after.shape:
        raise RuntimeError(f"The picture was {before.shape} and came out {after.shape}.")
    differs = (before != after).any(axis=2)
    protected, changed = int(outside.sum()), int((differs & outside).sum())
    proof = job.images[0].protection
    agrees = proof is not None and (proof.protected_pixels, proof.unchanged_pixels) == (protected, protected - changed)
    return Counted(protected=protected, changed=changed, edited=int((differs & ~outside).sum()), proof_agrees=agrees)


def main() -> None:
    started, count, pixels, failed, idle, wrong = time.perf_counter(), 0, 0, 0, 0, 0
    with tempfile.TemporaryDirectory() as folder, ImagesApi() as api:
        demo = build(Settings(output_dir=Path(folder) / "demo", provider="demo", demo_latency_seconds=0))
        server = build(
            Settings(output_dir=Path(folder) / "server", openai_api_key="sk-benchmark", openai_base_url=api.url)
        )
        with demo, server:
            for case in cases():
                found = tried(case, demo if ANSWERS[case.answer] is None else server)
                count, pixels = count + 1, pixels + found.protected
                failed += found.changed > 0
                idle += found.edited == 0
                wrong += not found.proof_agrees
                if found.changed or not found.edited or not found.proof_agrees:
                    print(f"{case}: {found}", flush=True)
    print(
        f"{count} cases, {pixels:,} protected pixels: {failed} cases with a changed one, {idle} without any edit, "
        f"{wrong} whose stored proof says another count; {time.perf_counter() - started:.0f} s"
    )


if __name__ == "__main__":
    main()
