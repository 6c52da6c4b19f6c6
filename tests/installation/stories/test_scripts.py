"""What stands in place of a story that no font can write."""

from pathlib import Path

import pytest

from installation.guestbook import MOST_PLACES, room
from installation.player.surroundings import stories as surroundings
from installation.show import load_show
from installation.stories import Fonts, card, lacks, needed, write


def test_scripts_without_a_font_are_named_with_their_package() -> None:
    fonts = Fonts(system=False)
    found = dict(lacks(fonts))
    assert found["Hangul"] == "fonts-noto-cjk"
    assert found["Thai"] == "fonts-noto-core"
    assert not {"Latin", "Greek", "Cyrillic", "Arabic", "Devanagari"} & set(found)
    assert needed("\ud55c\uae00a") == ("Hangul", "fonts-noto-cjk")
    assert needed("\U000118a0")[1] == "fonts-noto-core"


def test_every_card_can_be_written() -> None:
    fonts = Fonts(system=False)
    for missing in ("\ud55c", "\u0e01", "\u6c49", "\u0f56", "\ue000"):
        assert room(card(missing)) <= MOST_PLACES
        assert write(card(missing), fonts, "en", 1, every=True) is not None


def test_a_card_stands_in_place_of_a_visitors_story(
    small_show: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert load_show(small_show).stories == ()
    monkeypatch.setattr(surroundings, "Fonts", lambda: Fonts(system=False))
    story = surroundings._Story("visitor's story 1", "\uc548\ub155\ud558\uc138\uc694", 90)
    written = surroundings._written(story, Fonts(system=False))
    assert written is not None
    assert "fonts-noto-cjk" in caplog.text
    own = surroundings._Story("stories.toml", "\uc548\ub155\ud558\uc138\uc694", 3)
    assert surroundings._written(own, Fonts(system=False)) is None
