"""How a frame's time is shared out among its parts, and that measuring leaves nothing behind."""

from types import SimpleNamespace

import moderngl
import pytest

from installation.bench.frame.shares import driver, parts
from installation.render.gl.context import Context
from installation.render.gl.target import Target


class Part:
    """Counts how often each of its methods is called."""

    def __init__(self) -> None:
        self.called: list[str] = []

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_: self.called.append(name)


def test_each_part_of_a_frame_is_measured_and_what_is_left_is_the_rest() -> None:
    stage, player, picture = Part(), Part(), Part()
    stage._player, stage._frame_stats, stage._outlet = player, Part(), Part()
    player.picture, player.rig, player.chain = picture, Part(), Part()
    player.router, player.cues, picture._guard = Part(), Part(), Part()

    def frame() -> None:
        stage._entries()
        player.chain.process()
        sum(range(20_000))
        picture.colours()

    shares = parts(stage, frame, 5)  # type: ignore[arg-type]

    assert set(shares) == {"input", "signals", "scene", "guard", "lamps", "present", "publish", "rest"}
    assert shares["rest"] > shares["input"] > 0.0 == shares["guard"]
    assert stage.called == ["_entries"] * 5
    assert "_entries" not in vars(stage)


def test_a_stage_without_a_picture_has_no_share_for_it() -> None:
    health = SimpleNamespace(mark=lambda: None)
    there = SimpleNamespace(accept=int, advance=int, process=int, resolve=int)
    player = SimpleNamespace(picture=None, router=there, cues=there, chain=there, rig=there)
    stage = SimpleNamespace(
        _player=player, _frame_stats=health, _entries=int, _present=int, _outlet=SimpleNamespace(put=int)
    )
    assert parts(stage, stage._entries, 3)["scene"] == 0.0  # type: ignore[arg-type]


@pytest.mark.gl
def test_calls_of_the_driver_are_counted_and_left_as_they_were(context: Context) -> None:
    target = Target(context, (8, 8))
    before = moderngl.Framebuffer.clear

    def frame() -> None:
        target.framebuffer.use()
        target.clear()

    seen = driver(frame, 3)

    assert seen.calls == 2
    assert seen.seconds > 0.0
    assert moderngl.Framebuffer.clear is before
    target.release()
