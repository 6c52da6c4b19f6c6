"""The fair share in the hub process."""

from installation.hub.share.part import SharePart

__all__ = ["SharePart"]
