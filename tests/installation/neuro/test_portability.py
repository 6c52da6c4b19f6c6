"""The same people, the same seed: the same answers, on every processor."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

import installation
from tests.installation.neuro.life import life
from tests.installation.signal.night import features

ROOT = Path(installation.__file__).parent.parent


def test_two_lives_are_equal_bit_for_bit_and_another_seed_is_another_life() -> None:
    assert life() == life()
    assert life(seed=5, seconds=2.0) != life(seed=6, seconds=2.0)


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="the promise is for x86-64")
def test_a_processor_without_wide_vectors_lives_the_same() -> None:
    if not features():
        pytest.skip("this processor has the baseline only: there is nothing to switch off")
    environment = os.environ | {
        "NPY_DISABLE_CPU_FEATURES": " ".join(features()),
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
    }
    command = [sys.executable, "-m", "tests.installation.neuro.life"]
    done = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=50, check=True
    )
    digest, *left = done.stdout.split()

    assert left == [], "numpy did not switch its wide vectors off"
    assert digest == life()
