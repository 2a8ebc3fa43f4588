"""ComfyUI's settings: what the nodes say that led to the picture that was saved.

A file holds the whole graph in the form of ComfyUI's API, ``{"3": {"class_type": "KSampler", "inputs":
{"seed": 5, "positive": ["6", 0], ...}}, ...}``. Upstream of the node that saves stands the sampler; its
links lead to the prompts, the size and the model. Without a sampler the nearest node with a prompt counts,
as the nodes are that ask a service.
"""

from collections.abc import Iterator, Mapping

from core.domain.found import FoundSettings
from core.imaging.found.graph import Node, Scalar, before, link_of, nodes_of, scalar
from core.imaging.found.reading import options_of, size_text, sized

SAVES = ("SaveImage", "Save", "Preview")
MODELS = ("ckpt_name", "unet_name", "model_name", "gguf_name", "model_path")
TEXTS = ("text", "text_g", "text_l", "clip_l", "t5xxl", "llama", "prompt", "positive_prompt")
CONDITIONED = (
    "conditioning", "conditioning_1", "conditioning_2", "conditioning_to", "conditioning_from",
    "conditioning1", "conditioning2", "positive", "negative",
)  # fmt: skip
ROLES = ("positive", "negative")
NAMES = {
    "seed": "seed", "noise_seed": "seed", "steps": "steps", "cfg": "cfg", "guidance": "guidance",
    "sampler_name": "sampler", "scheduler": "scheduler", "denoise": "denoise",
}  # fmt: skip
"""What is told of the nodes around a sampler, and how it is called."""
AROUND = ("noise", "guider", "sampler", "sigmas", "model", *CONDITIONED)
LATENTS = ("latent_image", "latent", "samples", "pixels", "image", "upscale_model")
MOST_TEXTS = 12


def find_comfyui(text: str) -> FoundSettings | None:
    """The settings in a graph; None if it is no graph or has neither prompt nor sampler."""
    nodes = nodes_of(text)
    upstream = _upstream(nodes)
    sampler = next((node for node in (*upstream, *nodes.values()) if _samples(node)), None)
    if sampler is not None:
        return _of_sampler(nodes, sampler)
    asker = next((node for node in upstream if isinstance(scalar(nodes, node.inputs.get("prompt")), str)), None)
    return _of_asker(nodes, asker) if asker is not None else None


def _upstream(nodes: Mapping[str, Node]) -> list[Node]:
    """What led to the picture, the nearest to it first; the whole graph where nothing in it saves."""
    start = next((node for word in SAVES for node in nodes.values() if word in node.kind), None)
    return [*before(nodes, start)] if start else [*nodes.values()]


def _samples(node: Node) -> bool:
    links = {name for name, value in node.inputs.items() if link_of(value)}
    return bool({"positive", "guider"} & links) and bool({"seed", "noise_seed", "steps", "noise"} & node.inputs.keys())


def _of_sampler(nodes: Mapping[str, Node], sampler: Node) -> FoundSettings:
    guider = _behind(nodes, sampler, "guider") or sampler
    positive = guider.inputs.get("positive") or guider.inputs.get("conditioning")
    around = [*before(nodes, sampler, AROUND)]
    models = (scalar(nodes, node.inputs.get(name)) for node in around for name in MODELS if _loads(node))
    return FoundSettings(
        source="ComfyUI",
        prompt=_prompt(nodes, positive, "positive"),
        negative=_prompt(nodes, guider.inputs.get("negative"), "negative"),
        model=next((model for model in models if isinstance(model, str) and model), None),
        size=_size(nodes, sampler),
        options=options_of(_options(nodes, around)),
    )


def _loads(node: Node) -> bool:
    """Whether a node loads the model itself, and no LoRA, ControlNet or upscaler."""
    return "lora_name" not in node.inputs and "control_net_name" not in node.inputs and "Upscale" not in node.kind


def _behind(nodes: Mapping[str, Node], node: Node, name: str) -> Node | None:
    link = link_of(node.inputs.get(name))
    return nodes.get(link.node) if link else None


def _options(nodes: Mapping[str, Node], around: list[Node]) -> Iterator[tuple[str, Scalar]]:
    for node in around:
        for name, value in node.inputs.items():
            if name in NAMES:
                yield NAMES[name], scalar(nodes, value)
    loras = (scalar(nodes, node.inputs.get("lora_name")) for node in around)
    yield "lora", ", ".join(lora for lora in loras if isinstance(lora, str))


def _size(nodes: Mapping[str, Node], sampler: Node) -> str | None:
    """Of the nearest node that makes or scales what is sampled."""
    for node in before(nodes, sampler, LATENTS):
        if size := sized(*(scalar(nodes, node.inputs.get(name)) for name in ("width", "height"))):
            return size
    return None


def _prompt(nodes: Mapping[str, Node], value: object, role: str) -> str:
    """The texts behind a conditioning, the nearest first; nodes that pass both kinds on are left by the right one."""
    texts: list[str] = []
    waiting, seen = [value], set[tuple[str, str]]()
    while waiting and len(texts) < MOST_TEXTS:
        link = link_of(waiting.pop(0))
        node = nodes.get(link.node) if link else None
        if link is None or node is None or node.kind == "ConditioningZeroOut":
            continue
        if isinstance(written := node.inputs.get(role), str):
            texts.append(written.strip())
            continue
        both = set(ROLES) <= node.inputs.keys()
        wanted = ROLES[link.slot] if both and link.slot in (0, 1) else role
        if (node.id, wanted) in seen:
            continue
        seen.add((node.id, wanted))
        found = [scalar(nodes, node.inputs.get(name)) for name in TEXTS]
        texts += [text.strip() for text in found if isinstance(text, str) and text.strip()]
        waiting += [node.inputs[wanted]] if both else [node.inputs[name] for name in CONDITIONED if name in node.inputs]
    return "\n".join(text for text in dict.fromkeys(texts) if text)


def _of_asker(nodes: Mapping[str, Node], asker: Node) -> FoundSettings:
    values = {name: scalar(nodes, value) for name, value in asker.inputs.items()}
    prompt, negative, model = (str(values.get(name) or "") for name in ("prompt", "negative_prompt", "model"))
    size = size_text(str(values.get("size") or "")) or sized(values.get("width"), values.get("height"))
    taken = {"prompt", "negative_prompt", "model", *(("size", "width", "height") if size else ())}
    rest = options_of((name, value) for name, value in values.items() if name not in taken)
    return FoundSettings(
        source="ComfyUI", prompt=prompt, negative=negative, model=model or None, size=size, options=rest
    )
