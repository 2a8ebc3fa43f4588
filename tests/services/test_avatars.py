"""Avatar sets: priced both ways, made from persona to checked pictures, redone, split by hand, exported."""

import time
from dataclasses import replace

import pytest

from core.bootstrap import Workbench
from core.domain.avatar import AvatarPlan, AvatarSet, PersonaState, Verdict, Way
from core.domain.batch import BatchState
from core.domain.frame import Box
from core.domain.persona import Persona
from core.domain.tile_quality import Check
from core.domain.visitor import Visitor
from core.errors import InvalidRequestError, NotFoundError
from tests.services.conftest import ANNA, Build

AMARA = Persona(firstname="Amara", lastname="Okafor", gender="female", bio_facebook="I'm 34 and bake sourdough.")
PLAN = AvatarPlan(model="gpt-image-2.5-flare", quality="low", one_face=False)


def made(workbench: Workbench, plan: AvatarPlan = PLAN) -> AvatarSet:
    """A set of one persona, brought to its end."""
    new = workbench.avatars.create("Team", [AMARA], plan, ANNA)
    workbench.avatars.start(new.id, ANNA)
    ended(workbench, new.id)
    return new


def ended(workbench: Workbench, id: str) -> None:
    while workbench.batches.get(id, ANNA).state is BatchState.RUNNING:
        workbench.sweeper.enqueue_waiting()
        workbench.feeder.feed()
        time.sleep(0.05)


def test_the_price_is_told_both_ways_before_anything_is_sent(bench: Build) -> None:
    workbench = bench()
    grids, singles = workbench.avatars.both_ways(replace(PLAN, pictures=8), [AMARA] * 2, ANNA)
    assert (grids.images.requests, singles.images.requests) == (2 * 3, 2 * 9)
    assert grids.most < singles.most
    assert (grids.tile_side, singles.tile_side) == (502, 1024)


def test_a_persona_becomes_a_portrait_and_four_pictures_kept_under_its_name(bench: Build) -> None:
    workbench = bench()
    id = made(workbench).id
    folder = f"avatars/{AMARA.slug}/{id[-8:]}"
    tiles = workbench.avatars.tiles(id, ANNA)
    assert [tile.number for tile in tiles] == [0, 1, 2, 3, 4]
    assert [tile.key for tile in tiles[:2]] == [f"{folder}/base.png", f"{folder}/1.png"]
    assert all(tile.good and tile.box and tile.ref.width >= 480 for tile in tiles[1:])
    grid = workbench.studio.job(tiles[1].job_id, ANNA)
    assert workbench.objects.get(tiles[4].key) == workbench.library.original(grid.images[3])
    assert (len(grid.images), len(grid.answers), grid.request.parents) == (4, 1, (tiles[0].image_id,))  # type: ignore[union-attr]
    assert workbench.batches.progress(id, ANNA).spent == workbench.ledger.standing("demo").today.spent

    workbench.avatars.judge(id, [(1, 1), (1, 3)], Verdict.ACCEPTED, ANNA)
    assert [name for name, _ in workbench.avatars.export(id, ANNA)] == [
        f"{AMARA.slug}/1.png", f"{AMARA.slug}/3.png", "avatars.json",
    ]  # fmt: skip


def test_a_picture_is_redone_alone_and_takes_its_place(bench: Build) -> None:
    workbench = bench()
    id = made(workbench).id
    before = workbench.avatars.tiles(id, ANNA)
    assert workbench.avatars.redo(id, [(1, 2)], ANNA) == 1
    ended(workbench, id)
    after = workbench.avatars.tiles(id, ANNA)
    changed = [new.number for old, new in zip(before, after, strict=True) if old.image_id != new.image_id]
    assert (changed, after[2].retakes, after[2].ref.width) == ([2], 1, 1024)


def test_what_fails_its_checks_is_made_again_as_often_as_planned(bench: Build) -> None:
    workbench = bench()
    id = made(workbench, replace(PLAN, least_side=600, retakes=1)).id
    assert [tile.retakes for tile in workbench.avatars.tiles(id, ANNA)] == [0, 1, 1, 1, 1]
    findings = [finding for tile in workbench.avatars.tiles(id, ANNA) for finding in tile.findings]
    assert all(finding.passed for finding in findings if finding.check is Check.SIZE)


def test_a_split_set_by_hand_replaces_the_pictures_and_costs_nothing(bench: Build) -> None:
    workbench = bench()
    id = made(workbench).id
    spent = workbench.ledger.standing("demo").today
    (grid,) = workbench.avatars.grids(id, 1, ANNA)
    boxes = [replace(box, width=box.width - 10) for box in grid.boxes]
    tiles = workbench.avatars.adjust(id, grid, boxes, ANNA)
    assert [tile.ref.width for tile in tiles[1:]] == [box.width for box in boxes]
    assert workbench.ledger.standing("demo").today == spent
    with pytest.raises(InvalidRequestError, match="does not lie within"):
        workbench.avatars.adjust(id, grid, [*boxes[:3], Box(left=1000, top=0, width=100, height=100)], ANNA)


def test_single_pictures_have_their_full_size(bench: Build) -> None:
    workbench = bench()
    id = made(workbench, replace(PLAN, way=Way.SINGLES)).id
    assert [(tile.number, tile.ref.width) for tile in workbench.avatars.tiles(id, ANNA)][1:] == [
        (number, 1024) for number in range(1, 5)
    ]


def test_a_writer_that_is_gone_says_so_and_the_template_can_stand_in(bench: Build) -> None:
    workbench = bench()
    new = workbench.avatars.create("Team", [AMARA], replace(PLAN, writer="template"), ANNA)
    workbench.avatar_driver._avatars.unwritten(new.id, 1, "Flowise did not answer.")
    workbench.avatars.start(new.id, ANNA)
    ended(workbench, new.id)
    assert workbench.avatars.personas(new.id, ANNA)[0].state is PersonaState.UNWRITTEN
    assert workbench.avatars.write_again(new.id, [1], ANNA, writer="template") == 1
    ended(workbench, new.id)
    assert len(workbench.avatars.tiles(new.id, ANNA)) == 5


def test_a_set_goes_on_where_a_closed_workbench_left_it(bench: Build) -> None:
    with bench(lease_seconds=0.05) as first:
        new = first.avatars.create("Team", [AMARA], PLAN, ANNA)
        first.avatars.start(new.id, ANNA)
        first.feeder.feed()
    second = bench(lease_seconds=0.05)
    ended(second, new.id)
    assert len(second.avatars.tiles(new.id, ANNA)) == 5
    assert [row.tries for row in second.batches.rows(new.id, ANNA)] == [1, 1]


def test_nobody_sees_anothers_set(bench: Build) -> None:
    workbench = bench()
    new = workbench.avatars.create("Team", [AMARA], PLAN, ANNA)
    with pytest.raises(NotFoundError):
        workbench.avatars.tiles(new.id, Visitor(owner="ben"))
    with pytest.raises(InvalidRequestError, match="same as persona 1"):
        workbench.avatars.create("Twins", [AMARA, AMARA], PLAN, ANNA)
