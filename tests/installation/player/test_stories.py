"""When the stories of a show are written, and what scenes get until then."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from installation import isf
from installation.player.surroundings import Stories
from installation.show import load_show
from installation.show.model import Show, StorySpec
from installation.stories import HEADER, MOST_STORIES, POINTS
from installation.values import Where

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
