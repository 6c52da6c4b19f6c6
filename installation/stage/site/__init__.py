"""The stage's end of the site: what this station says of itself, and what the others say as readings."""

from installation.stage.site.feed import SiteFeed

__all__ = ["SiteFeed"]
