"""Fixtures that the whole suite shares."""

from collections.abc import Iterator

import pytest

from tests.parts import lacking


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
