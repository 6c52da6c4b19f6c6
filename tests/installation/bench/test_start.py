import sys
from pathlib import Path

import pytest

from installation.bench.start import bare, help_time, photophore


def test_help_is_measured_in_processor_time() -> None:
    ours, plain = help_time(1)

    assert ours > plain > 0


@pytest.mark.gl
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_both_starts_are_dated_and_weighed(tmp_path: Path) -> None:
    ours = photophore((64, 36), tmp_path, windowed=False, frames=1)
    peer = bare((64, 36), windowed=False, frames=2)

    assert ours.first > 0
    assert peer.first > 0
    assert ours.peak > peer.peak > 10
