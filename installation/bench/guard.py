"""What the picture's guard costs: beside one heavy pass, and on a scene with its post chain, at 1280x720."""

from collections.abc import Sequence

from installation.bench import Row, interleave
from installation.bench.reference import heavy_pass

__all__ = ["run"]

GOAL = 0.90
SCENE_GOAL = 1.35
SIZE = (1280, 720)


def run() -> Sequence[Row]:
    """Both comparisons."""
    return [_beside_heavy(), _over_a_scene()]


def _over_a_scene() -> Row:
    """Time sea-sparkle with post while somebody stirs it, and the same followed by the guard."""
    import math

    from installation import isf, paths
    from installation.bench.look.visitor import Visitor
    from installation.render.gl.context import Context
    from installation.render.gl.wait import finish
    from installation.render.isf_host.host import Host
    from installation.render.passes.guard import Guard
    from installation.render.passes.post import Post
    from installation.show.venue_model import GuardSettings
    from installation.values import Frame

    context = Context.create((64, 64))
    host = Host(context)
    scene = host.load(isf.parse(paths.shaders() / "scenes" / "sea-sparkle.fs"), SIZE)
    post, guard = Post(host, SIZE), Guard(context, SIZE, GuardSettings())
    visitor = Visitor(host, SIZE)
    index = 0

    def draw(guarded: bool) -> None:
        nonlocal index
        index += 1
        time = index / 60
        hand = (0.5 + 0.25 * math.sin(0.9 * time), 0.5 + 0.2 * math.sin(1.3 * time))
        frame = Frame(index, time, 1 / 60)
        drawn = post.apply(scene.draw(frame, visitor.room(frame, scene, hand)), scene.shader.color)
        if guarded:
            guard.apply(drawn, 1 / 60)
        finish(context)

    for _ in range(150):  # until the wake is there, and the guard is past its start from black
        draw(guarded=True)
    plain, with_guard = interleave([lambda: draw(guarded=False), lambda: draw(guarded=True)], rounds=41)
    context.release()
    ratio = with_guard / plain
    return Row(
        name="guard: sea-sparkle with post and guard, 1280x720",
        ours=with_guard * 1e3,
        peer=plain * 1e3,
        floor=None,
        unit="CPU ms",
        peer_name="the same without the guard",
        ratio=ratio,
        goal=f"<= {SCENE_GOAL:.2f}",
        met=ratio <= SCENE_GOAL,
    )


def _beside_heavy() -> Row:
    """Time heavy, and heavy followed by the guard; the difference is what the guard adds."""
    from installation.render.gl.context import Context
    from installation.render.gl.target import Target
    from installation.render.gl.wait import finish
    from installation.render.passes.guard import Guard
    from installation.show.venue_model import GuardSettings

    context = Context.create((64, 64))
    target = Target(context, SIZE)
    heavy = heavy_pass(context)
    guard = Guard(context, SIZE, GuardSettings())
    time = 0.0

    def draw() -> None:
        nonlocal time
        time += 1 / 60
        heavy.draw(target.framebuffer, values={"time": time})

    def alone() -> None:
        draw()
        finish(context)

    def guarded() -> None:
        draw()
        guard.apply(target.texture, 1 / 60)
        finish(context)

    for _ in range(200):  # past the start from black: the picture goes through as in a show
        draw()
        guard.apply(target.texture, 1 / 60)
        finish(context)
    plain, with_guard = interleave([alone, guarded], rounds=21)
    context.release()
    ratio = (with_guard - plain) / plain
    return Row(
        name="guard: added to a frame, 1280x720",
        ours=(with_guard - plain) * 1e3,
        peer=plain * 1e3,
        floor=None,
        unit="CPU ms",
        peer_name="one heavy pass",
        ratio=ratio,
        goal=f"<= {GOAL:.2f}",
        met=ratio <= GOAL,
    )
