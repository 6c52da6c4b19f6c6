"""The site from the command line."""

from installation.cli.site.start import hub_command

__all__ = ["hub_command"]
