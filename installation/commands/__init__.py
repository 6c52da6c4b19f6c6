"""The one table of commands: what a person or a device may ask of a running show.

Dispatch, argument checks, the command line's verbs, OSC addresses, route targets, keys, roles and the
reference page are derived from ``COMMANDS``. A new command is one row of ``table.py`` and one method of the
part that carries it out; that part refuses to start while the two disagree (``bound``).
"""

from installation.commands.reach import addressed, bound, key_words, may, pressed, routed, targets
from installation.commands.reading import Given, arguments, nearest_verb, switched
from installation.commands.spec import (
    DOUBLE_PRESS,
    HOLD_TO_QUIT,
    LATE,
    Argument,
    By,
    CommandSpec,
    Key,
    Kind,
    Role,
)
from installation.commands.table import CANCEL, COMMANDS, CONTROLS, CUES, PARAMETERS, WATCH

__all__ = [
    "CANCEL",
    "COMMANDS",
    "CONTROLS",
    "CUES",
    "DOUBLE_PRESS",
    "HOLD_TO_QUIT",
    "LATE",
    "PARAMETERS",
    "WATCH",
    "Argument",
    "By",
    "CommandSpec",
    "Given",
    "Key",
    "Kind",
    "Role",
    "addressed",
    "arguments",
    "bound",
    "key_words",
    "may",
    "nearest_verb",
    "pressed",
    "routed",
    "switched",
    "targets",
]
