"""Fixtures that the whole suite shares."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.parts import lacking
from tests.small_show import write_small_show

# A busy machine makes a deadline fail without a fault; the parsers bound their work by size instead.
settings.register_profile("photophore", deadline=None)
settings.load_profile("photophore")


@pytest.fixture(scope="session")
def context() -> Iterator["object"]:
    """One OpenGL context without a window for the whole session: drivers fail after many of them."""
    from installation.errors import GraphicsError
    from installation.render.context import Context

    try:
        made = Context.create((320, 180))
    except GraphicsError:
        lacking("OpenGL 3.3")
    yield made
    made.release()


@pytest.fixture
def small_show(tmp_path: Path) -> Path:
    """A folder with a small show, to edit and to break."""
    return write_small_show(tmp_path / "small")
