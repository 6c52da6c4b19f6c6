"""Each time that the guard steps in is told once, and not too often."""

import logging

import pytest

from installation.safety.interventions import APART, LONG, Interventions, cause_of, place_in
from installation.safety.law import LAWS
from installation.safety.picture.reference import PictureGuard
from installation.safety.report import GuardReport
from installation.safety.windows import lay_windows
from tests.installation.safety.sequences import HAZARDS, HEIGHT, WIDTH, grey


@pytest.fixture
def told(caplog):
    caplog.set_level(logging.INFO, logger="installation.safety.interventions")
    return caplog


def play(account, start, seconds, reduction, cause="room"):
    for tick in range(round(seconds * 50)):
        account.note(start + tick / 50, reduction, cause if reduction else "")
    return start + seconds


def test_an_intervention_is_one_line_with_cause_ratio_and_length(told):
    account = Interventions("lamps")
    now = play(account, 0.0, 2.0, 0.0)
    now = play(account, now, 1.0, 0.4)
    now = play(account, now, 0.2, 0.0)  # a short pause belongs to it
    now = play(account, now, 1.0, 0.7, "chase")
    assert told.messages == []
    assert account.report()["last"]["cause"] == "chase"
    play(account, now, 1.0, 0.0)
    assert len(told.messages) == 1
    assert "70 %" in told.messages[0]
    assert "three rises of the room" in told.messages[0]
    assert "2.2 s" in told.messages[0]
    assert "also 1.0 s: the light of the room" in told.messages[0]
    assert account.report() == {
        "interventions": 1,
        "last": {
            "seconds": 2.18,
            "cause": "chase",
            "reason": "more than three rises of the room in a second",
            "reduction": 0.7,
            "causes": {"chase": 1.0, "room": 0.98},
        },
    }


def test_one_that_goes_on_is_told_of_meanwhile(told):
    account = Interventions("lamps")
    play(account, 0.0, LONG + 1.0, 0.5)
    assert len(told.messages) == 1
    assert "goes on" in told.messages[0]


def test_many_are_counted_and_not_all_told(told):
    account = Interventions("lamps")
    now = 0.0
    for _ in range(12):
        now = play(account, now, 0.4, 0.9)
        now = play(account, now, 0.6, 0.0)
    assert account.report()["interventions"] == 12
    assert len(told.messages) == 2
    assert "9 more" in told.messages[1] or "10 more" in told.messages[1]
    assert now > APART


def test_a_guard_that_never_stops_is_told_of_ever_more_seldom(told):
    account, hour = Interventions("picture"), 3600
    for second in range(2 * hour):
        account.note(float(second), 0.3, "pixel")
    assert 4 <= len(told.messages) <= 9
    again = Interventions("picture")
    told.clear()
    for second in range(2 * hour):
        again.note(float(second), 0.3 if second % 2 else 0.0, "pixel" if second % 2 else "")
    assert 4 <= len(told.messages) <= 9
    assert "more since the last line" in told.messages[-1]


def test_the_share_of_lit_points_that_is_cut_is_told(told):
    account = Interventions("picture")
    for frame in range(30):
        account.see(frame / 60, report(frame, 0.02, cut=0.23, deepest=0.8))
    account.see(9.0, report(31))
    last = account.report()["last"]
    assert (last["cut"], last["deepest"]) == (0.23, 0.8)
    assert "23.0 % of the lit points by up to 80 %" in told.messages[0]


def test_nothing_is_told_when_nothing_was_darkened(told):
    account = Interventions("lamps")
    play(account, 0.0, 5.0, 0.0)
    assert told.messages == []
    assert account.report() == {"interventions": 0, "last": {}}


def report(frame: int, reduction: float = 0.0, **more) -> GuardReport:
    return GuardReport(reduction > 0, reduction, 0.1, 0.0, frame, **more)


@pytest.mark.parametrize(
    ("made", "cause"),
    [
        (report(0), ""),
        (report(0, 0.5), "pixel"),
        (report(0, 0.5, window=3, dimmed=0.5, held=True), "window"),
        (report(0, 0.5, dimmed=0.5), "start"),
        (report(0, 0.5, held=True), "group"),
        (report(0, 0.1, contrast=0.9), "pattern"),
        (report(0, 0.0, contrast=0.99), "pattern"),
        (report(0, moved=0.02), "red"),
        (report(0, moved=0.001), ""),
        (report(0, held=True), ""),
    ],
)
def test_every_frame_that_was_changed_has_a_cause(made, cause):
    assert cause_of(made) == cause


def test_the_place_and_the_scene_of_the_worst_moment_are_named(told):
    account = Interventions("picture", lambda window: f"window {window}" if window >= 0 else "")
    for frame in range(60):
        seen = report(frame, 0.9, window=4, dimmed=0.5) if frame == 20 else report(frame, 0.3, window=2)
        account.see(frame / 60, seen, "scene strobe" if frame == 20 else "scene calm")
    last = account.report()["last"]
    assert last == {
        "seconds": 0.98,
        "cause": "window",
        "reason": "a 10-degree field, or the whole, would have risen again within a second",
        "reduction": 0.9,
        "where": "window 4",
        "during": "scene strobe",
    }
    account.see(9.0, report(61))
    assert "darker by up to 90 % (window 4) in scene strobe, which is over after 1.0 s" in told.messages[0]


def test_what_takes_no_light_is_told_by_what_it_does(told):
    account = Interventions("picture")
    for frame in range(60):
        account.see(frame / 60, report(frame, moved=0.28 if frame == 20 else 0.1), "scene rose")
    account.see(9.0, report(61))
    assert account.report()["last"]["moved"] == 0.28
    assert "paler, 28 % of the light moved out of red in scene rose, which" in told.messages[0]
    for frame in range(70, 130):
        account.see(20 + frame / 60, report(frame, contrast=0.4 if frame == 80 else 0.9))
    account.see(29.0, report(131))
    assert account.report()["last"]["contrast"] == 0.4
    assert "contrast of stripes at 40 %, which" in told.messages[1]


def test_coming_up_from_black_gives_its_name_only_to_what_was_nothing_else(told):
    account = Interventions("picture")
    for frame in range(120):
        account.see(frame / 60, report(frame, 1.0, dimmed=0.1))
    assert account.report()["last"]["cause"] == "start"
    for frame in range(120, 150):
        account.see(frame / 60, report(frame, 0.4, window=0))
    account.see(9.0, report(151))
    last = account.report()["last"]
    assert (last["cause"], last["reduction"]) == ("window", 0.4)
    assert last["causes"] == {"window": 0.5, "start": 1.98}
    assert "darker by up to 40 %" in told.messages[0]
    assert "also 2.0 s: it comes up from black" in told.messages[0]


@pytest.mark.parametrize(
    ("share", "words"),
    [
        ((0.1, 0.9), "top left"),
        ((0.5, 0.9), "top"),
        ((0.9, 0.5), "right"),
        ((0.5, 0.5), "middle"),
        ((0.9, 0.1), "bottom right"),
    ],
)
def test_a_window_is_told_by_where_it_is(share, words):
    windows = lay_windows((320, 180), 2.0, 2.0)
    boxes = windows.pixels[1:]
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2 / (320, 180)
    nearest = 1 + int(((middles - share) ** 2).sum(axis=1).argmin())
    assert place_in(windows, nearest) == words


def test_the_whole_picture_and_no_window_have_words_too():
    windows = lay_windows((320, 180), 2.0, 2.0)
    assert place_in(windows, 0) == "whole picture"
    assert place_in(windows, -1) == ""


def test_a_report_that_was_taken_in_already_counts_as_silence(told):
    account = Interventions("picture")
    for tick in range(10):
        account.see(tick / 5, report(7, 0.2))
    assert account.report()["last"]["seconds"] == 0.0
    assert len(told.messages) == 1


def test_the_start_and_a_flash_are_told_and_a_calm_picture_is_not(told):
    def sequence(time: float, index: int):
        flash = HAZARDS["10 Hz flash"](time, index)
        return flash * 0.8 if 4.0 <= time < 6.0 else grey(0.5)

    account, seen = Interventions("picture"), []
    guard = PictureGuard(lay_windows((WIDTH, HEIGHT), 3.0, 2.0), LAWS["standard"])
    for index in range(30 * 9):
        guard.apply(sequence(index / 30, index), 1 / 30)
        account.see(index / 30, guard.report())
        seen.append(account.report()["interventions"])
    assert seen[30 * 3] == 1
    assert seen[-1] == 2
    last = account.report()["last"]
    assert last["cause"] == "window"
    assert last["reduction"] > 0.95
    assert last["seconds"] > 1.5
    assert "comes up from black" in told.messages[0]
