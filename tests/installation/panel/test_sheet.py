"""Frames of all values against our OSC encoder, one by one; and what changes of a tree are told."""

import math
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from installation import osc
from installation.ipc.telemetry import Node
from installation.panel.query import frames
from installation.panel.query.changes import MOST, changes, common
from installation.panel.query.sheet import Sheet

COMPONENTS = {"float": 1, "int": 1, "bool": 1, "event": 1, "choice": 1, "point": 2, "color": 4}

kinds = st.lists(st.sampled_from(sorted(COMPONENTS)), min_size=0, max_size=90)
numbers = st.floats(width=32, allow_nan=True, allow_infinity=True)


def nodes_of(wanted: list[str], start: int = 3) -> tuple[list[Node], int]:
    """Nodes of these kinds, with slots in another order than their own, and gaps between them."""
    made, slot = [], start
    for number, kind in enumerate(reversed(wanted)):
        size = COMPONENTS[kind]
        name = f"/{'long/' * (number % 30)}{kind}/{number}"
        made.append(Node(address=name, kind=kind, slot=slot, default=(0.0,) * size))
        slot += size + number % 2
    return made[::-1], slot


def message(node: Node, values: list[float]) -> bytes:
    """The same by other means."""
    match node.kind:
        case "bool" | "event":
            return osc.encode(node.address, values[0] != 0)
        case "int" | "choice":
            whole = [int(np.clip(round(one), -(2**31), 2**31 - 128)) for one in values]
            return osc.encode(node.address, *whole, types="i" * len(values))
    return osc.encode(node.address, *values, types="f" * len(values))


@given(kinds, st.data())
def test_each_frame_is_the_message_of_its_node_and_only_what_changed_is_due(
    wanted: list[str], data: st.DataObject
) -> None:
    nodes, slots = nodes_of(wanted)
    sheet = Sheet(nodes, slots)
    before = np.zeros(slots, np.float32)
    for _ in range(3):
        values = np.array(data.draw(st.lists(numbers, min_size=slots, max_size=slots)), np.float32)
        if data.draw(st.booleans()):
            values = before.copy()
        first = not sheet.filled
        changed = sheet.update(values)
        due, wanted_bytes = sheet.none(), b""
        for place, node in enumerate(nodes):
            mine = [float(one) for one in values[node.slot : node.slot + node.components]]
            was = [float(one) for one in before[node.slot : node.slot + node.components]]
            assert bool(sheet.finite[place]) == all(map(math.isfinite, mine))
            if not sheet.finite[place]:
                continue
            if all(map(math.isfinite, was)) and not first:
                differs = message(node, mine) != message(node, was)
                assert bool(changed[place]) == differs
            due[place] = True
            wanted_bytes += frames.binary(message(node, mine))
        assert sheet.frames(due) == wanted_bytes
        before = values


def test_a_sheet_that_follows_another_counts_only_what_differs() -> None:
    old_nodes = [Node(address=f"/a/{n}", kind="float", slot=n, default=(0.0,)) for n in range(4)]
    old = Sheet(old_nodes, 4)
    old.update(np.array([1, 2, 3, 4], np.float32))
    new_nodes = [
        Node(address="/a/9", kind="float", slot=0, default=(0.0,)),
        Node(address="/a/2", kind="float", slot=1, default=(0.0,)),
        Node(address="/a/1", kind="int", slot=2, default=(0.0,)),
        Node(address="/a/3", kind="float", slot=3, default=(0.0,)),
    ]
    new = Sheet(new_nodes, 4)
    new.follow(old)
    assert new.update(np.array([7, 3, 2, 5], np.float32)).tolist() == [True, False, True, True]


@given(st.binary(max_size=70_000))
def test_a_frame_says_its_length_as_rfc_6455_has_it(payload: bytes) -> None:
    made = frames.binary(payload)
    head = 2 if len(payload) < 126 else 4 if len(payload) < 65_536 else 10
    assert made[0] == 0x82
    assert made[head:] == payload
    if head == 4:
        assert made[1:4] == bytes((126,)) + len(payload).to_bytes(2, "big")
    elif head == 10:
        assert made[1:10] == bytes((127,)) + len(payload).to_bytes(8, "big")
    else:
        assert made[1] == len(payload)


def tree(*addresses: str, **about: Any) -> dict[str, Node]:
    return {
        one: Node(address=one, kind="float", slot=slot, default=(0.0,), **about)
        for slot, one in enumerate(addresses)
    }


def test_only_other_places_of_values_are_no_change() -> None:
    assert changes(tree("/a", "/b"), tree("/b", "/a")) == ([], {})


def test_a_changed_range_is_told_with_its_own_path() -> None:
    told, moved = changes(tree("/a/b", "/a/c"), tree("/a/c") | tree("/a/b", unit="m"))
    assert (told, moved) == ([("PATH_CHANGED", "/a/b")], {})


def test_what_is_not_alone_or_not_equal_is_not_renamed() -> None:
    told, _ = changes(tree("/s/a/x", "/s/b/x"), tree("/s/c/x", "/s/d/x"))
    assert ("PATH_REMOVED", "/s/a/x") in told
    assert ("PATH_ADDED", "/s/d/x") in told
    assert not [one for one in told if one[0] == "PATH_RENAMED"]
    told, _ = changes(tree("/s/a/x", "/m"), tree("/s/b/y", "/m"))
    assert told == [("PATH_REMOVED", "/s/a/x"), ("PATH_ADDED", "/s/b/y"), ("PATH_CHANGED", "/s")]
    told, _ = changes(tree("/osc/a", "/m", writable=False), tree("/osc/b", "/m", writable=False))
    assert [one[0] for one in told] == ["PATH_REMOVED", "PATH_ADDED", "PATH_CHANGED"]


def test_one_parameter_with_another_name_is_renamed() -> None:
    told, moved = changes(tree("/s/a", "/s/b"), tree("/s/a", "/s/c"))
    assert told == [("PATH_RENAMED", {"OLD": "/s/b", "NEW": "/s/c"}), ("PATH_CHANGED", "/s")]
    assert moved == {"/s/b": "/s/c"}


def test_a_large_change_is_told_as_a_whole() -> None:
    many = [f"/s/{number}" for number in range(MOST + 1)]
    assert changes(tree("/m"), tree("/m", *many)) == ([("PATH_CHANGED", "/")], {})
    assert changes(tree("/s/m"), tree("/s/m", *many)) == ([("PATH_CHANGED", "/s")], {})


@given(st.lists(st.sampled_from(["/a/b/c", "/a/b", "/a/bc", "/a", "/x/y", "/"]), min_size=1))
def test_the_common_path_holds_all(paths: list[str]) -> None:
    whole = common(paths)
    assert all(one == whole or one.startswith(whole.rstrip("/") + "/") for one in paths)
