"""When the stories of a show are written, and what scenes get until then."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from installation import isf
from installation.clock import GivenClock, ManualClock
from installation.ipc.feeds.stories import GONE, TOLD
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.player import Player
from installation.player.production import read_production
from installation.player.surroundings import Stories
from installation.show import load_show
from installation.show.model import Show, StorySpec
from installation.signal.record import record_line, replay
from installation.stories import HEADER, MOST_STORIES, POINTS
from installation.values import Reading, Where

HEAD = '/*{{"ISFVSN": "2", "PHOTOPHORE": {{"COLOR": "linear", "READS": {reads}}}}}*/\n'
BODY = "void main() { gl_FragColor = vec4(1.0); }\n"


def shader(reads: str) -> isf.Shader:
    return isf.parse_text(HEAD.format(reads=reads) + BODY, Path("scene.fs"))


PLAIN, WRITES = shader("[]"), shader('["stories", "ink"]')


def with_stories(show: Show, *texts: str) -> Show:
    return replace(
        show, stories=tuple(StorySpec(text, Where("stories.toml", i)) for i, text in enumerate(texts))
    )


@pytest.fixture
def show(small_show: Path) -> Show:
    return load_show(small_show)


def test_nothing_is_written_while_no_scene_reads_it(show: Show) -> None:
    stories = Stories(show, repeatable=True)
    for time in (0.0, 100.0):
        table, ink = stories.told(time, [PLAIN], [PLAIN])
        assert table.shape == (MOST_STORIES, HEADER + POINTS, 4)
        assert not table.any()
        assert len(ink) == 0
    assert stories._thread is None


def test_a_scene_that_reads_them_has_them_all_in_a_repeatable_film(show: Show) -> None:
    stories = Stories(with_stories(show, "Good night.", "Two bees."), repeatable=True)
    table, ink = stories.told(0.0, [WRITES], [WRITES])

    assert table[0, 1, 3] == 2.0
    assert len(ink) == 2
    again, same = stories.told(0.1, [WRITES], [WRITES])
    assert again is table
    assert all(one is other for one, other in zip(ink, same, strict=True))


def test_live_they_come_one_by_one_and_ahead_of_the_scene(show: Show) -> None:
    stories = Stories(with_stories(show, "Good night."))
    stories.told(1.0, [PLAIN], [PLAIN, WRITES])
    assert stories._thread is None
    stories.told(30.0, [PLAIN], [PLAIN, WRITES])
    assert stories._thread is not None
    stories._thread.join(60.0)
    assert len(stories.told(31.0, [PLAIN], [PLAIN, WRITES])[1]) == 1


def test_a_show_without_stories_tells_the_sample(show: Show) -> None:
    _, ink = Stories(show, repeatable=True).told(0.0, [WRITES], [WRITES])

    assert len(ink) >= 24


def test_edited_stories_replace_those_before(show: Show) -> None:
    stories = Stories(with_stories(show, "Good night."), repeatable=True)
    before = stories.told(0.0, [WRITES], [WRITES])[1][0]
    stories.follow(with_stories(show, "Good night."))
    assert stories.told(0.1, [WRITES], [WRITES])[1][0] is before
    stories.follow(with_stories(show, "Good morning.", "Two."))
    ink = stories.told(0.2, [WRITES], [WRITES])[1]
    assert len(ink) == 2
    assert ink[0] is not before


def test_what_cannot_be_written_is_left_out_and_told(show: Show, caplog: pytest.LogCaptureFixture) -> None:
    stories = Stories(with_stories(show, "word " * 30, "a \U00012000", "Good night."), repeatable=True)
    with caplog.at_level(logging.WARNING):
        _, ink = stories.told(0.0, [WRITES], [WRITES])

    assert len(ink) == 1
    told = " ".join(caplog.messages)
    assert "three lines" in told
    assert "\U00012000" in told
    assert "stories.toml" in told


def comes(stories: Stories, key: str, text: str, *, new: bool = True, strokes: str = "") -> None:
    values = (key, text, "en", strokes, "", "", int(new))
    stories.fields[TOLD](Reading(TOLD, values, 0.0, "stories"), 0.0)


def goes(stories: Stories, key: str, now: float) -> None:
    stories.fields[GONE](Reading(GONE, (key,), 0.0, "stories"), now)


def test_a_visitors_story_stands_among_the_shows_own_and_is_told_first(show: Show) -> None:
    stories = Stories(with_stories(show, "Good night.", "Two bees."), repeatable=True)
    before, ink = stories.told(0.0, [WRITES], [WRITES])
    assert before[0, 1, 3] == 2.0
    comes(stories, "a", "We counted the stars.")
    table, after = stories.told(0.1, [WRITES], [WRITES])

    assert table[0, 1, 3] == MOST_STORIES
    assert (table[:, 1, 2] == 1.0).all()
    new = [i for i in range(MOST_STORIES) if table[i, 2, 0] > 0]
    assert len(new) == 1
    number, cell = table[new[0], 2, 1], int(table[new[0], 2, 2])
    assert sum(table[:, 2, 1] == number) == 3
    assert after[cell] is not ink[0]
    assert [one is other for one, other in zip(ink, after, strict=False)] == [True, True]
    # the rows of the show's own are where they were
    rest = [i for i in range(MOST_STORIES) if table[i, 2, 1] != number]
    assert [table[i, 2, 2] for i in rest] == [i % 2 for i in rest]
    # it is new for two minutes of a scene that tells stories
    assert stories.told(100.0, [WRITES], [WRITES])[0][new[0], 2, 0] > 0
    assert not stories.told(500.0, [WRITES], [WRITES])[0][:, 2, 0].any()


def test_what_was_there_before_the_show_is_not_new(show: Show) -> None:
    stories = Stories(with_stories(show, "Good night."), repeatable=True)
    comes(stories, "a", "We counted the stars.", new=False)
    stories.told(0.0, [WRITES], [WRITES])
    table, _ = stories.told(0.1, [WRITES], [WRITES])
    assert table[0, 1, 3] == MOST_STORIES
    assert not table[:, 2, 0].any()
    assert len(set(table[:, 2, 1])) == 2


def test_a_hidden_story_is_gone_with_the_next_frame_and_its_rows_are_filled_later(show: Show) -> None:
    stories = Stories(with_stories(show, "Good night."), repeatable=True)
    stories.told(0.0, [WRITES], [WRITES])
    comes(stories, "a", "We counted the stars.")
    stories.told(0.1, [WRITES], [WRITES])
    goes(stories, "a", 10.0)
    table, ink = stories.told(10.1, [WRITES], [WRITES])
    assert (table[:, 1, 2] == 0.0).sum() == 3
    assert len({id(one) for one in ink}) == 2  # its own, and a blank cell
    table, _ = stories.told(31.0, [WRITES], [WRITES])
    assert (table[:, 1, 2] == 1.0).all()
    goes(stories, "never there", 40.0)


def test_a_drawing_is_told_and_a_broken_one_left_out(show: Show, caplog: pytest.LogCaptureFixture) -> None:
    stories = Stories(with_stories(show, "Good night."), repeatable=True)
    stories.told(0.0, [WRITES], [WRITES])
    comes(stories, "a", "", strokes="[[0,0,0,900,400,800]]")
    comes(stories, "b", "", strokes="no drawing")
    table, _ = stories.told(0.1, [WRITES], [WRITES])
    assert 0.0 in table[:, 1, 0]
    assert any(abs(one - 1.0) < 0.01 for one in table[:, 1, 0])
    assert "left out" in caplog.text


def test_readings_of_any_shape_do_no_harm(show: Show) -> None:
    stories = Stories(with_stories(show, "Good night."), repeatable=True)
    for values in ((), (1.5,), ("a",), ("a", 2, 3, 4), ("a", "b", "c", "d", "e", "f", "g")):
        for address in (TOLD, GONE):
            stories.fields[address](Reading(address, values, 0.0, "x"), 0.0)
            stories.told(0.0, [WRITES], [WRITES])


def played(folder: Path, clock: ManualClock | GivenClock) -> Player:
    options = StageOptions(show=str(folder), venue="loopback")
    return build_player(read_production(options), options, clock, None)


def test_a_replay_has_the_same_stories_on_the_wall(small_show: Path) -> None:
    """What came over the bus is in the recording, and needs no visitors' process to come again."""
    inbox = [
        [Reading(TOLD, ("a", "One.", "en", "", "", "", 0), 1.0, "stories")],
        [],
        [
            Reading(GONE, ("a",), 2.0, "stories"),
            Reading(TOLD, ("b", "", "", "[[0,0,0,9,9,9]]", "rain", "ziva", 1), 2.0, "stories"),
        ],
    ]
    first = played(small_show, ManualClock(1 / 60))
    lines = [record_line(first.step(entries, 0.0).frame, entries) for entries in inbox]

    again = played(small_show, GivenClock())
    for frame in replay(lines, "wall.jsonl"):
        again.clock.dt = frame.dt  # type: ignore[attr-defined]
        again.step(frame.inbox, 0.0)

    walls = [
        {key: (one.text, one.strokes, one.new) for key, one in player.stories._visitors.items()}
        for player in (first, again)
    ]
    assert walls[0] == walls[1] == {"b": ("", "[[0,0,0,9,9,9]]", True)}


def test_an_osc_message_puts_nothing_on_the_wall(small_show: Path) -> None:
    player = played(small_show, ManualClock(1 / 60))
    player.step([Reading(TOLD, ("a", "Unread by staff.", "en", "", "", "", 1), 0.0, "osc")], 0.0)
    assert not player.stories._visitors


@pytest.mark.parametrize("own", [False, True])
def test_a_story_that_cannot_be_written_leaves_the_others(
    show: Show, caplog: pytest.LogCaptureFixture, own: bool
) -> None:
    stories = Stories(with_stories(show, *["\ufe0f"] * own, "Good night."), repeatable=True)
    stories.told(0.0, [WRITES], [WRITES])
    if not own:
        comes(stories, "a", "I love \ufe0f the sea")  # Pillow raises ValueError
        stories.told(0.1, [WRITES], [WRITES])
    assert "left out" in caplog.text
    comes(stories, "b", "Two bees.")
    stories.told(0.2, [WRITES], [WRITES])
    assert stories._visitors["b"].written is not None
    assert len(stories._own) == 1


VENUE = """format = 1
[site]
name = "garden"
hub = "kai"
listen = ["127.0.0.1:7999"]
"""
LAMP = """[[fixture]]
name = "{0} lamp"
profile = "rgb"
universe = 1
channel = {1}
position = [0.{1}, 0.5]
[[hub]]
name = "{0}"
position = [0.{1}, 0.1]
fixtures = ["{0} lamp"]
"""


def test_a_new_story_lights_the_lamps_of_its_hub_and_then_those_of_the_hub_that_it_comes_to(
    small_show: Path, tmp_path: Path
) -> None:
    text = VENUE + LAMP.format("ziva", 1) + LAMP.format("kai", 5)
    (tmp_path / "hall.toml").write_text(text)
    options = StageOptions(show=str(small_show), venue=str(tmp_path / "hall.toml"))
    rig = build_player(read_production(options), options, ManualClock(0.1), None).rig
    stories = Stories(load_show(small_show), lambda: rig.hubs, repeatable=True)
    seen: dict[int, list[float]] = {}
    told: dict[int, tuple[bool, bool]] = {}

    def play(begin: int, end: int, shown: isf.Shader, **changes: bool) -> list[list[float]]:
        for step in range(begin, end):
            stories.told(step / 10, [shown], [WRITES])
            light = stories.lift(rig, None, **changes)
            told[step] = stories.flying("kai")
            seen[step] = [0.0, 0.0] if light is None else light[:, 0].tolist()
        return [seen[step] for step in range(begin, end)]

    for key, hub in (("a", "ziva"), ("b", "kai"), ("c", "nowhere")):
        values = (key, "We counted the stars.", "en", "", "", hub, 1)
        stories.fields[TOLD](Reading(TOLD, values, 0.0, "stories"), 0.0)
    before = play(0, 20, PLAIN)
    play(20, 200, WRITES)
    left = [step / 10 for step, (ziva, _) in seen.items() if ziva > 0.0]
    mine = [step / 10 for step, (_, kai) in seen.items() if kai > 0.0]

    assert before == [[0.0, 0.0]] * 20, "no scene tells stories"
    assert (min(left), max(left)) == (2.1, 4.9), "it sets out"
    assert (min(mine), max(mine)) == (5.6, pytest.approx(11.9)), "the next leaves here; one comes to here"
    leaving = [step / 10 for step, (one, _) in told.items() if one]
    coming = [step / 10 for step, (_, one) in told.items() if one]
    assert (min(leaving), max(leaving)) == (5.5, pytest.approx(8.4)), "the site hears of it, too"
    assert (min(coming), max(coming)) == (9.0, pytest.approx(11.9))
    assert max(max(one) for one in seen.values()) <= 0.12
    stories.fields[TOLD](Reading(TOLD, ("d", "Late.", "en", "", "", "ziva", 1), 0.0, "stories"), 0.0)
    assert play(200, 240, WRITES, calm=True) == [[0.0, 0.0]] * 40, "a panic"
    for key in ("e", "f"):
        stories.fields[TOLD](Reading(TOLD, (key, "Late.", "en", "", "", "ziva", 1), 0.0, "stories"), 0.0)
    play(400, 402, WRITES)
    stories.fields[GONE](Reading(GONE, ("f",), 0.0, "stories"), 40.2)
    later = [at for at, (ziva, _) in enumerate(play(402, 480, WRITES)) if ziva > 0.0]

    assert later == list(range(28)), "one that waits and is taken back lights nothing"
