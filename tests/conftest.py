"""Fixtures that the whole suite shares, and how it is dealt out to several workers (``tests/dealing.py``)."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.again import UNTIL_END
from tests.dealing import NICE, choose, is_live, rank
from tests.parts import lacking
from tests.read_once import read_shipped_shaders_once
from tests.small_show import write_small_show

# Where Mesa has it anyway: else each program that a test starts in its own state folder compiles all shaders.
CACHE = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
os.environ.setdefault("MESA_SHADER_CACHE_DIR", CACHE)

# llvmpipe would draw on threads of its own, which wait for each other when every processor has a worker:
# an eighth more work, and twice the time. Programs that are played draw as they do for users (`program.py`).
os.environ.setdefault("LP_NUM_THREADS", "0")

# Compiled modules are kept whatever the environment says: else every worker compiles all tests, and every
# process of each program that a test starts all of the program.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A busy machine makes deadlines and checks of speed fail without a fault; the parsers bound their work by
# size instead.
settings.register_profile("photophore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("photophore")


read_shipped_shaders_once()


CRASHED = pytest.StashKey[bool]()


def pytest_collectstart(collector: pytest.Collector) -> None:
    """In a worker: import all tests, each from another file on: so each compiles a part of them for all."""
    config = collector.config
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    if not (isinstance(collector, pytest.Session) and whole and hasattr(config, "workerinput")):
        return
    files = sorted(Path(__file__).parent.rglob("test_*.py"))
    number = int(config.workerinput["workerid"].removeprefix("gw"))
    first = number * len(files) // int(config.workerinput["workercount"])
    for file in files[first:] + files[:first]:
        with suppress(Exception, pytest.skip.Exception):  # the collection says what is wrong with it
            import_module(".".join(file.relative_to(config.rootpath).with_suffix("").parts))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Note whether all tests ran, for ``tests/again.py``: with a worker that crashed they did not."""
    config = session.config
    cache: pytest.Cache | None = getattr(config, "cache", None)
    if not hasattr(config, "workerinput") and cache is not None:
        crashed = config.stash.get(CRASHED, False)
        cache.set(UNTIL_END, not crashed and not session.shouldstop and not session.shouldfail)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object | None) -> None:
    """Note a worker that crashed."""
    if error:
        node.config.stash[CRASHED] = True


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a worker: the order in which files are dealt out."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: rank(item.nodeid))


def pytest_collection_finish() -> None:
    """Leave modules and collected tests out of the garbage collector's full passes: they stay to the end."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """In a worker that computes: leave the processor to programs that another worker watches."""
    computes = hasattr(item.config, "workerinput") and not is_live(item.nodeid)
    if computes and not os.getpriority(os.PRIO_PROCESS, 0):
        os.nice(NICE)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Deal out whole files; see ``tests/dealing.py``."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        live: Any = None
        """The worker that takes the files of ``LIVE``: the first that asks."""

        def _split_scope(self, nodeid: str) -> str:
            return nodeid.partition("::")[0]

        def _assign_work_unit(self, node: Any) -> None:
            self.live = node if self.live is None else self.live
            chosen = choose([*self.workqueue], takes_live=node is self.live)
            self.workqueue.move_to_end(chosen, last=False)
            super()._assign_work_unit(node)

    config.option.loadscopereorder = False  # by number of tests; the order of the collection is better
    return ByFile(config, log)


class Graphics:
    """One OpenGL context without a window for the whole session: drivers fail after many of them.

    Tests that open a window, or a context of their own, may leave theirs current or none at all; a library
    that closes a display can take every context of the process with it.
    """

    def __init__(self) -> None:
        self._made: Any = None

    @contextmanager
    def current(self) -> Iterator[Any]:
        """The context, current and working; another one where the last was taken away."""
        from installation.errors import GraphicsError
        from installation.render.gl.context import Context

        if self._made is None or not self._works():
            try:
                self._made = Context.create((320, 180))
            except GraphicsError:
                lacking("OpenGL 3.3")
        with self._made.gl:
            yield self._made

    def _works(self) -> bool:
        import moderngl

        with self._made.gl:
            try:
                self._made.gl.texture((1, 1), 1).release()
            except moderngl.Error:
                return False
        return True

    def release(self) -> None:
        """Free the context."""
        if self._made is not None:
            self._made.release()


@pytest.fixture(scope="session")
def graphics() -> Iterator[Graphics]:
    """The session's OpenGL context, for fixtures that outlive a test."""
    made = Graphics()
    yield made
    made.release()


@pytest.fixture
def context(graphics: Graphics) -> Iterator[Any]:
    """The session's OpenGL context, current for the test."""
    with graphics.current() as made:
        yield made


@pytest.fixture
def small_show(tmp_path: Path) -> Path:
    """A folder with a small show, to edit and to break."""
    return write_small_show(tmp_path / "small")
