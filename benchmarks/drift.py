"""Drift: how exactly a shifted answer's shift is found, and what is left of the seam once it is undone.

Answers are shifted exactly (in the frequency domain), brightened by 8 %, given noise and painted over in
the middle. The seam is the mean difference, in levels, along a ring just inside the mask between the
outcome and the original, where the model had redrawn nothing but had moved everything.

python -m benchmarks.drift
"""

import cv2
import numpy as np
from PIL import Image

from core.domain.frame import Frame, plan_frame
from core.domain.image import Size
from core.domain.mask import Mask, Operation, Tool
from core.domain.sizes import SizeRule
from core.imaging import masks, region
from core.imaging.compose import compose
from core.imaging.sketch import Sketch, paint

RULE = SizeRule(step=16, max_edge=3840, max_ratio=3, min_pixels=655_360, max_pixels=8_294_400)
PROMPTS = ("a lighthouse by the sea", "a city at night", "a red fox in the snow", "hills with a forest", "abstract")
SIZES = (Size(1024, 1024), Size(2400, 1600))
SHIFTS = ((3.0, 2.0), (-3.0, 2.0), (0.5, 0.25), (-0.3, 0.8), (1.37, -2.61), (8.5, -5.25))


def shifted(image: Image.Image, dx: float, dy: float) -> Image.Image:
    pixels = np.pad(np.asarray(image, float), ((64, 64), (64, 64), (0, 0)), mode="reflect")
    ramp = np.fft.fftfreq(pixels.shape[0])[:, None] * dy + np.fft.fftfreq(pixels.shape[1])[None, :] * dx
    moved = np.fft.ifft2(np.fft.fft2(pixels, axes=(0, 1)) * np.exp(-2j * np.pi * ramp)[..., None], axes=(0, 1)).real
    return Image.fromarray(np.clip(np.round(moved[64:-64, 64:-64]), 0, 255).astype(np.uint8))


def answered(sent: Image.Image, sent_mask: Image.Image, shift: tuple[float, float]) -> Image.Image:
    """What a model gives back: moved, a little brighter and noisy, and repainted well inside the mask."""
    pixels = np.asarray(shifted(sent, *shift), float) * 1.08
    pixels += np.random.default_rng(0).normal(0, 3, pixels.shape)
    answer = np.clip(pixels, 0, 255).astype(np.uint8)
    deep = cv2.distanceTransform(np.asarray(sent_mask), cv2.DIST_L2, cv2.DIST_MASK_5) > 40
    answer[deep] = (200, 40, 40)
    return Image.fromarray(answer)


def seam(source: Image.Image, image: Image.Image, mask: Image.Image) -> float:
    depth = cv2.distanceTransform(np.asarray(mask), cv2.DIST_L2, cv2.DIST_MASK_5)
    ring = (depth > 0) & (depth <= 20)
    return float(np.abs(np.asarray(source, int)[ring] - np.asarray(image, int)[ring]).mean())


def tried(source: Image.Image, frame: Frame, mask: Image.Image, shift: tuple[float, float]) -> tuple[float, ...]:
    """The error of the shift in the picture's pixels, and the seam with and without repair."""
    sent, sent_mask = region.cut(source, frame, mask=None)[0], region.cut_mask(mask, frame)
    answer = answered(sent, sent_mask, shift)
    done = [
        compose(source, answer, frame, mask, feather=0, match_colours=True, repair_drift=repair)
        for repair in (True, False)
    ]
    scale = frame.box.width / frame.size.width
    error = max(abs(found - real * scale) for found, real in zip(done[0].drift, shift, strict=True))
    return error, seam(source, done[0].image, mask), seam(source, done[1].image, mask)


def main() -> None:
    rows = []
    for size in SIZES:
        points = ((size.width * 0.3, size.height * 0.3), (size.width * 0.6, size.height * 0.7))
        operations = (Operation(tool=Tool.ELLIPSE, points=points),)
        mask = masks.render(Mask(width=size.width, height=size.height, operations=operations))
        bounds = masks.bounds(mask)
        assert bounds is not None
        frame = plan_frame(size, bounds, RULE, context=None)
        for prompt in PROMPTS:
            source = paint(Sketch(prompt=prompt, size=size, quality="high")).convert("RGB")
            rows += [(size, prompt, shift, *tried(source, frame, mask, shift)) for shift in SHIFTS]
    print("| shift | worst error in pixels | seam before | seam after |\n|---|---|---|---|")
    for shift in SHIFTS:
        found = [row for row in rows if row[2] == shift]
        before, after = (np.mean([row[column] for row in found]) for column in (5, 4))
        print(f"| {shift} | {max(row[3] for row in found):.3f} | {before:.2f} | {after:.2f} |")
    within = sum(row[3] <= 0.25 for row in rows)
    print(f"{within} of {len(rows)} shifts found within 0.25 pixels")


if __name__ == "__main__":
    main()
