"""Frame statistics under a clock that we move by hand."""

import pytest

from installation.stage.frame_stats import FrameStats
from installation.status import FrameStatus
from installation.values import Frame


class Hand:
    now = 0.0

    def __call__(self):
        return self.now


def test_before_two_frames_there_is_nothing_to_say():
    assert FrameStats().report() == FrameStatus(index=0, fps=0.0, p50_ms=0.0, p99_ms=0.0, late=0)


def test_steady_frames_and_one_late_one_are_counted():
    clock = Hand()
    health = FrameStats(60.0, now=clock)
    for index in range(101):
        health.mark(Frame(index, clock.now, 1 / 60))
        clock.now += 0.05 if index == 50 else 1 / 60
    report = health.report()
    assert report.index == 100
    assert report.late == 1
    assert report.p50_ms == pytest.approx(1000 / 60, abs=0.01)
    assert report.fps == pytest.approx(100 / (99 / 60 + 0.05), abs=0.01)


def test_only_the_last_ten_seconds_count():
    clock = Hand()
    health = FrameStats(60.0, now=clock)
    for index in range(2000):
        health.mark(Frame(index, clock.now, 0.1))
        clock.now += 0.1 if index < 1000 else 0.02
    assert health.report().fps == pytest.approx(50.0)


def test_every_mark_is_one_heartbeat():
    beats = []
    clock = Hand()
    health = FrameStats(60.0, lambda frame, now: beats.append((frame.index, now)), clock)
    health.mark(Frame(0, 0.0, 0.0))
    clock.now = 0.5
    health.mark(Frame(1, 0.5, 0.5))
    assert beats == [(0, 0.0), (1, 0.5)]
