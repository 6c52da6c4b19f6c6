import pytest

from installation.bench import listeners

pytestmark = [pytest.mark.gl, pytest.mark.timeout(120)]


def test_frames_are_measured_with_clients_that_hear_and_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listeners, "_ROUNDS", 1)
    monkeypatch.setattr(listeners, "_FRAMES", 4)
    monkeypatch.setattr(listeners, "_SETTLE", 2)
    monkeypatch.setattr(listeners, "_SIZE", (64, 36))

    rows = listeners.run()

    assert len(rows) == 2
    for row in rows:
        assert row.ours > 0
        assert row.peer > 0
        assert row.ratio == pytest.approx(row.ours / row.peer)
        assert row.note.startswith("medians")
