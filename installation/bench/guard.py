"""What the picture's guard costs: at most 0.75 of one heavy pass at 1280x720."""

from collections.abc import Sequence

from installation.bench import Row, interleave
from installation.bench.reference import heavy_pass

__all__ = ["run"]

GOAL = 0.75
SIZE = (1280, 720)


def run() -> Sequence[Row]:
    """Time heavy, and heavy followed by the guard; the difference is what the guard adds."""
    from installation.render.context import Context
    from installation.render.guard import Guard
    from installation.render.target import Target
    from installation.render.wait import finish
    from installation.show.model import GuardSettings

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
        guard.apply(target.texture, 1 / 60)
    finish(context)
    plain, with_guard = interleave([alone, guarded], rounds=21)
    context.release()
    ratio = (with_guard - plain) / plain
    return [
        Row(
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
    ]
