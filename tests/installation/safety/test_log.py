"""Interventions: when, how long, where, how much, why."""

import pytest

from installation.safety.law import LAWS
from installation.safety.log import LONGEST, PAUSE, Intervention, Interventions, cause_of
from installation.safety.reference import GuardReport, PictureGuard
from installation.safety.windows import lay_windows
from tests.installation.safety.sequences import HAZARDS, HEIGHT, WIDTH, Sequence, grey


def report(frame: int, reduction: float = 0.0, **more) -> GuardReport:
    return GuardReport(reduction > 0, reduction, 0.1, 0.0, frame, **more)


@pytest.mark.parametrize(
    ("made", "cause"),
    [
        (report(0), None),
        (report(0, 0.5), "pixel"),
        (report(0, 0.5, window=3, dimmed=0.5, held=True), "window"),
        (report(0, 0.5, dimmed=0.5), "start"),
        (report(0, 0.5, held=True), "group"),
        (report(0, 0.1, contrast=0.9), "pattern"),
        (report(0, 0.0, contrast=0.99), "pattern"),
        (report(0, moved=0.02), "red"),
        (report(0, moved=0.001), None),
        (report(0, held=True), None),
    ],
)
def test_every_frame_that_was_changed_has_a_cause(made, cause):
    assert cause_of(made) == cause


def test_frames_with_short_pauses_are_one_intervention_told_when_it_has_ended():
    log, told = Interventions(), []
    for frame in range(400):
        acts = 100 <= frame < 200 and frame % 20 < 10
        window = 4 if frame == 145 else 2
        lost = (0.9 if frame == 145 else 0.3) if acts else 0.0
        made = report(frame, lost, window=window if acts else -1, dimmed=0.5)
        told += [one for one in [log.update(made, frame / 60)] if one]
        assert frame == 249 or (log.current is not None) == (100 <= frame <= 189 + 60 * PAUSE)
    assert len(told) == 1
    assert told[0] == Intervention(100 / 60, pytest.approx(89 / 60), "window", 4, pytest.approx(0.1), 50)
    assert str(told[0]) == "window in window 4 for 1.5 s, 10% came through at the least"


def test_what_goes_on_is_told_a_part_at_a_time():
    log, told = Interventions(), []
    for frame in range(150 * 10):
        told += [one for one in [log.update(report(frame, 0.2), frame / 10)] if one]
    assert [one.duration for one in told] == [pytest.approx(LONGEST, abs=0.2)] * 2
    assert log.current is not None


def test_a_report_that_was_taken_in_already_does_not_count_again():
    log = Interventions()
    for time in range(5):
        log.update(report(7, 0.2), time / 100)
    assert log.current is not None
    assert log.current.frames == 1


def test_it_ends_also_while_no_new_report_comes():
    log = Interventions()
    log.update(report(7, 0.2), 1.0)
    assert log.update(report(7, 0.2), 1.5) is None
    ended = log.update(report(7, 0.2), 2.5)
    assert ended is not None
    assert ended.duration == 0.0


def played(sequence: Sequence, seconds: float) -> list[Intervention]:
    guard, log, told = (
        PictureGuard(lay_windows((WIDTH, HEIGHT), 3.0, 2.0), LAWS["standard"]),
        Interventions(),
        [],
    )
    for index in range(round(seconds * 30)):
        guard.apply(sequence(index / 30, index), 1 / 30)
        told += [one for one in [log.update(guard.report(), index / 30)] if one]
    return [*told, *([log.current] if log.current else [])]


def test_the_start_and_a_flash_are_told_and_a_calm_picture_is_not():
    def sequence(time: float, index: int):
        flash = HAZARDS["10 Hz flash"](time, index)
        return flash * 0.8 if 4.0 <= time < 6.0 else grey(0.5)

    start, flash = played(sequence, 9.0)
    assert start.cause == "start"
    assert start.duration == pytest.approx(2.0, abs=0.2)
    assert flash.cause == "window"
    assert flash.ratio < 0.05
    assert 4.0 < flash.start < 4.3
    assert flash.duration > 1.5
