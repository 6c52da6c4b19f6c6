"""Presets of a running show: its bases kept under a name, and brought back at once or over a time."""

from dataclasses import replace

from installation import paths
from installation.cue.check import arguments
from installation.cue.cuelist import CueList
from installation.cue.override import BLACKOUT, MASTER
from installation.errors import AddressError
from installation.parameter.preset import recall, save, snapshot
from installation.parameter.tree import Tree
from installation.show.model import PresetSpec, Show
from installation.values import Seconds, Where

__all__ = ["recall_preset", "save_preset"]


def save_preset(show: Show, tree: Tree, name: str) -> Show:
    """Write all bases to a file of the show; returns the show with it. Raises OSError."""
    path = paths.preset_folder(show.folder) / f"{name}.toml"
    values = snapshot(tree)
    save(tree, path, values)
    spec = PresetSpec(name, dict(values), Where(str(path)))
    files = show.files if path in show.files else (*show.files, path)
    return replace(show, presets={**show.presets, name: spec}, files=files)


def recall_preset(show: Show, tree: Tree, cues: CueList, name: str, seconds: Seconds) -> None:
    """Bring a preset's bases back. It is a look: it neither makes nor ends a blackout, nor ends a panic.

    Raises AddressError for one that there is not, and with all that could not be set; the rest is.
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
    if problems:
        raise AddressError("; ".join(problems))
