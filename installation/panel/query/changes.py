"""What has changed between two descriptions of the tree, as messages for clients.

Source of the messages: https://github.com/Vidvox/OSCQueryProposal, "Server -> Client Communication".
Each change ends with a ``PATH_CHANGED`` of the deepest path that holds all of it, as the proposal wants, and
that a client knows and can ask for.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from installation.ipc.telemetry import Node
from installation.values import Address

__all__ = ["Change", "Changes", "changes", "common"]

MOST: Final = 256
"""Most single messages about one change; a larger one is told as a whole."""

Change = tuple[str, Any]
"""A COMMAND and its DATA."""

Changes = tuple[list[Change], dict[Address, Address]]
"""Messages in the order in which they are sent, and the new address of each old one."""


def changes(old: Mapping[Address, Node], new: Mapping[Address, Node]) -> Changes:
    """Return what to tell clients that knew ``old`` of ``new``; nothing if only places of values differ.

    A container or a parameter counts as renamed if it is the only one that is gone from its parent, one other
    has appeared there, and all below the two is equal. Signals are never renamed: they come and go.
    """
    gone = [address for address in old if address not in new]
    come = [address for address in new if address not in old]
    other = [address for address in new if address in old and _about(new[address]) != _about(old[address])]
    if not (gone or come or other):
        return [], {}
    names = _renamed(old, new, gone, come)
    moved = {one: now + one[len(was) :] for was, now in names.items() for one in _below(gone, was)}
    arrived = set(moved.values())
    told: list[Change] = [("PATH_RENAMED", {"OLD": was, "NEW": now}) for was, now in names.items()]
    told += [("PATH_REMOVED", address) for address in gone if address not in moved]
    told += [("PATH_ADDED", address) for address in come if address not in arrived]
    whole = _in_both(common([*map(_parent, gone), *map(_parent, come), *other]), old, new)
    if len(told) > MOST:
        told = [one for one in told if one[0] == "PATH_RENAMED"]
    return [*told, ("PATH_CHANGED", whole)], moved


def common(addresses: Iterable[Address]) -> Address:
    """Return the deepest path that holds all of the addresses, or is one of them."""
    shared: list[str] | None = None
    for address in addresses:
        names = [name for name in address.split("/") if name]
        if shared is None:
            shared = names
        else:
            equal = 0
            while equal < min(len(shared), len(names)) and shared[equal] == names[equal]:
                equal += 1
            shared = shared[:equal]
    return "/" + "/".join(shared or ())


def _in_both(path: Address, old: Mapping[Address, Node], new: Mapping[Address, Node]) -> Address:
    """Return the path itself, or the nearest one above it that is part of both trees."""
    while path != "/" and not (_below(old, path) and _below(new, path)):
        path = _parent(path)
    return path


def _about(node: Node, address: Address = "") -> Node:
    """Return all that clients are told of a node, without its place among the values."""
    return msgspec.structs.replace(node, slot=0, address=address)


def _parent(address: Address) -> Address:
    return address.rpartition("/")[0] or "/"


def _below(addresses: Iterable[Address], top: Address) -> list[Address]:
    return [one for one in addresses if one == top or one.startswith(top + "/")]


def _tops(these: Iterable[Address], others: Mapping[Address, Node]) -> dict[Address, list[Address]]:
    """Return the highest paths that exist only on one side, by their parents."""
    shared = {"/"}
    for address in others:
        names = address.split("/")
        shared.update("/".join(names[:count]) for count in range(2, len(names) + 1))
    found: dict[Address, list[Address]] = {}
    for address in these:
        names = address.split("/")
        tops = ("/".join(names[:count]) for count in range(2, len(names) + 1))
        top = next((one for one in tops if one not in shared), address)
        siblings = found.setdefault(_parent(top), [])
        if top not in siblings[-1:]:
            siblings.append(top)
    return found


def _renamed(
    old: Mapping[Address, Node], new: Mapping[Address, Node], gone: list[Address], come: list[Address]
) -> dict[Address, Address]:
    found: dict[Address, Address] = {}
    appeared = _tops((one for one in come if new[one].writable), old)
    for parent, tops in _tops((one for one in gone if old[one].writable), new).items():
        here = appeared.get(parent, [])
        if len(set(tops)) != 1 or len(set(here)) != 1:
            continue
        was, now = tops[0], here[0]
        before = {one[len(was) :]: _about(old[one]) for one in _below(gone, was)}
        after = {one[len(now) :]: _about(new[one]) for one in _below(come, now)}
        if before == after:
            found[was] = now
    return found
