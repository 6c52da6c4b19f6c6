"""Every start and stop of the output passes through a ramp."""

import numpy as np

from installation.sound import BLOCK, RATE
from installation.sound.fade import Ramp


def pulled(ramp: Ramp, blocks: int) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
    ones = np.ones((1, BLOCK), np.float32)
    return np.concatenate([ramp.apply(ones)[0] for _ in range(blocks)])


def test_it_opens_and_shuts_in_its_time_and_never_jumps() -> None:
    ramp = Ramp()
    assert ramp.silent
    assert not pulled(ramp, 4).any()

    ramp.open(0.1)
    gain = pulled(ramp, 40)
    assert (np.diff(gain) >= 0.0).all()
    assert np.diff(gain).max() < 1.0 / (0.1 * RATE) * 2.0, "half a cosine is at most pi/2 as steep as a line"
    assert gain[-1] == 1.0
    assert np.flatnonzero(gain == 1.0)[0] <= 0.1 * RATE

    ramp.shut(0.03)
    gain = pulled(ramp, 10)
    assert (np.diff(gain) <= 0.0).all()
    assert ramp.silent
    assert np.flatnonzero(gain)[-1] < 0.03 * RATE
    assert not pulled(ramp, 2).any()


def test_it_turns_round_where_it_is() -> None:
    ramp = Ramp()
    ramp.open(0.1)
    before = pulled(ramp, 5)
    ramp.shut(0.1)
    after = pulled(ramp, 1)
    assert abs(float(after[0]) - float(before[-1])) < 1e-3
