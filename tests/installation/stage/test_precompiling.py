from pathlib import Path

import pytest

from installation.errors import ShaderError
from installation.stage.hud import Hud
from installation.stage.precompiling import Precompiling
from installation.values import Finding, Where


class Compiler:
    """A player whose compiler takes a while, and the clock on which it does."""

    def __init__(self) -> None:
        self.now, self.takes, self.began = 100.0, 0.0, []
        self.error: ShaderError | None = None

    def prepare(self) -> None:
        self.began.append(self.now)
        self.now += self.takes
        if self.error is not None:
            raise self.error


@pytest.fixture
def compiler() -> Compiler:
    return Compiler()


def frames(compiler: Compiler, precompiling: Precompiling, count: int) -> None:
    for _ in range(count):
        compiler.now += 0.01
        precompiling.frame()


def test_compiling_takes_a_fifth_of_the_time_however_long_a_step_is(compiler: Compiler) -> None:
    precompiling = Precompiling(compiler, Hud(), lambda: compiler.now)  # type: ignore[arg-type]
    for takes in (0.02, 0.3):
        compiler.began, compiler.takes, start = [], takes, compiler.now
        while compiler.now < start + 60.0:
            frames(compiler, precompiling, 1)
        assert len(compiler.began) * takes / 60.0 == pytest.approx(0.2, abs=0.03)


def test_every_frame_compiles_where_compiling_costs_nothing(compiler: Compiler) -> None:
    frames(compiler, Precompiling(compiler, Hud(), lambda: compiler.now), 25)  # type: ignore[arg-type]
    assert len(compiler.began) == 25


def test_a_refused_shader_is_told_and_the_next_step_waits_as_after_any(compiler: Compiler) -> None:
    hud = Hud()
    precompiling = Precompiling(compiler, hud, lambda: compiler.now)  # type: ignore[arg-type]
    fault = Finding(Where(Path("bad.fs")), "nonsense")
    compiler.takes, compiler.error = 0.1, ShaderError([fault])
    with pytest.raises(ShaderError):
        frames(compiler, precompiling, 1)
    assert hud.notes == (str(fault),)
    compiler.error = None
    frames(compiler, precompiling, 39)
    assert len(compiler.began) == 1
    frames(compiler, precompiling, 2)
    assert len(compiler.began) == 2
