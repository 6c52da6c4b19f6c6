"""A stage of another version than its keeper says so by its exit status; the keeper does the rest."""

import os
import subprocess
from pathlib import Path

import pytest

from installation.ipc.exit_codes import OUTDATED
from installation.ipc.link import VARIABLE
from installation.ipc.prespawn import stage_command


@pytest.mark.parametrize(
    ("options", "given"),
    [
        ("{}", '{"mapping": 3, "of another version": true}'),
        ('{"mode": 7}', ""),
        ("{}", '{"mapping": 0, "fresh": 0, "channel": 0, "alive": 0}'),  # memory of another layout
    ],
)
def test_what_is_not_understood_ends_a_stage_with_a_status_of_its_own(
    options: str, given: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        [*stage_command(), options],
        env={**os.environ, VARIABLE: given, "PHOTOPHORE_STATE": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == OUTDATED, done.stderr
    assert "does not understand what started it" in done.stderr
    assert "Traceback" not in done.stderr
