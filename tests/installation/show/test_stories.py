"""Reading ``stories.toml``."""

from pathlib import Path

import pytest

from installation.errors import ShowError
from installation.show import load_show

HEAD = "format = 1\n"


def test_a_show_has_the_stories_of_its_file(small_show: Path) -> None:
    text = HEAD + '[[story]]\ntext = "  Cafe\u0301  and bees. "\nlanguage = "fr"\n[[story]]\ntext = "Two."\n'
    (small_show / "stories.toml").write_text(text, encoding="utf-8")
    show = load_show(small_show)

    assert [(one.text, one.language) for one in show.stories] == [("Café and bees.", "fr"), ("Two.", "")]
    assert small_show / "stories.toml" in show.files


def test_a_show_without_the_file_has_none(small_show: Path) -> None:
    assert load_show(small_show).stories == ()


@pytest.mark.parametrize(
    ("story", "message"),
    [
        (f'text = "{"a" * 85}"', "85 characters, 84 are readable"),
        ('text = " "', "it is empty"),
        ('text = "a\\u202Eb"', "U\\+202E"),
        ('text = "a\\nb"', "U\\+000A"),
        ('text = 3', "expected text"),
        ('language = "en"', "has no `text`"),
        ('text = "a"\ncolour = "red"', "colour"),
    ],
)  # fmt: skip
def test_what_no_wall_should_say_is_refused_with_its_line(small_show: Path, story: str, message: str) -> None:
    (small_show / "stories.toml").write_text(f"{HEAD}[[story]]\n{story}\n", encoding="utf-8")

    with pytest.raises(ShowError, match=message) as wrong:
        load_show(small_show)
    assert wrong.value.findings[0].where.file.endswith("stories.toml")


def test_joiners_belong_to_a_script_and_stay(small_show: Path) -> None:
    (small_show / "stories.toml").write_text(HEAD + '[[story]]\ntext = "می\u200cروم"\n', encoding="utf-8")

    assert load_show(small_show).stories[0].text == "می\u200cروم"
