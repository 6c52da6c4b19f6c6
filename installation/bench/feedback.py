"""What the picture costs when it is fed to itself: the malfunction over sea-sparkle, beside the scene alone.

Both are developed by the post chain, at 640x360, while somebody stirs the water. The effect runs with every
part of it at work: zoom, turn, tears, cells, echo and a shockwave.
"""

from collections.abc import Sequence

from installation.bench import Row, interleave

__all__ = ["run"]

GOAL = 1.6
SIZE = (640, 360)
WARM = 330
"""Frames until the wake is there and the history of 64 frames is full."""

AT_WORK = {
    "amount": (1.0,),
    "gain": (1.1,),
    "turn": (0.4,),
    "drift": (0.01,),
    "delay": (30.0,),
    "split": (0.8,),
    "tear": (0.04,),
    "mirror": (0.5,),
    "cells": (0.6,),
    "repair": (0.3,),
    "shock0": (0.3, 0.4, 0.5, 1.0),
}


def run() -> Sequence[Row]:
    """One comparison."""
    from installation import isf, paths
    from installation.bench.look.visitor import Visitor, walk
    from installation.render.gl.context import Context
    from installation.render.gl.wait import finish
    from installation.render.isf_host.host import Host
    from installation.render.passes.effects import Effects
    from installation.render.passes.feeds import Feeds
    from installation.render.passes.post import Post
    from installation.values import Frame

    context = Context.create((64, 64))
    host = Host(context)
    scene = host.load(isf.parse(paths.shaders() / "scenes" / "sea-sparkle.fs"), SIZE)
    post, visitor = Post(host, SIZE), Visitor(host, SIZE)
    effects = Effects(host, SIZE, Feeds(host, SIZE))
    effects.add("loop", isf.parse(paths.shaders() / "feedback" / "malfunction.fs"))
    index = 0

    def draw(fed_back: bool) -> None:
        nonlocal index
        index += 1
        frame = Frame(index, index / 60, 1 / 60)
        room = visitor.room(frame, scene, walk(frame.time))
        picture = post.apply(scene.draw(frame, room), scene.shader.color)
        if fed_back:
            effects.draw(frame, picture, {"loop": AT_WORK})
        finish(context)

    for _ in range(WARM):
        draw(fed_back=True)
    alone, fed_back = interleave([lambda: draw(fed_back=False), lambda: draw(fed_back=True)], rounds=41)
    context.release()
    ratio = fed_back / alone
    return [
        Row(
            name="feedback: malfunction over sea-sparkle, 640x360",
            ours=fed_back * 1e3,
            peer=alone * 1e3,
            floor=None,
            unit="CPU ms",
            peer_name="sea-sparkle with post alone",
            ratio=ratio,
            goal=f"<= {GOAL:.2f}",
            met=ratio <= GOAL,
        )
    ]
