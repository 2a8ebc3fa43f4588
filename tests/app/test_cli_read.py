"""``gesso read``: a picture's settings, and a command line that asks for them again."""

import shlex
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from core.imaging.metadata import embed
from tests.app.conftest import Gesso


def picture(path: Path, parameters: str = "") -> Path:
    """A PNG, with what AUTOMATIC1111 would write into it."""
    info = PngInfo()
    if parameters:
        info.add_text("parameters", parameters)
    Image.new("RGB", (8, 8), "red").save(path, pnginfo=info)
    return path


def test_the_command_that_is_printed_asks_for_what_the_file_says(gesso: Gesso, tmp_path: Path) -> None:
    prompt = '-it\'s a "fox",\nin snow'
    settings = {"prompt": prompt, "model": "gpt-image-2", "provider": "openai", "size": "1024x1536", "quality": "low",
                "n": 2, "request_id": "req-1"}  # fmt: skip
    made = tmp_path / "made.png"
    made.write_bytes(embed(picture(made).read_bytes(), settings))
    told = gesso("read", str(made))
    assert (told.code, "Not used" in told.err) == (0, False)
    _, command = told.out.split("gesso generate ", 1)
    words = shlex.split(command)
    asked = gesso("generate", "--dry-run", "--json", *words).json["body"]
    assert (asked["prompt"], asked["model"], asked["size"]) == (prompt, "gpt-image-2", "1024x1536")
    assert (asked["quality"], asked["n"]) == ("low", 2)


def test_what_no_model_here_takes_is_said_and_the_size_becomes_the_nearest(gesso: Gesso, tmp_path: Path) -> None:
    parameters = "a red fox\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, Size: 512x768, Model: dream"
    file = picture(tmp_path / "theirs.png", parameters)
    told = gesso("read", str(file), "--model", "gpt-image-1.5", "--json").json
    assert (told["program"], told["negative_prompt"], told["size"]) == ("AUTOMATIC1111", "blurry", "512x768")
    assert told["command"] == ["gesso", "generate", "--model", "gpt-image-1.5", "--size", "1024x1536", "a red fox"]
    assert "Not used below: negative prompt, model dream, " in gesso("read", str(file)).err


def test_a_picture_without_settings_and_what_is_none_get_a_sentence(gesso: Gesso, tmp_path: Path) -> None:
    assert "carries no settings that can be read here" in gesso("read", str(picture(tmp_path / "bare.png"))).err
    (tmp_path / "broken.png").write_bytes(b"no picture")
    broken = gesso("read", "broken.png")
    assert (broken.code, broken.err.startswith("Error: broken.png: ")) == (2, True)
