import math

import pytest

from installation.bench import query


def test_our_server_is_measured_with_the_peer_or_says_that_it_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(query, "_ROUNDS", 1)
    monkeypatch.setattr(query, "_SECONDS", 0.5)

    each, shared = query.run()

    assert each.ours > 0
    assert each.floor
    for row in (each, shared):
        if math.isnan(row.ratio):
            assert not row.met
            assert "photophore[peers]" in row.note
        else:
            assert row.peer > 0
