import shlex
import sys
from pathlib import Path

import pytest

from installation.errors import nearest, to_install


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("glov", ["glow", "tint"], "did you mean glow?"),
        ("zzz", ["glow", "tint"], "known: glow, tint"),
        ("zzz", [], ""),
        ("/hand/x", ["/osc/hand/x", "/osc/hand/x/1", "/hand"], "did you mean /osc/hand/x?"),
    ],
)
def test_the_name_that_was_meant_is_offered_or_all_that_there_are(
    name: str, known: list[str], hint: str
) -> None:
    assert nearest(name, known) == hint


def test_an_address_of_nobodys_is_meant_to_stand_where_anybody_may_name_anything() -> None:
    below = ("/osc/", "/midi/")

    assert nearest("/hand/x", ["/mouse/x"], "none", below) == "did you mean /osc/hand/x?"
    assert nearest("/mouse/zzzzzzzzz", ["/mouse/x"], "none", below) == "none"
    assert nearest("/osc/", ["/nowhere"], "none", below) == "none"


def test_a_long_list_is_cut() -> None:
    assert nearest("zzz", [f"a{index:02}" for index in range(99)]).endswith("a11, ...")


def test_a_package_is_installed_where_the_program_runs_whatever_is_on_the_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    command = to_install("photophore[a,b]")
    assert shlex.split(command) == [sys.executable, "-m", "pip", "install", "photophore[a,b]"]
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{tmp_path}")
    assert to_install("alsa-midi") == "python -m pip install alsa-midi"
    (tmp_path / "python").write_text("#!/bin/sh\n")
    (tmp_path / "python").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{Path(sys.executable).parent}")
    assert to_install("alsa-midi") == f"{sys.executable} -m pip install alsa-midi"
