"""Settings found in pictures, written here as the programs write them."""

import io
import json
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from core.domain.found import FoundSettings
from core.errors import InvalidImageError
from core.imaging.containers import png_chunk, png_parts
from core.imaging.found.automatic1111 import find_automatic1111
from core.imaging.found.comfyui import find_comfyui
from core.imaging.found.invokeai import find_dream, find_invokeai, find_invokeai_2
from core.imaging.found_settings import find_settings
from core.imaging.metadata import embed

INFOTEXT = """a red fox, (asleep:1.2),
in fresh snow
Negative prompt: blurry, text
watermark
Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 965400086, Size: 512x768, Model hash: 45dee52b, Model: dream, \
Lora hashes: "one: 0a1b, two: 2c3d", Version: f2.0.1v1.10.1
Template: {a|b} fox"""
KSAMPLER: dict[str, Any] = {
    "3": {"class_type": "KSampler", "inputs": {
        "cfg": 8, "denoise": 1, "latent_image": ["5", 0], "model": ["10", 0], "negative": ["7", 0],
        "positive": ["11", 0], "sampler_name": "euler", "scheduler": "normal", "seed": ["12", 0], "steps": 20}},
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "v1-5-pruned-emaonly.safetensors"}},
    "5": {"class_type": "EmptyLatentImage", "inputs": {"batch_size": 1, "height": 768, "width": 512}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"clip": ["4", 1], "text": ["13", 0]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"clip": ["4", 1], "text": "bad hands"}},
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
    "9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "ComfyUI", "images": ["8", 0]}},
    "10": {"class_type": "LoraLoader", "inputs": {"lora_name": "snow.safetensors", "model": ["4", 0]}},
    "11": {"class_type": "ControlNetApplyAdvanced", "inputs": {"positive": ["6", 0], "negative": ["7", 0]}},
    "12": {"class_type": "PrimitiveInt", "inputs": {"value": 8566257}},
    "13": {"class_type": "StringConcatenate", "inputs": {
        "string_a": ["14", 0], "string_b": "in snow", "delimiter": ", "}},
    "14": {"class_type": "PrimitiveStringMultiline", "inputs": {"value": "a red fox"}},
}  # fmt: skip
FLUX: dict[str, Any] = {
    "1": {"class_type": "SamplerCustomAdvanced", "inputs": {
        "noise": ["2", 0], "guider": ["3", 0], "sampler": ["4", 0], "sigmas": ["5", 0], "latent_image": ["6", 0]}},
    "2": {"class_type": "RandomNoise", "inputs": {"noise_seed": 7}},
    "3": {"class_type": "BasicGuider", "inputs": {"model": ["7", 0], "conditioning": ["8", 0]}},
    "4": {"class_type": "KSamplerSelect", "inputs": {"sampler_name": "euler"}},
    "5": {"class_type": "BasicScheduler", "inputs": {"scheduler": "simple", "steps": 4, "model": ["7", 0]}},
    "6": {"class_type": "EmptySD3LatentImage", "inputs": {"width": 1024, "height": 1024}},
    "7": {"class_type": "UNETLoader", "inputs": {"unet_name": "flux1-dev.safetensors"}},
    "8": {"class_type": "FluxGuidance", "inputs": {"guidance": 3.5, "conditioning": ["9", 0]}},
    "9": {"class_type": "CLIPTextEncodeFlux", "inputs": {"clip_l": "a fox", "t5xxl": "a fox"}},
    "10": {"class_type": "SaveImage", "inputs": {"images": ["1", 0]}},
}  # fmt: skip


def png(after: bytes = b"", **texts: str) -> bytes:
    info, out = PngInfo(), io.BytesIO()
    for name, text in texts.items():
        info.add_text(name.replace("_metadata2", "-metadata"), text)
    Image.new("RGB", (8, 8)).save(out, "PNG", pnginfo=info)
    parts = [part.raw for part in png_parts(out.getvalue())]
    return b"".join([*parts[:-1], after, parts[-1]])


def with_exif(kind: str, tag: int, value: bytes | str) -> bytes:
    exif, out = Image.Exif(), io.BytesIO()
    if tag == 0x9286:
        exif.get_ifd(0x8769)[tag] = value
    else:
        exif[tag] = value
    Image.new("RGB", (8, 8)).save(out, kind, exif=exif)
    return out.getvalue()


def commented(text: str) -> bytes:
    """As piexif writes it."""
    return b"UNICODE\0" + text.encode("utf-16-be")


def test_automatic1111_is_read_from_a_png() -> None:
    assert find_settings(png(parameters=INFOTEXT)) == FoundSettings(
        source="AUTOMATIC1111",
        prompt="a red fox, (asleep:1.2),\nin fresh snow",
        negative="blurry, text\nwatermark",
        model="dream",
        size="512x768",
        options={
            "steps": "20", "sampler": "Euler a", "cfg scale": "7", "seed": "965400086", "model hash": "45dee52b",
            "lora hashes": "one: 0a1b, two: 2c3d", "version": "f2.0.1v1.10.1", "template": "{a|b} fox",
        },
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
@pytest.mark.parametrize("order", ["utf-16-be", "utf-16-le"])
def test_automatic1111_is_read_from_exif_in_either_byte_order(kind: str, order: str) -> None:
    comment = b"UNICODE\0" + INFOTEXT.replace("fox", "狐").encode(order)
    found = find_settings(with_exif(kind, 0x9286, comment))
    assert found is not None
    assert (found.prompt.splitlines()[0], found.size) == ("a red 狐, (asleep:1.2),", "512x768")


def test_automatic1111_is_read_from_a_gif() -> None:
    out = io.BytesIO()
    Image.new("P", (8, 8)).save(out, "GIF", comment=INFOTEXT.encode())
    found = find_settings(out.getvalue())
    assert found is not None
    assert found.options["steps"] == "20"


@pytest.mark.parametrize(
    ("text", "prompt", "negative", "options"),
    [
        ("a cat", "a cat", "", {}),
        ("a cat, mood: calm", "a cat, mood: calm", "", {}),
        ("a cat\nNegative prompt: dog", "a cat", "dog", {}),
        ("a cat\nSeed: 1, Sampler: UniPC, Pipeline: Flux", "a cat", "", {"seed": "1", "sampler": "UniPC"}),
        ("Steps: 3, Size: huge", "", "", {"steps": "3", "size": "huge"}),
        ('a\nSteps: 3, Note: "say \\"hi\\", twice"', "a", "", {"note": 'say "hi", twice'}),
        ('a\nSteps: 3, Note: "unclosed, Seed: 4', "a", "", {"seed": "4"}),
    ],
)
def test_infotext_in_its_variants(text: str, prompt: str, negative: str, options: dict[str, str]) -> None:
    found = find_automatic1111(text)
    assert found is not None
    assert (found.prompt, found.negative) == (prompt, negative)
    assert options.items() <= found.options.items()


def test_invokeai_is_read() -> None:
    record = {
        "generation_mode": "sdxl_txt2img", "positive_prompt": "a fox", "negative_prompt": "text", "width": 1024,
        "height": 1216, "seed": 5, "steps": 30, "cfg_scale": 7.5, "scheduler": "dpmpp_2m_k", "app_version": "5.4.0",
        "model": {"key": "k", "hash": "blake3:0", "name": "Juggernaut XL", "base": "sdxl", "type": "main"},
        "loras": [{"model": {"name": "snow"}, "weight": 0.75}], "controlnets": [], "strength": None,
    }  # fmt: skip
    found = find_settings(png(invokeai_metadata=json.dumps(record), invokeai_graph="{}"))
    assert found is not None
    assert (found.source, found.prompt, found.negative) == ("InvokeAI", "a fox", "text")
    assert (found.model, found.size) == ("Juggernaut XL", "1024x1216")
    assert found.options == {
        "generation_mode": "sdxl_txt2img", "seed": "5", "steps": "30", "cfg_scale": "7.5",
        "scheduler": "dpmpp_2m_k", "app_version": "5.4.0", "loras": "snow (0.75)",
    }  # fmt: skip


def test_invokeai_2_is_read() -> None:
    image = {
        "type": "txt2img", "prompt": [{"prompt": "a fox [blurry] in snow [text]", "weight": 1.0}], "steps": 50,
        "height": 512, "width": 768, "seed": 9, "sampler": "k_lms", "variations": [],
    }  # fmt: skip
    record = {"model": "stable diffusion", "model_weights": "stable-diffusion-1.5", "image": image}
    dream = '"a fox" -s50 -S9 -W768 -H512 -C7.5 -Ak_lms'
    found = find_settings(png(Dream=dream, sd_metadata2=json.dumps(record)))
    assert found is not None
    assert (found.prompt, found.negative) == ("a fox in snow", "blurry, text")
    assert (found.model, found.size) == ("stable-diffusion-1.5", "768x512")
    plain = find_settings(png(Dream="a fox-coloured cat -s 50 -S 9 -W 768 -H 512 -C 7.5 -A k_lms"))
    assert plain is not None
    assert (plain.prompt, plain.size) == ("a fox-coloured cat", "768x512")
    assert plain.options == {"steps": "50", "seed": "9", "cfg_scale": "7.5", "sampler": "k_lms"}
    assert find_dream(dream) == FoundSettings(source="InvokeAI", prompt="a fox", size="768x512", options=plain.options)


def animated(text: str) -> bytes:
    return png(after=png_chunk(b"comf", b"prompt\0" + text.encode()))


COMFY_FILES: tuple[Callable[[str], bytes], ...] = (
    lambda text: png(prompt=text, workflow='{"nodes": []}'),
    lambda text: with_exif("WEBP", 0x0110, f"prompt:{text}"),
    animated,
)


@pytest.mark.parametrize("write", COMFY_FILES)
def test_comfyui_is_read_along_its_links(write: Callable[[str], bytes]) -> None:
    assert find_settings(write(json.dumps(KSAMPLER))) == FoundSettings(
        source="ComfyUI",
        prompt="a red fox, in snow",
        negative="bad hands",
        model="v1-5-pruned-emaonly.safetensors",
        size="512x768",
        options={
            "cfg": "8", "denoise": "1", "sampler": "euler", "scheduler": "normal", "seed": "8566257", "steps": "20",
            "lora": "snow.safetensors",
        },
    )  # fmt: skip


def test_comfyui_is_read_with_a_guider_and_with_a_service() -> None:
    flux = find_comfyui(json.dumps(FLUX))
    assert flux is not None
    assert (flux.prompt, flux.negative, flux.size, flux.model) == ("a fox", "", "1024x1024", "flux1-dev.safetensors")
    assert flux.options == {"seed": "7", "sampler": "euler", "scheduler": "simple", "steps": "4", "guidance": "3.5"}
    asked = {"prompt": "a fox", "seed": 3, "quality": "high", "size": "1024x1536", "model": "gpt-image-1.5"}
    service = find_comfyui(json.dumps({"1": {"class_type": "OpenAIGPTImage1", "inputs": asked}}))
    assert service == FoundSettings(
        source="ComfyUI", prompt="a fox", model="gpt-image-1.5", size="1024x1536",
        options={"seed": "3", "quality": "high"},
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_what_we_embed_is_found_again(kind: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, kind)
    copy = embed(
        out.getvalue(), {"prompt": "a fox\n& <snow>", "model": "gpt-image-2", "size": "1024x1024", "quality": "high"}
    )
    assert find_settings(copy) == FoundSettings(
        source="Gesso", prompt="a fox\n& <snow>", model="gpt-image-2", size="1024x1024", options={"quality": "high"}
    )
    assert find_settings(out.getvalue()) is None


@pytest.mark.parametrize(
    "file",
    [
        png(parameters=""), png(parameters='{"sui_image_params": {}}'), png(prompt="a plain word"), png(prompt="{}"),
        png(prompt="[" * 100_000), png(invokeai_metadata='{"a":' * 50_000), png(invokeai_metadata="9" * 9_000),
        png(after=png_chunk(b"zTXt", b"parameters\0\0" + zlib.compress(bytes(50_000_000)))),
        png(after=png_chunk(b"iTXt", b"parameters\0\1\0\0\0" + b"no zlib")), png(after=png_chunk(b"tEXt", b"")),
        png(prompt='{"1": {"class_type": "KSampler", "inputs": 3}, "2": []}'),
        with_exif("JPEG", 0x0110, "prompt:{"), with_exif("JPEG", 0x9286, commented("")),
    ],
    ids=range(13),
)  # fmt: skip
def test_what_says_nothing_is_nothing(file: bytes) -> None:
    assert find_settings(file) is None


@pytest.mark.parametrize("file", [b"", b"a red fox", b"%PDF-1.7", png()[:60]])
def test_what_is_no_image_is_said(file: bytes) -> None:
    with pytest.raises(InvalidImageError):
        find_settings(file)


def test_circles_and_halves_of_characters_do_no_harm() -> None:
    ring = {str(at): {"class_type": "CLIPTextEncode", "inputs": {
        "text": [str((at + 1) % 60), 0], "string_a": [str((at + 7) % 60), 0], "string_b": [str((at + 11) % 60), 0],
        "conditioning": [str((at + 3) % 60), 0]}} for at in range(60)}  # fmt: skip
    ring["s"] = {"class_type": "KSampler", "inputs": {"positive": ["0", 0], "negative": ["s", 0], "seed": ["s", 0]}}
    found = find_comfyui(json.dumps(ring))
    assert found is not None
    assert found.prompt == ""
    half = find_settings(png(invokeai_metadata='{"positive_prompt": "a \\ud83e fox\\u0000"}'))
    assert half is not None
    assert half.prompt == "a \ufffd fox\ufffd"


NAMES = st.sampled_from(["class_type", "inputs", "positive", "text", "seed", "image", "prompt", "model", "size", "x"])
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8) | st.tuples(NAMES, st.just(0)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=20,
)


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=80) | st.text(alphabet='aS:, "\\\nteps1[-', max_size=60) | JSON.map(json.dumps))
def test_no_text_is_too_strange(text: str) -> None:
    for read in (find_automatic1111, find_invokeai, find_invokeai_2, find_dream, find_comfyui):
        found = read(text)
        assert found is None or isinstance(found.prompt, str)
