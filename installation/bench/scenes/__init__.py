"""Each scene of the default show at 640x360 with six people, against one heavy pass of that size."""

from collections.abc import Sequence
from statistics import median
from time import process_time
from typing import Final

from installation.bench import Row
from installation.bench.reference import heavy_pass

__all__ = ["run"]

SIZE: Final = (640, 360)
FPS: Final = 30
WARM: Final = 60
"""Frames before those that count: what grows has grown a little, and everything is compiled."""
COUNTED: Final = 24
MEDIAN_GOAL, WORST_GOAL, MEDIUM_GOAL = 4.0, 8.0, 0.5


def run() -> Sequence[Row]:
    """CPU of all threads, since on software GL that is what a picture costs.

    What a frame costs without a scene (tone curve, guard, chain) is measured with a plain one and taken off,
    so a scene's figure holds its passes and, where it reads the room, the water.
    """
    from installation.show import load_show

    plain = _frame("")[0]
    rows = []
    for scene in load_show().scenes:
        whole, heavy = _frame(scene)
        ours = max(whole - plain, 0.0)
        rows.append(_row(scene, ours, heavy, WORST_GOAL))
    heavy = median(row.peer for row in rows) / 1e3
    rows.append(_row("median", median(row.ratio for row in rows) * heavy, heavy, MEDIAN_GOAL))
    rows.append(_row("the medium with 40 bodies", *_medium(40), MEDIUM_GOAL))
    return rows


def _row(name: str, ours: float, heavy: float, goal: float) -> Row:
    ratio = ours / heavy
    peer = heavy * 1e3
    return Row(
        f"scenes: {name}",
        ours * 1e3,
        peer,
        None,
        "ms CPU",
        "heavy pass",
        ratio,
        f"<= {goal:g}",
        ratio <= goal,
    )


def _frame(scene: str) -> tuple[float, float]:
    """Median seconds of one frame with a scene, and of one heavy pass beside it."""
    from hardware.biosensor import Crowd
    from installation.clock import ManualClock
    from installation.ipc.options import StageOptions
    from installation.paths import shaders
    from installation.player.build import build_player
    from installation.player.production import read_production
    from installation.render.gl.context import Context
    from installation.render.gl.target import Target
    from installation.render.gl.wait import finish

    shader = "" if scene else str(shaders() / "patterns" / "rest.fs")
    options = StageOptions(
        mode="run", venue="gallery", size=SIZE, headless=True, seed=0, scene=scene, shader=shader
    )
    context = Context.create(SIZE)
    player = build_player(read_production(options), options, ManualClock(1 / FPS), context, repeatable=True)
    heavy, target = heavy_pass(context), Target(context, SIZE)
    crowd = Crowd(6, 0, walking=0.7)
    frames, peers = [], []
    for index in range(WARM + COUNTED):
        crowd.advance(1 / FPS)
        entries = [*player.features(), *crowd.readings(index / FPS, "people")]
        finish(context)
        began = process_time()
        player.step(entries, index / FPS)
        finish(context)
        between = process_time()
        if index >= WARM:
            frames.append(between - began)
            heavy.draw(target.framebuffer, {}, {"time": 2.0})
            finish(context)
            peers.append(process_time() - between)
        context.collect()
    if player.picture is not None:
        player.picture.release()
    context.release()
    return median(frames), median(peers)


def _medium(count: int) -> tuple[float, float]:
    """Median seconds of one frame of the medium with people who walk, and of one heavy pass beside it."""
    import numpy as np

    from installation import isf
    from installation.bodies import Bodies, Laws
    from installation.render.gl.context import Context
    from installation.render.gl.target import Target
    from installation.render.gl.wait import finish
    from installation.render.isf_host.host import Host
    from installation.render.passes.medium import Medium, Tables
    from installation.values import Frame

    context = Context.create(SIZE)
    host = Host(context)
    medium, bodies, laws = Medium(host, SIZE), Bodies(), Laws(aspect=SIZE[0] / SIZE[1])
    heavy, target = heavy_pass(context), Target(context, SIZE)
    reader = isf.shipped("scenes", "sea-sparkle")
    random = np.random.default_rng(0)
    at, step = random.random((count, 2)), random.normal(0.0, 0.05 / FPS, (count, 2))
    ours, peers = [], []
    for index in range(WARM + COUNTED):
        at = np.clip(at + step, 0.0, 1.0)
        bodies.advance(at, at, 1 / FPS, laws)
        finish(context)
        began = process_time()
        medium.draw(Frame(index, index / FPS, 1 / FPS), [reader], Tables(bodies.table))
        finish(context)
        between = process_time()
        heavy.draw(target.framebuffer, {}, {"time": 2.0})
        finish(context)
        if index >= WARM:
            ours.append(between - began)
            peers.append(process_time() - between)
    for part in (medium, target, heavy, host, context):
        part.release()
    return median(ours), median(peers)
