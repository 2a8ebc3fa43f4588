"""What a client may send, as OpenAI's reference has it; names and values are the API's."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

PROMPT = "What the picture should show; at most 32,000 characters."


class Reasoning(BaseModel):
    """How hard the text model thinks that writes an SVG."""

    model_config = ConfigDict(extra="forbid", strict=True)

    effort: str | None = None


class Svg(BaseModel):
    """Which text model writes an SVG."""

    model_config = ConfigDict(extra="forbid", strict=True)

    model: str | None = None
    reasoning: Reasoning | None = None


class Options(BaseModel):
    """What generations and edits have in common; null is the same as leaving a field out."""

    model_config = ConfigDict(extra="forbid", strict=True)

    prompt: Annotated[str, Field(description=PROMPT)]
    model: Annotated[str | None, Field(description="A model id, or provider/model; the default model if left out.")] = (
        None
    )
    n: Annotated[int | None, Field(description="How many images, 1 to 10.")] = None
    size: Annotated[str | None, Field(description="Such as 1024x1024, or auto.")] = None
    quality: str | None = None
    background: str | None = None
    output_format: str | None = None
    output_compression: int | None = None
    moderation: str | None = None
    stream: bool | None = None
    partial_images: int | None = None
    complexity: str | None = None
    frame_count: int | None = None
    frame_duration_ms: int | None = None
    response_format: Annotated[
        Literal["b64_json", "url"] | None, Field(description="Both forms if it is left out; URLs expire after an hour.")
    ] = None
    user: Annotated[str | None, Field(description="Your name for who asks; it comes back as safety_identifier.")] = None
    safety_identifier: str | None = None


class JsonOptions(Options):
    """What only JSON can say: a form's fields are texts."""

    svg: Svg | None = None


class Generation(JsonOptions):
    """``POST /v1/images/generations``."""


class GivenImage(BaseModel):
    """A picture inside a JSON body, as a ``data:`` URL; addresses are not fetched, and there are no stored files."""

    model_config = ConfigDict(extra="forbid", strict=True)

    image_url: str | None = None
    file_id: str | None = None


class Edit(JsonOptions):
    """``POST /v1/images/edits`` as JSON; as multipart the same fields, with ``image`` or ``image[]`` files."""

    images: list[GivenImage] = Field(min_length=1)
    mask: GivenImage | None = None
    markup: GivenImage | None = None
    input_fidelity: str | None = None


class EditFields(Options):
    """The fields of a multipart edit that are no files; numbers and booleans come as text."""

    model_config = ConfigDict(extra="forbid", strict=False)

    input_fidelity: str | None = None


class AnsweredImage(BaseModel):
    """One image of an answer: its bytes, or where they are."""

    b64_json: str | None = None
    url: str | None = None
    revised_prompt: str | None = None


class InputTokens(BaseModel):
    text_tokens: int
    image_tokens: int


class AnsweredUsage(BaseModel):
    """Tokens as OpenAI groups them."""

    input_tokens: int
    input_tokens_details: InputTokens
    output_tokens: int
    output_tokens_details: InputTokens
    total_tokens: int


class ImagesAnswer(BaseModel):
    """OpenAI's ImagesResponse, with ``metadata`` beside it."""

    created: int
    data: list[AnsweredImage]
    background: str | None = None
    output_format: str | None = None
    quality: str | None = None
    size: str | None = None
    safety_identifier: str | None = None
    usage: AnsweredUsage | None = None
    svg_usage: dict[str, Any] | None = None
    metadata: dict[str, Any]


class Problem(BaseModel):
    """OpenAI's error object."""

    message: str
    type: str
    param: str | None
    code: str | None


class Refusal(BaseModel):
    """The body of every error; ``metadata`` is there where a job exists."""

    error: Problem
    metadata: dict[str, Any] | None = None


def chosen(options: Options) -> dict[str, Any]:
    """The fields of our own request that were asked for, by their names there."""
    ours = {
        name: value
        for name in (
            "prompt", "n", "size", "quality", "background", "output_format", "output_compression", "moderation",
            "stream", "partial_images", "complexity", "frame_count", "frame_duration_ms", "input_fidelity",
        )
        if (value := getattr(options, name, None)) is not None
    }  # fmt: skip
    if isinstance(options, JsonOptions) and options.svg is not None:
        effort = options.svg.reasoning.effort if options.svg.reasoning else None
        ours |= {k: v for k, v in {"svg_model": options.svg.model, "svg_effort": effort}.items() if v is not None}
    return ours
