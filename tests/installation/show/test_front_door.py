"""The package's front door: nobody who reads one kind of file pays for whole shows."""

import subprocess
import sys

import pytest

from installation import show
from installation.show import load


@pytest.mark.parametrize("name", show.__all__)
def test_each_name_is_that_of_the_reader(name: str) -> None:
    assert getattr(show, name) is getattr(load, name)


def test_what_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'unload_show'"):
        getattr(show, "unload_show")  # noqa: B009 - the type checker knows it, too


@pytest.mark.parametrize(
    "who", ["installation.contract", "installation.panel.__main__", "installation.hub.__main__"]
)
def test_who_reads_no_show_does_not_import_its_reader(who: str) -> None:
    order = f"import {who}, sys; print(*sys.modules)"

    done = subprocess.run([sys.executable, "-c", order], capture_output=True, text=True, check=True)

    loaded = done.stdout.split()
    assert who in loaded
    assert "installation.show.load" not in loaded
    assert "installation.show.model" not in loaded
