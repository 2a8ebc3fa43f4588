"""A base portrait and four pictures of everybody in a CSV: ``python examples/batch_from_csv.py people.csv``.

Up to three people side by side, with the plain functions. One person's failure does not take the others with it. For
sets with prices before, checks, pauses and a review there is ``gesso avatars start people.csv``.
"""
# ruff: noqa: T201

import asyncio
import sys
from decimal import Decimal
from pathlib import Path

from core.avatars import (
    generate_base_image,
    generate_image_prompt,
    generate_images_from_base,
    split_and_trim_image,
    upload_images_batch,
)
from core.domain.persona import Persona
from core.domain.persona_reading import ReadPersonas, read_personas
from core.errors import GessoError

AT_ONCE = 3
LIMIT = Decimal("0.50")
"""USD that no single picture may cost more than."""


async def pictures_of(person: Persona, places: asyncio.Semaphore) -> list[tuple[str, str]]:
    """Keys and URLs of a person's four pictures."""
    async with places:
        portrait = await generate_base_image(person.bios[0], person.gender, quality="low", max_cost=LIMIT)
        prompt = await generate_image_prompt(person.to_json(), max_cost=LIMIT)
        grid = await generate_images_from_base(portrait, prompt, quality="low", max_cost=LIMIT)
        tiles = await asyncio.to_thread(split_and_trim_image, grid)
        return await upload_images_batch(tiles, f"avatars/{person.slug}")


async def main(read: ReadPersonas) -> int:
    """Returns how many people have no pictures."""
    for problem in read.problems:
        print(problem, file=sys.stderr)
    places = asyncio.Semaphore(AT_ONCE)
    made = await asyncio.gather(*(pictures_of(one, places) for one in read.personas), return_exceptions=True)
    failed = len(read.problems)
    for person, found in zip(read.personas, made, strict=True):
        if isinstance(found, GessoError):
            failed += 1
            print(f"{person.name}: {found}", file=sys.stderr)
        elif isinstance(found, BaseException):
            raise found
        else:
            print(f"{person.name}: {found[0][1]} and {len(found) - 1} more")
    return failed


if __name__ == "__main__":
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("people.csv")
    if not given.is_file():
        sys.exit(f"There is no file {given}.")
    people = read_personas(given.read_text(encoding="utf-8-sig"), given.name)
    sys.exit(1 if asyncio.run(main(people)) else 0)
