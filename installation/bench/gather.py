"""10,880 lamps (64 universes) from a 1080p picture, against reading it whole and taking pixels in numpy."""

from collections.abc import Sequence

import numpy as np

from installation.bench import Row, interleave
from installation.bench.reference import heavy_pass

__all__ = ["run"]

LAMPS = 10_880


def run() -> Sequence[Row]:
    """The peer reads the same half-float light; the note says how an 8-bit read would compare."""
    from installation.render.gl.context import Context
    from installation.render.gl.target import Target
    from installation.render.gl.wait import finish
    from installation.render.readback.gather import LATENCY, TRIAL, Gather

    context = Context.create((64, 64))
    width, height = 1920, 1080
    picture, small = Target(context, (width, height)), Target(context, (width, height), "rgba8")
    heavy = heavy_pass(context)
    heavy.draw(picture.framebuffer, {}, {"time": 1.0})
    heavy.draw(small.framebuffer, {}, {"time": 1.0})
    finish(context)
    spots = np.random.default_rng(1).random((LAMPS, 2))
    pixel = np.array([1.0 / width, 1.0 / height])
    corner = np.floor(spots / pixel) * pixel
    gather = Gather(context, np.hstack([corner, corner + 2.0 * pixel]).astype(np.float32))
    columns = (corner / pixel + 0.5).astype(np.intp)
    places = columns[:, 1] * width + columns[:, 0]
    whole = np.empty((height * width, 4), np.float16)
    codes = np.empty((height * width, 4), np.uint8)

    def ours() -> None:
        gather.read(picture.texture)

    def peer() -> None:
        picture.framebuffer.read_into(whole, components=4, dtype="f2")
        np.take(whole, places, axis=0).astype(np.float32)

    def peer_codes() -> None:
        small.framebuffer.read_into(codes, components=4)
        np.take(codes, places, axis=0)

    for _ in range(2 * (TRIAL + LATENCY)):
        ours()
    times = interleave([ours, peer, peer_codes], rounds=41, clock="wall")
    gather.release()
    context.release()
    ratio = times[0] / times[1]
    note = f"{gather.strategy}; against 8-bit codes, which average nothing: {times[0] / times[2]:.2f}"
    name = "gather: 10,880 lamps from 1080p"
    ours_ms, peer_ms = times[0] * 1e3, times[1] * 1e3
    return [
        Row(name, ours_ms, peer_ms, None, "ms", "full read + np.take", ratio, "<= 0.5", ratio <= 0.5, note)
    ]
