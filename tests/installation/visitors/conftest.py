"""The visitors' page as a process of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.installation.visitors.phones import Served


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One process for the tests of a module."""
    made = Served(tmp_path_factory.mktemp("visitors"), contact="The Gallery <desk@example.org>", keep_days=90)
    yield made
    made.close()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Start a process with options of its own."""
    running: list[Served] = []

    def start(**options: Any) -> Served:
        running.append(Served(tmp_path, **options))
        return running[-1]

    yield start
    for one in running:
        one.close()
