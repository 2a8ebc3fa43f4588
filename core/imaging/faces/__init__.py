"""Counting faces with YuNet, a small network that OpenCV runs by itself; its file lies beside this one (MIT).

face_detection_yunet_2023mar.onnx of the OpenCV Zoo, 232,589 bytes, unchanged; LICENSE is the model's.
"""

from functools import cache
from importlib.resources import files

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.domain.frame import Box

MODEL = "face_detection_yunet_2023mar.onnx"
EDGE = 480
"""Longer side at which is looked, in pixels: a face of a thirtieth of the picture is found, in about 50 ms."""
SCORE, OVERLAP, MOST = 0.7, 0.3, 200


def find_faces(picture: Image.Image) -> tuple[Box, ...]:
    """The faces in a decoded picture, in its own pixels, the surest first."""
    colours = np.asarray(picture.convert("RGB"))[..., ::-1]
    scale = EDGE / max(picture.size)
    size = (max(round(picture.width * scale), 1), max(round(picture.height * scale), 1))
    small = cv2.resize(colours, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    # A detector of its own for each picture: one keeps its size and its buffers, and threads would share them.
    detector = cv2.FaceDetectorYN.create("onnx", _model(), np.empty(0, np.uint8), size, SCORE, OVERLAP, MOST)
    found = detector.detect(np.ascontiguousarray(small))[1]
    rows = [] if found is None else sorted(found.tolist(), key=lambda row: -row[-1])
    return tuple(_box(row, scale) for row in rows)


@cache
def _model() -> NDArray[np.uint8]:
    """The network's file, read once; OpenCV 5 else warns on standard error, at each picture, that it ignores GPUs."""
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
    return np.frombuffer(files(__package__).joinpath(MODEL).read_bytes(), np.uint8)


def _box(row: list[float], scale: float) -> Box:
    left, top, width, height = (round(value / scale) for value in row[:4])
    return Box(left=left, top=top, width=width, height=height)
