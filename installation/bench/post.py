"""Bloom and tone curve at 1280x720 against one heavy pass of the same size."""

from collections.abc import Sequence

from installation.bench import Row, interleave
from installation.bench.reference import heavy_pass

__all__ = ["run"]


def run() -> Sequence[Row]:
    """CPU of all threads, since on software GL that is what the picture costs."""
    from installation.render.gl.context import Context
    from installation.render.gl.target import Target
    from installation.render.gl.wait import finish
    from installation.render.isf_host.host import Host
    from installation.render.passes.post import Post

    context = Context.create((64, 64))
    size = (1280, 720)
    scene, heavy = Target(context, size), heavy_pass(context)
    heavy.draw(scene.framebuffer, {}, {"time": 1.0})
    target = Target(context, size)
    posts = {"fast": Post(Host(context), size, "fast"), "high": Post(Host(context), size, "high")}

    def load() -> None:
        heavy.draw(target.framebuffer, {}, {"time": 2.0})
        finish(context)

    def fast() -> None:
        posts["fast"].apply(scene.texture)
        finish(context)

    def high() -> None:
        posts["high"].apply(scene.texture)
        finish(context)

    times = interleave([load, fast, high], rounds=15)
    context.release()
    peer = times[0] * 1e3
    goals = {"fast": 1.0, "high": 2.5}
    rows = []
    for (quality, goal), seconds in zip(goals.items(), times[1:], strict=True):
        ours, ratio = seconds * 1e3, seconds / times[0]
        name = f"post: {quality}, 1280x720"
        rows.append(Row(name, ours, peer, None, "ms CPU", "heavy pass", ratio, f"<= {goal}", ratio <= goal))
    return rows
