"""Small venues for the light tests."""

from installation.show.venue_model import (
    Canvas,
    FixtureSpec,
    GroupSpec,
    GuardSettings,
    LightSettings,
    PixelSpec,
    Venue,
)
from installation.values import Where


def fixture(name, profile, universe=1, channel=1, position=(0.5, 0.5), size=(0.2, 0.2), line=1, mode=""):
    """A fixture, with the positions that a file would have given it from ``line`` on."""
    places = {
        key: Where("venue.toml", line + i, 1)
        for i, key in enumerate(("name", "profile", "universe", "channel"))
    }
    where = Where("venue.toml", line)
    return FixtureSpec(name, profile, universe, channel, position, size, where, places, mode)


def pixels(name, columns, rows=1, universe=1, channel=1, area=(0.0, 0.0, 1.0, 1.0), line=1, **more):
    """A strip or wall of pixels, likewise."""
    places = {"channel": Where("venue.toml", line + 3, 1), "universe": Where("venue.toml", line + 2, 1)}
    return PixelSpec(
        name, universe, channel, columns, rows, area, Where("venue.toml", line), places=places, **more
    )


def group(name, *members, line=1):
    """A group of lamps."""
    return GroupSpec(name, members, Where("venue.toml", line), {"members": Where("venue.toml", line)})


def room(*items):
    """A venue of these fixtures, pixels and groups."""
    fixtures = tuple(item for item in items if isinstance(item, FixtureSpec))
    strips = tuple(item for item in items if isinstance(item, PixelSpec))
    groups = tuple(item for item in items if isinstance(item, GroupSpec))
    guard, light = GuardSettings(), LightSettings()
    return Venue("test", "Test", Canvas(640, 360), (), (), fixtures, strips, guard, light, groups=groups)
