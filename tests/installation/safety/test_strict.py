"""The machine of one mean."""

import numpy as np
import pytest

from installation.safety.judges import most_in_a_second, transitions
from installation.safety.law import LAWS
from installation.safety.strict import Strict


@pytest.mark.parametrize("still", [True, False])
def test_a_drift_of_small_runs_cannot_swing_several_times_a_second(still):
    machine = Strict(LAWS["standard"], still=still)
    put = []
    for index in range(60 * 8):
        swing = 0.25 * abs((index / 60 * 3) % 1 * 2 - 1)
        wanted = 0.3 + swing + (0.05 if index % 2 else 0.0)
        mean = min(wanted, machine.cap(1 / 60))
        machine.commit(mean)
        put.append([mean])
    assert most_in_a_second(transitions(np.array(put)), 60) <= 3
