"""The table of commands: one row each."""

from collections.abc import Mapping
from types import MappingProxyType

from installation.commands.spec import CommandSpec
from installation.commands.table.arguments import CANCEL, CONTROLS, CUES, PARAMETERS, WATCH
from installation.commands.table.keeper import ANSWERED, KEPT
from installation.commands.table.playing import PLAYED
from installation.commands.table.stage import STAGED, TIMED

__all__ = ["CANCEL", "COMMANDS", "CONTROLS", "CUES", "PARAMETERS", "WATCH"]

COMMANDS: Mapping[str, CommandSpec] = MappingProxyType(
    {one.name: one for one in (*PLAYED, *TIMED, *STAGED, *ANSWERED, *KEPT)}
)
"""Every command by its name."""
