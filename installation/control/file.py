"""Writes into ``controls.toml``, a file that people write too: comments and order stay as they are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table
from tomlkit.toml_document import TOMLDocument

from installation.errors import ShowError
from installation.parameter.preset import write_atomically
from installation.paths import read_bytes
from installation.show.controls import ControlSpec, read_controls
from installation.show.document import MAX_BYTES, parse
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
    document = _parsed(path, before)
    entries = _entries(document)
    standing = [one for one in entries if any(_is(one, gone) for gone in removed)]
    for spec in copied:
        if not any(_is(one, spec) for one in entries):
            entries.append(_table(spec))
    if standing:
        _fill(standing[0], added)
        for one in standing[1:]:
            entries.remove(one)
    else:
        entries.append(_table(added))
    return _write(path, before, document, added, tuple(removed))


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
    document = _parsed(path, now)
    entries = _entries(document)
    standing = [one for one in entries if _is(one, written.added)]
    for one in standing:
        entries.remove(one)
    for spec in written.removed:
        entries.append(_table(spec))
    _write(path, now, document, written.added, ())


def _parsed(path: Path, data: bytes | None) -> TOMLDocument:
    try:
        return tomlkit.parse(_HEAD if data is None else data.decode())
    except (TOMLKitError, UnicodeDecodeError) as error:
        hint = "mend the file, then learn again"
        raise ShowError([Finding(Where(str(path)), f"cannot be added to: {error}", hint)]) from error


def _entries(document: TOMLDocument) -> AoT:
    """Return the list of controls, which is added to the file where it has none."""
    found = document.get("control")
    if isinstance(found, AoT):
        return found
    if found is not None:
        hint = "write [[control]] with double brackets for each control"
        raise ShowError([Finding(Where("controls.toml"), "control: expected a list of tables", hint)])
    made = tomlkit.aot()
    document["control"] = made
    return made


def _write(
    path: Path,
    before: bytes | None,
    document: TOMLDocument,
    added: ControlSpec,
    removed: tuple[ControlSpec, ...],
) -> Written:
    text = tomlkit.dumps(document)
    findings: list[Finding] = []
    read_controls(parse(text, path), findings)
    if findings:
        raise ShowError(findings)
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
