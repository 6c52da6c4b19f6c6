"""Presets: snapshots of bases that can be stored, recalled and morphed."""

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np

from installation.errors import AddressError
from installation.parameter.parameter import Kind, Parameter
from installation.parameter.tree import Tree
from installation.values import Address, Scalar

__all__ = ["FORMAT", "Snapshot", "morph", "recall", "save", "snapshot", "write_atomically"]

FORMAT = 1
"""Version of the preset file's layout."""

Snapshot: TypeAlias = dict[Address, tuple[float, ...]]
"""Bases by address, natural units."""


def snapshot(tree: Tree, prefix: Address = "/") -> Snapshot:
    """The bases of all parameters at and below ``prefix``; events are moments and are left out."""
    below = prefix.rstrip("/") + "/"
    return {
        address: tree.get_base(address)
        for address, parameter in tree.parameters().items()
        if (address == prefix or address.startswith(below)) and parameter.kind is not Kind.EVENT
    }


def recall(tree: Tree, values: Mapping[Address, Scalar | Sequence[Scalar]]) -> list[str]:
    """Set every base that a preset states, and say what could not be set, one sentence each.

    A preset may be older than the show: what still exists is recalled, the rest is reported.
    """
    problems = []
    for address, value in values.items():
        try:
            tree.set(address, (value,) if isinstance(value, (int, float, bool, str)) else tuple(value))
        except AddressError as error:
            problems.append(str(error))
    return problems


def morph(tree: Tree, start: Mapping[Address, Sequence[float]], end: Snapshot, amount: float) -> None:
    """Write bases between two snapshots: 0 is ``start``, 1 is ``end``, straight lines between.

    Whole numbers, switches and choices change over at the middle. Addresses that only one snapshot states,
    or the tree does not know, stay as they are. It counts as a touch.
    """
    amount = min(max(amount, 0.0), 1.0)
    known = tree.parameters()
    for address in start.keys() & end.keys() & known.keys():
        if known[address].kind in (Kind.FLOAT, Kind.POINT, Kind.COLOR):
            pairs = zip(start[address], end[address], strict=True)
            tree.set(address, [b if amount == 1 else a + (b - a) * amount for a, b in pairs])
        else:
            tree.set(address, (start if amount < 0.5 else end)[address])


def save(tree: Tree, path: Path, values: Mapping[Address, Sequence[float]]) -> None:
    """Write a snapshot as a TOML preset that ``recall`` and the show's loader read back exactly.

    Raises OSError when the folder cannot be written; the old file is then still whole.
    """
    known = tree.parameters()
    lines = [f"format = {FORMAT}", "", "[set]"]
    for address, value in values.items():
        if address in known:
            # A TOML basic string escapes as JSON does, DEL apart, which no address may hold.
            lines.append(f"{json.dumps(address)} = {_toml(known[address], value)}")
    write_atomically(path, "\n".join(lines).encode() + b"\n")


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file as a whole: a reader, or a power cut, meets the old bytes or the new, never a part.

    The bytes are on the disk before the name points at them, and the name before this returns. An existing
    file keeps its mode.
    Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = path.stat().st_mode & 0o777 if path.exists() else None
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(temporary).unlink()
        raise
    if os.name == "posix":  # elsewhere a folder cannot be opened, and the rename is what there is
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _toml(parameter: Parameter, values: Sequence[float]) -> str:
    match parameter.kind:
        case Kind.BOOL | Kind.EVENT:
            return "true" if values[0] >= 0.5 else "false"
        case Kind.INT | Kind.CHOICE:
            return str(round(values[0]))
    texts = [repr(float(np.float64(value))) for value in values]
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
