"""Where stories of one theme gather."""

from installation.stories import Themes
from installation.stories.themes import PLACES


def test_a_theme_keeps_its_place_as_long_as_a_story_has_it() -> None:
    themes = Themes()
    themes.follow(["rain", "", "home", "rain"])
    rain, home = themes.place("rain"), themes.place("home")
    assert None not in (rain, home)
    assert rain != home
    assert themes.place("") is None
    themes.follow(["home", "bees", "rain"])
    assert (themes.place("rain"), themes.place("home")) == (rain, home)
    themes.follow(["bees"])
    assert themes.place("rain") is None
    themes.follow(["bees", "sea"])
    assert themes.place("sea") == rain  # the first that is free


def test_more_themes_than_places_share_them_evenly() -> None:
    themes = Themes()
    names = [f"theme {i}" for i in range(2 * len(PLACES))]
    themes.follow(names)
    found = [themes.place(one) for one in names]
    assert all(found.count(one) == 2 for one in PLACES)
