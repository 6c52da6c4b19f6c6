"""The fast machine equals the plain one."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.safety.lamps.branchless import Branchless
from installation.safety.law import LAWS
from installation.safety.refractory import Refractory


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    kind=st.sampled_from(["noise", "flash", "dwell", "drift"]),
    profile=st.sampled_from(sorted(LAWS)),
)
def test_it_equals_the_plain_machine_bit_for_bit(seed, kind, profile):
    rng = np.random.default_rng(seed)
    count, law = int(rng.choice([12, 300])), LAWS[profile]
    plain, fast = Refractory(count, law), Branchless(count, law)
    level = rng.random(count).astype(np.float32)
    for _ in range(200):
        dt, hold = float(rng.choice([0.0, 1 / 60, 1 / 44, 0.3])), bool(rng.random() < 0.1)
        caps = plain.caps(dt, hold)
        fast.begin(dt)
        if kind == "noise":
            level = rng.random(count).astype(np.float32)
        elif kind == "flash":
            level = np.full(count, rng.random() > 0.5, np.float32)
        elif kind == "drift":
            level = np.clip(level + rng.normal(0, 2e-5, count), 0, 1).astype(np.float32)
        else:
            level = np.where(
                rng.random(count) < 0.1, rng.choice([0.0, 0.079, 0.08, 0.081, 1.0], count), level
            )
            level = level.astype(np.float32)
        light, out = np.minimum(level, caps), np.empty_like(level)
        capped = fast.limit(level, out, hold)
        assert (capped is None) == (not (light < level).any())
        if capped is not None:
            np.testing.assert_array_equal(capped, light < level)
            np.testing.assert_array_equal(out, light)
        risen, quickly = plain.commit(light), fast.commit(light)
        assert (risen is None) == (quickly is None)
        if risen is not None:
            np.testing.assert_array_equal(quickly, risen)
        if rng.random() < 0.01:
            plain.reset()
            fast.reset()
