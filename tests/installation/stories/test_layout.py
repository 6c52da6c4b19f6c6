"""Sentences broken into lines, and which font writes them."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation import paths
from installation.show.load import DEFAULT_SHOW, load_show
from installation.stories import Fonts
from installation.stories.fonts import covered
from installation.stories.layout import MOST_LINES, lines_of, lines_of_text, right_to_left

SIZE = (1024, 256)


def test_lines_are_as_even_as_they_can_be() -> None:
    assert lines_of_text("I left the lamp on so that you would find the door.") == [
        "I left the lamp on so that",
        "you would find the door.",
    ]
    assert lines_of_text("Good night.") == ["Good night."]


def test_wide_characters_count_twice_and_punctuation_begins_no_line() -> None:
    lines = lines_of_text("駅まで送ってくれた人の名前を、まだ知らない。")

    assert lines is not None
    assert [len(line) for line in lines] == [11, 11]
    assert not any(line.startswith(("、", "。")) for line in lines)


def test_what_does_not_fit_in_three_lines_is_refused() -> None:
    assert lines_of_text("word " * 17) is not None
    assert lines_of_text("word " * 30) is None
    assert lines_of_text("w" * 40) is None


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=12), min_size=1, max_size=14))
def test_no_line_is_too_long_and_no_word_is_lost(words: list[str]) -> None:
    lines = lines_of_text(" ".join(words))

    if lines is not None:
        assert " ".join(lines).split() == words
        assert len(lines) <= MOST_LINES
        assert all(len(line) <= 36 for line in lines)


def test_the_first_letter_says_which_way_a_line_runs() -> None:
    assert right_to_left("«كان» yes")
    assert not right_to_left("yes كان")
    assert not right_to_left("12 34")


@pytest.mark.parametrize(
    ("text", "language", "font"),
    [
        ("I left the lamp on. Żółć, ğ", "en", "caveat.ttf"),
        ("Мы варили чай", "ru", "caveat.ttf"),
        ("όλοι στην ταράτσα", "el", "mynerve.ttf"),
        ("شجرة الجيران.", "ar", "aref-ruqaa.ttf"),
        ("बारिश में", "hi", "kalam.ttf"),
        ("雨の日は", "ja", "klee-one.ttf"),
        ("最后一个橘子", "zh-Hans", "photophore-kai.ttf"),
    ],
)
def test_each_script_has_a_font_that_ships(text: str, language: str, font: str) -> None:
    found = Fonts(system=False).choose(text, language)

    assert found is not None
    assert found.path.name == font


def test_chinese_is_not_written_with_a_japanese_font() -> None:
    fonts = Fonts(system=False)
    ja, zh = fonts.choose("雨", "ja"), fonts.choose("我", "zh")

    assert ja is not None
    assert zh is not None
    assert (ja.path.name, zh.path.name) == ("klee-one.ttf", "photophore-kai.ttf")


def test_characters_without_a_font_are_named() -> None:
    fonts = Fonts(system=False)

    assert fonts.choose("a ꙮ b") is None
    assert fonts.missing("a ꙮ bꙮ") == "ꙮ"


def test_a_file_that_is_no_font_has_no_characters(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes((paths.presets() / "fonts" / "caveat.ttf").read_bytes()[:200])
    (tmp_path / "empty.ttf").write_bytes(b"")

    assert covered(broken) == frozenset()
    assert covered(tmp_path / "empty.ttf") == frozenset()
    assert covered(tmp_path / "none.ttf") == frozenset()


def test_every_font_has_its_copyright_in_the_licence() -> None:
    folder = paths.presets() / "fonts"
    licence = (folder / "OFL.txt").read_text(encoding="utf-8")

    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    for font in folder.glob("*.ttf"):
        assert re.search(rf"^{re.escape(font.name)}: Copyright ", licence, re.MULTILINE)


def test_arabic_lines_stand_to_the_right_and_latin_ones_to_the_left() -> None:
    fonts = Fonts(system=False)
    for text, leftward in (("We got wet.", False), ("من أمي", True)):
        font = fonts.choose(text)
        assert font is not None
        lines = lines_of(text, font, SIZE, 0)
        assert lines is not None
        (line,) = lines
        assert line.leftward is leftward
        columns = np.nonzero(line.ink.any(axis=0))[0]
        assert bool(columns.mean() > SIZE[0] / 2) is leftward


def test_the_sample_fits_and_has_fonts() -> None:
    show = load_show(DEFAULT_SHOW)
    fonts = Fonts(system=False)

    assert len(show.stories) >= 24
    assert len({story.language for story in show.stories}) >= 10
    for story in show.stories:
        assert fonts.choose(story.text, story.language), story.text
        lines = lines_of_text(story.text)
        assert lines, story.text
