"""One person from a biography to four stored pictures: ``python examples/avatar_workflow.py``.

Without a key it runs on the demo provider and costs nothing real. With OPENAI_API_KEY it asks OpenAI, with FLOWISE_URL
Flowise writes the prompt, with S3_BUCKET_NAME the pictures lie in that bucket.
"""
# ruff: noqa: T201

import asyncio

from core.avatars import (
    generate_base_image,
    generate_image_prompt,
    generate_images_from_base,
    split_and_trim_image,
    upload_images_batch,
    using,
)
from core.bootstrap import Workbench, build
from core.domain.money import usd_text
from core.domain.persona import Persona
from core.domain.visitor import Visitor
from core.settings import Settings

PERSON = {
    "firstname": "Amara",
    "lastname": "Okafor",
    "gender": "female",
    "bio_facebook": "I'm 34 and bake sourdough before sunrise. Hiking with my dog on Sundays.",
    "bio_instagram": "flour, mud, long walks",
}


async def make(workbench: Workbench) -> None:
    """Make, split and store the pictures of one person, and say what each step cost."""
    portrait = await generate_base_image(PERSON["bio_facebook"], PERSON["gender"], quality="low")
    tell(workbench, f"base portrait: {len(portrait):,} bytes")

    prompt = await generate_image_prompt(PERSON)
    print(f"prompt: {prompt[:60]}...")

    grid = await generate_images_from_base(portrait, prompt, quality="low")
    tell(workbench, f"grid: {len(grid):,} bytes")

    tiles = split_and_trim_image(grid)
    print(f"tiles: {len(tiles)}")

    for key, url in await upload_images_batch(tiles, f"avatars/{Persona.of(PERSON).slug}"):
        print(f"{key} -> {url}")


def tell(workbench: Workbench, what: str) -> None:
    """Print a step with the cost of the newest request."""
    newest = workbench.studio.jobs(Visitor(owner="local"), limit=1)[0]
    print(f"{what}, {usd_text(newest.charged)}")


if __name__ == "__main__":
    with build(Settings.load()) as opened, using(opened):
        asyncio.run(make(opened))
