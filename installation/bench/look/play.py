"""Plays parts of a show for ``bench look``."""

from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np

from installation.bench.look.measures import Picture, luminance
from installation.bench.look.seen import Seen
from installation.show.model import CueSpec
from installation.values import Seconds

__all__ = ["Part", "parts", "watch"]

SIZE: Final = (640, 360)
FPS: Final = 20
WARM: Seconds = 14.0
"""Played before what counts: what grows has grown, and the exposure has settled."""
COUNTED: Seconds = 14.0
EVERY: Final = 5
"""One frame of so many is measured; the guards see all of them."""
PEOPLE: Final = 6


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the score with one scene in one state.

    Attributes:
        name: The scene, and the state or the branch where that tells parts apart.
        kind: The scene, or the state over it: see ``rules.MEANS``.
        start, end: Seconds of the score.
        heal: Which branch it belongs to.
        odd: Whether it belongs to every second cycle.
    """

    name: str
    kind: str
    start: Seconds
    end: Seconds
    heal: bool = False
    odd: bool = False


def parts() -> list[Part]:
    """The parts of the default show's score, in order; blacks are left out."""
    from installation.show import load_show

    show = load_show()
    length = show.score.length if show.score else 0.0
    found: dict[str, Part] = {}
    for heal in (True, False):
        for odd in (False, True):
            taken = [cue for cue in show.cues if cue.at is not None and _plays(cue, heal, odd)]
            for part in _stretches(taken, length, heal, odd):
                found.setdefault(part.name, part)
    return sorted(found.values(), key=lambda part: (part.start, part.name))


def _plays(cue: CueSpec, heal: bool, odd: bool) -> bool:
    asked = cue.condition
    if "/choice/heal" in asked:
        return (">=" in asked) == heal
    if "/score/odd" in asked:
        return (">=" in asked) == odd
    return True


def _stretches(cues: list[CueSpec], length: Seconds, heal: bool, odd: bool) -> list[Part]:
    stretches: list[Part] = []
    state = ""
    for cue, after in zip(cues, [*cues[1:], None], strict=True):
        state = cue.state or state
        begins, ends = cue.at or 0.0, after.at if after is not None and after.at is not None else length
        dark = bool(cue.set.get("/blackout")) or cue.name.endswith(("waiting", "last light"))
        if dark or cue.scene is None:
            continue
        kind = (
            state
            if state in ("drifting", "malfunction")
            else "going out"
            if "going out" in cue.name
            else cue.scene
        )
        named = f"{cue.scene}, {kind}" if kind != cue.scene else cue.scene
        last = stretches[-1] if stretches else None
        if last is not None and last.kind == kind:
            stretches[-1] = Part(last.name, kind, last.start, ends, heal, odd)
        else:
            stretches.append(Part(named, kind, begins, ends, heal, odd))
    return stretches


def _window(part: Part, warm: Seconds, counted: Seconds) -> tuple[Seconds, Seconds, Seconds]:
    """Where counting begins, how long is played before it, and how long it takes."""
    length = part.end - part.start
    counted = min(counted, 0.6 * length)
    begins = part.start + min(0.4 * length, length - counted)
    return begins, max(min(warm, begins - part.start), 0.2), counted


def watch(part: Part, size: tuple[int, int] = SIZE, warm: Seconds = WARM, counted: Seconds = COUNTED) -> Seen:
    """Play a part from its middle on and measure it.

    Args:
        part: What to play.
        size: Of the picture in pixels.
        warm: Seconds before what counts; shorter where the part is.
        counted: Seconds that count; shorter where the part is.
    """
    from installation.bench.look.rehearsal import Rehearsal
    from installation.render.gl.context import Context
    from installation.render.passes.guard import Guard
    from installation.show.venue_model import GuardSettings

    context = Context.create(size)
    begins, warm, counted = _window(part, warm, counted)
    show = Rehearsal(context, size, 1 / FPS, begins - warm, people=PEOPLE, heal=part.heal, odd=part.odd)
    venue = show.production.venue
    settings = GuardSettings("strict", venue.guard.viewing_distance)
    strict = Guard(context, size, settings, metres_per_height=venue.canvas.metres_per_height)
    seen, lights = Seen(), deque[Picture](maxlen=round(0.1 * FPS))
    start = round(warm * FPS)
    for index in range(start + round(counted * FPS)):
        show.frame()
        plain = show.picture.plain
        strict.apply(plain, 1 / FPS)
        if index < start - 2:
            continue
        raw = np.frombuffer(plain.read(), np.float16).reshape(size[1], size[0], 4)
        light = raw[::-1, :, :3].astype(np.float32)
        if index >= start:
            seen.standard.add(show.picture.report())
            seen.strict.add(strict.report())
            if index % EVERY == 0:
                seen.add(index / FPS, light, lights[-1], lights[0])
        lights.append(luminance(light))
    played = show.player.cues.scene.after
    strict.release()
    show.close()
    context.release()
    if not part.name.startswith(played):
        message = f"the score played {played} where {part.name} was expected"
        raise RuntimeError(message)
    return seen
