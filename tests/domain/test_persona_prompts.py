"""The built-in prompts: ordinary adults, one face in four situations, and nothing to read in the picture."""

import re

import pytest

from core.domain.persona import Persona
from core.domain.persona_invention import invent_personas
from core.domain.persona_nameless import nameless
from core.domain.persona_prompts import (
    CORNERS,
    PictureKind,
    PromptTask,
    about_oneself,
    grid_prompt,
    portrait_prompt,
    template_prompt,
    variation_prompts,
)
from core.domain.persona_situations import situations

PLATFORMS = re.compile("facebook|instagram|tiktok|twitter|snapchat|youtube", re.IGNORECASE)
LU = Persona(
    firstname="Lu",
    lastname="Zoll",
    gender="female",
    bio_facebook="Baker at heart 🥖 and weekend hiker. I'm 41. Follow me on Instagram @lu!",
    bio_tiktok="my Facebook is private",
)


def test_a_portrait_is_of_the_person_of_the_biography_without_its_advertising() -> None:
    prompt = template_prompt(PromptTask(persona=LU, kind=PictureKind.PORTRAIT))
    assert "amateur selfie of one ordinary adult woman, 41 years old" in prompt
    assert "“Baker at heart and weekend hiker. I'm 41.”" in prompt


def test_no_prompt_names_a_platform_or_the_person() -> None:
    people = (LU, *invent_personas(40, seed=1))
    for persona in people:
        prompts = [template_prompt(PromptTask(persona=persona, kind=kind)) for kind in PictureKind]
        assert not any(PLATFORMS.search(prompt) or persona.lastname in prompt.split() for prompt in prompts)
        assert all("no text, no letters, no logos" in prompt and len(prompt) < 4000 for prompt in prompts)


def test_a_grid_shows_four_situations_between_white_gutters_and_the_next_grid_four_others() -> None:
    first, second = (PromptTask(persona=LU, kind=PictureKind.GRID, number=number) for number in (0, 1))
    assert len({*first.scenes, *second.scenes}) == 8
    prompt = grid_prompt(LU)
    assert all(f"{corner}: {scene}." in prompt for corner, scene in zip(CORNERS, first.scenes, strict=True))
    assert "same face" in prompt
    assert "pure white gutter" in prompt
    assert "2x2 grid" in prompt
    assert grid_prompt(LU) == prompt != grid_prompt(LU, 1)


def test_single_pictures_show_what_the_tiles_would() -> None:
    scenes = situations(LU)[:8]
    assert all(scene in prompt for scene, prompt in zip(scenes, variation_prompts(LU, 8), strict=True))
    assert not any("2x2" in prompt for prompt in variation_prompts(LU, 8))


def test_situations_come_from_the_biographies_and_from_everyday_life() -> None:
    scenes = situations(LU)
    assert len(set(scenes)) == len(scenes) >= 16
    assert any("loaf" in scene or "apron" in scene or "vegetables" in scene for scene in scenes[:8])
    assert all(len(situations(persona)) >= 16 for persona in invent_personas(50))


def test_a_biography_of_nothing_but_links_leaves_a_prompt_without_a_quotation() -> None:
    assert about_oneself("follow me → www.example.com 🔥🔥") == ""
    assert "own words" not in portrait_prompt("link in bio", "m")
    assert "adult man" in portrait_prompt("link in bio", "M")
    assert "adult person" in portrait_prompt("I knit.", "agender")


@pytest.mark.parametrize(
    ("bio", "told"),
    [
        ("Hi, I'm Amara Okafor and love bread", "Love bread"),
        ("hi i'm amara okafor, i bake", "I bake"),
        ("My name is Amara. I bake.", "I bake."),
        ("I'm Amara, a nurse from Lagos. I bake.", "A nurse from Lagos. I bake."),
        ("AMARA OKAFOR | Lagos", "Lagos"),
        ("Nurse. My friends call me Amara!", "Nurse."),
        ("Ich bin Amara und backe", "Backe"),
        ("Amara bakes. Amara's bread is good.", "This person bakes. My bread is good."),
        ("The Okafor kitchen, photographed by Amara", "the kitchen, photographed by me"),
        ("Amaranth and okra grow here", "Amaranth and okra grow here"),
        ("Okafor, Amara", ""),
    ],
)
def test_ones_own_name_is_taken_out_of_what_is_quoted(bio: str, told: str) -> None:
    assert nameless(bio, "Amara", "Okafor") == told
    persona = Persona(firstname="Amara", lastname="Okafor", gender="f", bio_x=bio)
    prompt = template_prompt(PromptTask(persona=persona, kind=PictureKind.PORTRAIT))
    assert (f"“{told}”" in prompt) == bool(told)
    assert not re.search(r"\b(?:amara|okafor)\b", prompt, re.IGNORECASE)


def test_a_name_that_is_a_word_too_is_left_where_it_is_that_word() -> None:
    assert nameless("I will bake. Will bakes. I'm will young, hiker", "Will", "Young") == (
        "I will bake. This person bakes. Hiker"
    )
    assert nameless("私は山田太郎です", "太郎", "山田") == "私はmeです"
