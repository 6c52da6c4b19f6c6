"""Draws the pictures of docs/gallery.md again: ``python -m docs.build.pictures [NAME...]``.

Of each scene a still and a loop of three seconds, and the whole show in strips, a frame every half a minute,
for both branches; in the venue ``gallery``, with six people. The six states of the interface over the mosaic,
for README.md. Ten minutes on two cores without a GPU.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image

from installation.bench.look.rehearsal import Rehearsal
from installation.render.gl.context import Context
from installation.render.picture import Picture
from installation.values import Command, Seconds

FOLDER = Path(__file__).parents[1] / "pictures"
SIZE, SMALL, FPS = (640, 360), (320, 180), 15
LOOP: Seconds = 3.0
STRIP_FPS = 5.0
"""Coarse steps: the strips are small, and the whole show is played for each."""


@dataclass(frozen=True, slots=True)
class Shot:
    """Where a scene is at its best.

    Attributes:
        place: Seconds of the score at which playing begins.
        warm: Seconds that are played before the still.
        heal: The branch.
        odd: Whether in every second cycle.
    """

    place: Seconds
    warm: Seconds
    heal: bool = False
    odd: bool = False


STATES = {
    "attuned": 2.0, "drifting": 18.0, "malfunction": 26.0,
    "backfire": 1.5, "repairing": 6.0, "symbiosis": 13.0,
}  # fmt: skip
"""Seconds for which each state stands before its picture is taken."""
SHOTS = {
    "sea-sparkle": Shot(25, 20),
    "mosaic": Shot(200, 20),
    "strata": Shot(250, 20),
    "critics": Shot(400, 14),
    "order": Shot(440, 12),
    "drifting": Shot(490, 20),
    "malfunction": Shot(560, 22),
    "rally": Shot(642, 22),
    "backfire": Shot(728, 5),
    "ledger": Shot(762, 24),
    "choice": Shot(820, 30),
    "repair": Shot(870, 40, heal=True),
    "divide": Shot(900, 30),
    "stories": Shot(1010, 40, heal=True),
    "symbiosis": Shot(1280, 30, heal=True),
    "reef": Shot(1450, 40, odd=True),
    "mycelium": Shot(1450, 50),
    "night": Shot(1690, 25),
}


def _still(picture: Picture) -> Image.Image:
    return Image.fromarray(picture.image())


def played(
    shot: Shot, size: tuple[int, int], seconds: Seconds, fps: float = FPS
) -> Iterator[Callable[[], Image.Image]]:
    """Play a stretch of the score and give a way to read each of its frames, after ``shot.warm``."""
    context = Context.create(size)
    with Rehearsal(context, size, 1 / fps, shot.place, heal=shot.heal, odd=shot.odd) as show:
        for index in range(round((shot.warm + seconds) * fps)):
            show.frame()
            if index >= round(shot.warm * fps):
                yield partial(_still, show.picture)
    context.release()


def draw_scene(name: str) -> None:
    """A still and a loop of one scene."""
    frames = [frame() for frame in played(SHOTS[name], SIZE, LOOP)]
    still = FOLDER / "scenes" / f"{name}.png"
    frames[0].quantize(255, dither=Image.Dither.FLOYDSTEINBERG).save(still, optimize=True)
    small = [frame.resize(SMALL, Image.Resampling.LANCZOS) for frame in frames]
    loop = FOLDER / "loops" / f"{name}.webp"
    loop.parent.mkdir(exist_ok=True)
    small[0].save(
        loop, save_all=True, append_images=small[1:], duration=round(1000 / FPS), loop=0, quality=55, method=6
    )


def draw_states() -> None:
    """Each state of the interface, one after the other over the mosaic."""
    context, shot = Context.create(SIZE), SHOTS["mosaic"]
    with Rehearsal(context, SIZE, 1 / FPS, shot.place) as show:
        for _ in range(round(shot.warm * FPS)):
            show.frame()
        still = [Command("score", ("stop",), 0.0, "docs")]  # or it goes on to other scenes
        for number, (state, seconds) in enumerate(STATES.items()):
            enter = [Command("set", (f"/neuro/enter/{state}", 1.0), 0.0, "docs")] if number else still
            for _ in range(round(seconds * FPS)):
                show.frame(*enter)
                enter = []
            _still(show.picture).save(FOLDER / f"state-{state}.png", optimize=True)
    context.release()


def draw_strip(heal: bool) -> None:
    """The whole show, played through: a frame every half a minute, fifteen to a row."""
    columns, (width, height) = 15, (160, 90)
    sheet = Image.new("RGB", (columns * (width + 2), 4 * (height + 2)))
    for index, frame in enumerate(played(Shot(0, 0.0, heal), (240, 135), 1800.0, STRIP_FPS)):
        number, rest = divmod(index, round(30 * STRIP_FPS))
        if rest == round(15 * STRIP_FPS):
            at = number % columns * (width + 2), number // columns * (height + 2)
            sheet.paste(frame().resize((width, height), Image.Resampling.LANCZOS), at)
    sheet.save(FOLDER / f"show-{'heal' if heal else 'divide'}.png", optimize=True)


def main(wanted: Iterable[str]) -> None:
    """Draw what is named, or all: names of ``SHOTS``, ``states``, ``heal-strip`` and ``divide-strip``."""
    names = list(wanted) or [*SHOTS, "states", "heal-strip", "divide-strip"]
    for name in names:
        if name.endswith("-strip"):
            draw_strip(name == "heal-strip")
        elif name == "states":
            draw_states()
        else:
            draw_scene(name)
        sys.stderr.write(f"{name}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
