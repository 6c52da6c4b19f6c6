"""Writes into ``controls.toml``, a file that people write too: comments and order stay as they are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Table
from tomlkit.toml_document import TOMLDocument

from installation.errors import ShowError
from installation.parameter.preset import write_atomically
from installation.paths import read_bytes
from installation.show.controls import ControlSpec, read_controls
from installation.show.document import MAX_BYTES, parse
from installation.show.document import Table as Entry
from installation.values import Finding, Scalar, Where

__all__ = ["Written", "learned", "undone"]

_HEAD: Final = """# What the controls of controllers do in this show; see docs/controls.md.
# `photophore learn ADDRESS` adds to it, `photophore learn --undo` takes that back.
format = 1
"""

_KEYS: Final[Mapping[str, str]] = {
    "from": "source", "to": "target", "page": "page", "takeover": "takeover", "how": "how",
    "encoding": "encoding", "low": "low", "high": "high", "component": "component", "held": "held",
}  # fmt: skip
"""Fields by key, in the order in which they are written."""

_DEFAULTS: Final = ControlSpec("", "", Where(""))


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, so that it can be taken back.

    Attributes:
        path: The file.
        before: Its bytes before; None if there was no file.
        after: Its bytes now.
        added: The entry that was written.
        removed: Entries whose place it took.
    """

    path: Path
    before: bytes | None
    after: bytes
    added: ControlSpec
    removed: tuple[ControlSpec, ...]


def learned(
    path: Path, added: ControlSpec, removed: Sequence[ControlSpec] = (), copied: Sequence[ControlSpec] = ()
) -> Written:
    """Write a control that was learned.

    Args:
        path: The file; it need not exist.
        added: The entry; it takes the place of the first one removed, else it is the last.
        removed: Entries that it replaces.
        copied: Entries of the file below this one that go on to hold, where this one lies on top of it.

    Raises:
        ShowError: The file has errors, so nothing was written.
        OSError: It cannot be read or written.
    """
    before = read_bytes(path, MAX_BYTES) if path.exists() else None
    text = _exchanged(path, _text(path, before), removed, (added,), copied)
    return _write(path, before, text, added, tuple(removed))


def undone(written: Written) -> None:
    """Take back what was written; what was edited since stays.

    Raises:
        ShowError: The file has errors now, so nothing was written.
        OSError: It cannot be read or written.
    """
    path = written.path
    now = read_bytes(path, MAX_BYTES) if path.exists() else None
    if now == written.after:
        if written.before is None:
            path.unlink()
        else:
            write_atomically(path, written.before)
        return
    text = _exchanged(path, _text(path, now), (written.added,), written.removed, ())
    _write(path, now, text, written.added, ())


def _text(path: Path, data: bytes | None) -> str:
    try:
        return _HEAD if data is None else data.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise _refused(path, error) from error


def _refused(path: Path, error: Exception) -> ShowError:
    return ShowError(
        [Finding(Where(str(path)), f"cannot be added to: {error}", "mend the file, then try again")]
    )


def _exchanged(
    path: Path,
    text: str,
    gone: Sequence[ControlSpec],
    come: Sequence[ControlSpec],
    copied: Sequence[ControlSpec],
) -> str:
    """Return the text with some entries in the place of others; further ones are added at the end."""
    document = _parsed(path, text)
    entries = document.get("control", [])
    places = [index for index, one in enumerate(entries) if any(_is(one, spec) for spec in gone)]
    for index, spec in zip(places, come, strict=False):
        _fill(entries[index], spec)
    new = [spec for spec in copied if not any(_is(one, spec) for one in entries)]
    new += come[len(places) :]
    text = tomlkit.dumps(document)
    for index in reversed(places[len(come) :]):
        text = _without(path, text, index)
    for spec in new:
        text = f"{text.rstrip()}\n\n{tomlkit.dumps({'control': [_table(spec)]}).strip()}\n"
    return text


def _without(path: Path, text: str, index: int) -> str:
    """Return the text without one entry; comments around it stay, which TOML counts to the entry before."""
    table = parse(text, path).root.members["control"].node.value
    entry = table[index].value if isinstance(table, tuple) else None
    if not isinstance(entry, Entry):
        return text
    lines = text.splitlines(keepends=True)
    last = max((one.node.where.line for one in entry.members.values()), default=entry.where.line)
    before, after = lines[: entry.where.line - 1], lines[last:]
    if after and not after[0].strip() and (not before or not before[-1].strip()):
        del after[0]
    return "".join(before + after)


def _parsed(path: Path, text: str) -> TOMLDocument:
    """Return the file for editing. Raises ShowError where it is no map of controls."""
    findings: list[Finding] = []
    read_controls(parse(text, path), findings)
    if findings:
        raise ShowError(findings)
    try:
        return tomlkit.parse(text)
    except TOMLKitError as error:
        raise _refused(path, error) from error


def _write(
    path: Path, before: bytes | None, text: str, added: ControlSpec, removed: tuple[ControlSpec, ...]
) -> Written:
    _parsed(path, text)
    data = text.encode()
    write_atomically(path, data)
    return Written(path, before, data, added, removed)


def _is(table: Mapping[str, Any], spec: ControlSpec) -> bool:
    """Whether an entry of the file is this one."""
    return (table.get("from"), table.get("to"), table.get("page", "")) == (
        spec.source,
        spec.target,
        spec.page,
    )


def _table(spec: ControlSpec) -> Table:
    table = tomlkit.table()
    table.update(_said(spec))
    return table


def _fill(table: Any, spec: ControlSpec) -> None:
    """Make an entry say something else; what both say stays where it is, with its comment."""
    said = _said(spec)
    for key in [key for key in table if key in _KEYS and key not in said]:
        table.remove(key)
    for key, value in said.items():
        if table.get(key) != value:
            table[key] = value


def _said(spec: ControlSpec) -> dict[str, Scalar]:
    """Return the keys of an entry, without those that have their default."""
    pairs: Iterable[tuple[str, Any]] = ((key, getattr(spec, name)) for key, name in _KEYS.items())
    return {
        key: value
        for key, value in pairs
        if value is not None and (key in ("from", "to") or value != getattr(_DEFAULTS, _KEYS[key]))
    }
