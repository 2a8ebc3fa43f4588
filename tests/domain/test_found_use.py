"""What a model here takes of the settings that a picture's file holds."""

from core.domain.found import FoundSettings
from core.domain.found_use import use_of
from core.domain.model import Model
from core.providers.catalogue import catalogue


def model(id: str = "gpt-image-2.6-sunburst") -> Model:
    return catalogue().find(id)


def found(**changes: object) -> FoundSettings:
    return FoundSettings(**{"source": "ComfyUI", "prompt": "a fox", **changes})  # type: ignore[arg-type]


def test_a_size_that_the_model_does_not_take_becomes_the_nearest_and_is_said() -> None:
    use = use_of(found(size="512x768"), model(), model_is_theirs=False, streams=True)
    assert use.size is not None
    assert use.size != "512x768"
    assert use.used == ["prompt", f"size {use.size}, the nearest to 512x768"]


def test_options_are_used_where_the_model_takes_them_and_told_where_not() -> None:
    options = {"quality": "high", "n": "4", "background": "plaid", "steps": "20", "output_compression": "101"}
    use = use_of(found(options=options, negative="blurry"), model(), model_is_theirs=False, streams=True)
    assert use.choices == {"prompt": "a fox", "quality": "high", "n": 4}
    assert use.unused == ["negative prompt", "background plaid", "steps 20", "output compression 101"]
    older = use_of(found(options=options), model("gpt-image-1.5"), model_is_theirs=True, streams=True)
    assert older.choices["model"] == "gpt-image-1.5"


def test_long_values_are_named_only_and_records_of_ours_are_not_missed() -> None:
    options = {"workflow": "x" * 300, "job_cost_usd": "0.04", "partial_images": "2", "size": "auto"}
    use = use_of(found(options=options, model="m" * 99), model(), model_is_theirs=False, streams=False)
    assert use.unused == ["model", "workflow", "partial images 2"]
    assert use.size == "auto"


def test_a_prompt_beyond_the_limit_is_cut_and_that_is_said() -> None:
    use = use_of(found(prompt="x" * 40_000), model(), model_is_theirs=False, streams=True)
    assert len(use.choices["prompt"]) == 32_000
    assert use.used == ["prompt (its first 32,000 characters)"]
