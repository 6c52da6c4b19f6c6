"""What the benchmark measures is the same division on all sides."""

import numpy as np
import pytest

from installation.bench import names
from installation.bench.share import bisected, claims, solved
from installation.share.division import divide


def test_the_peers_divide_as_we_do() -> None:
    needs, floors, weights, budget = claims(24)

    ours = divide(budget, needs, floors, credit_weights=weights)
    alpha = divide(budget, needs, floors, privilege=weights, alpha=2.0)

    assert "share" in names()
    assert bisected(budget, needs.tolist(), floors.tolist(), weights.tolist()) == pytest.approx(
        ours, rel=1e-3
    )
    assert np.abs(solved(budget, needs, floors, weights) - alpha).max() < 2e-3 * budget
