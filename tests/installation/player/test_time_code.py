"""A score behind a time code does what people want: panic, hold and stop come first."""

from pathlib import Path

import pytest

from tests.installation.player.test_timing import SCORE, SCORE_HEAD, Played, time_code
from tests.small_show import write_small_show

ALOOF = '\n[[cue]]\nid = "aloof"\nfade = 0.5\n'
"""A cue without a place."""


@pytest.fixture
def played(tmp_path: Path) -> Played:
    folder = write_small_show(tmp_path / "small")
    (folder / "cues.toml").write_text(SCORE_HEAD + SCORE + ALOOF)
    return Played(folder)


def test_only_people_end_a_panic(played: Played) -> None:
    quarters = time_code(played, 5.0)
    played.run(2.0, quarters)
    score, cues = played.player.score.score, played.player.cues
    assert score.running

    played.give("panic")
    played.run(3.0, quarters)
    assert cues.calmed
    assert not score.running
    assert played.player.tree.get("/master") == (0.0,)
    assert played.player.timing.status().time_code == 25.0

    played.give("cue", "b")
    played.run(3.0, quarters)
    assert not cues.calmed
    assert score.time == pytest.approx(13.0, abs=0.2)  # where the code is


def test_a_score_that_was_stopped_by_hand_waits_for_the_next_time_code(played: Played) -> None:
    quarters = time_code(played, 5.0)
    played.run(2.0, quarters)
    score = played.player.score.score

    played.give("score", "stop")
    played.run(2.0, quarters)
    assert not score.running

    played.run(1.0)
    played.run(2.0, time_code(played, 30.0))
    assert score.running
    assert score.time == pytest.approx(32.0, abs=0.1)


def test_who_plays_a_cue_without_a_place_keeps_the_show(played: Played) -> None:
    quarters = time_code(played, 5.0)
    played.run(2.0, quarters)

    played.give("cue", "aloof")
    played.run(2.0, quarters)

    current = played.player.cues.current
    assert current is not None
    assert current.id == "aloof"
    assert not played.player.score.score.running


def test_a_hold_is_not_a_reason_to_begin_again(played: Played) -> None:
    quarters = time_code(played, 5.0)
    played.run(2.0, quarters)
    score = played.player.score.score
    moves, begun = score.manual_moves, played.player.cues.begun

    played.give("hold")
    played.run(2.0, quarters)
    assert played.player.cues.clock.held
    assert (score.manual_moves, played.player.cues.begun) == (moves, begun)

    played.give("hold")
    played.run(1.0, quarters)
    assert score.time == pytest.approx(10.0, abs=0.2)
