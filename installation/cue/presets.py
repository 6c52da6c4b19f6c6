"""Presets of a running show: saves bases under a name, and recalls them at once or with a fade."""

from dataclasses import replace
from typing import Final

from installation import paths
from installation.cue.check import arguments
from installation.cue.cuelist import CueList
from installation.cue.override import BLACKOUT, LOUDNESS, MASTER
from installation.errors import AddressError
from installation.parameter.preset import recall, save, snapshot
from installation.parameter.tree import Tree
from installation.show.model import PresetSpec, Show
from installation.values import Address, Seconds, Where

__all__ = ["recall_preset", "save_preset"]


_NEVER: Final[Address] = "/tempo/"
"""Begins what belongs to the evening, not to a look."""


def save_preset(show: Show, tree: Tree, name: str) -> Show:
    """Save all bases to a file of the show; return the show including it. Raises OSError."""
    path = paths.preset_folder(show.folder) / f"{name}.toml"
    values = {
        address: value
        for address, value in snapshot(tree).items()
        if not address.startswith(_NEVER) and address not in LOUDNESS
    }
    save(tree, path, values)
    spec = PresetSpec(name, dict(values), Where(str(path)))
    files = show.files if path in show.files else (*show.files, path)
    return replace(show, presets={**show.presets, name: spec}, files=files)


def recall_preset(show: Show, tree: Tree, cues: CueList, name: str, seconds: Seconds) -> str:
    """Recall a preset's bases. A preset neither starts nor ends a blackout, nor ends a panic.

    Returns:
        What of it could not be set, as it may be older than the show; empty if nothing.

    Raises:
        AddressError: There is no such preset, or nothing of it could be set.
    """
    preset = show.presets.get(name)
    if preset is None:
        message = f"no preset {name!r}; there are {', '.join(show.presets) or 'none'}"
        raise AddressError(message)
    values = {address: arguments(value) for address, value in preset.set.items()}
    values.pop(BLACKOUT, None)
    if MASTER in values and cues.calmed:
        del values[MASTER]
    problems = []
    if seconds > 0:
        ends = {}
        for address, value in values.items():
            try:
                ends[address] = tuple(tree.natural(address, value))
            except AddressError as error:
                problems.append(str(error))
        cues.fade_to(ends, seconds)
    else:
        problems = recall(tree, values)
    if problems and len(problems) == len(values):
        raise AddressError("; ".join(problems))
    if not problems:
        return ""
    return f"preset {name} is recalled without what the show does not have: {'; '.join(problems)}"
