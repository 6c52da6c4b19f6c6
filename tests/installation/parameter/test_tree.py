import contextlib
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.errors import AddressError
from installation.parameter import Kind, Parameter, Tree


def number(address: str, default: float = 0.0, low: float = 0.0, high: float = 1.0) -> Parameter:
    return Parameter(address, Kind.FLOAT, (default,), (low,), (high,))


EVERY = (
    number("/f", 1, -2, 6),
    Parameter("/i", Kind.INT, (3,), (0.5,), (9.5,)),
    Parameter("/b", Kind.BOOL, (0,), (0,), (1,)),
    Parameter("/e", Kind.EVENT, (0,), (0,), (1,)),
    Parameter("/choice", Kind.CHOICE, (5,), (0,), (9,), values=(2, 5, 9), labels=("two", "five", "nine")),
    Parameter("/point", Kind.POINT, (0, 0), (-1, -2), (1, 2)),
    Parameter("/color", Kind.COLOR, (0.1, 0.2, 0.3, 0.4), (0,) * 4, (1,) * 4),
)


def test_a_parameter_starts_at_its_default_both_ways() -> None:
    tree = Tree(EVERY)

    for parameter in EVERY:
        assert tree.get(parameter.address) == tree.get_base(parameter.address) == parameter.default


def test_set_writes_the_base_and_the_chain_writes_the_effective_value() -> None:
    tree = Tree(EVERY)
    tree.set("/f", (4,))
    assert (tree.get_base("/f"), tree.get("/f")) == ((4,), (1,))

    tree.settle()
    assert tree.get("/f") == (4,)


@pytest.mark.parametrize(
    ("address", "given_", "expected"),
    [
        ("/f", (99,), (6,)),
        ("/f", (-99.0,), (-2,)),
        ("/f", (True,), (1,)),
        ("/i", (4.4,), (4,)),
        ("/i", (99,), (9,)),
        ("/i", (-99,), (1,)),
        ("/b", (0.6,), (1,)),
        ("/b", (False,), (0,)),
        ("/e", (), (1,)),
        ("/choice", (6.9,), (5,)),
        ("/choice", ("nine",), (9,)),
        ("/point", (5, -5), (1, -2)),
        ("/color", (1, 0.5, 2), (1, 0.5, 1, 0.4)),
        ("/color", (1, 0, 0, 0), (1, 0, 0, 0)),
    ],
)
def test_set_clamps_and_rounds_to_the_kind(address: str, given_: tuple[float, ...], expected: object) -> None:
    tree = Tree(EVERY)
    tree.set(address, given_)

    assert tree.get_base(address) == expected


@pytest.mark.parametrize(
    ("address", "given_", "expected"),
    [
        ("/f", (0.5,), (2,)),
        ("/f", (7,), (6,)),
        ("/i", (0,), (1,)),
        ("/i", (1,), (9,)),
        ("/b", (0.5,), (1,)),
        ("/choice", (0.4,), (5,)),
        ("/choice", (1.0,), (9,)),
        ("/point", (0.5, 1), (0, 2)),
    ],
)
def test_faders_write_a_share_of_the_range(address: str, given_: tuple[float, ...], expected: object) -> None:
    tree = Tree(EVERY)
    tree.set_normalised(address, given_)

    assert tree.get_base(address) == expected


@pytest.mark.parametrize(
    ("address", "values", "words"),
    [
        ("/colr", (1,), "no parameter /colr; did you mean /color?"),
        ("/nothing-like-it", (1,), "photophore list parameters"),
        ("/f", (math.nan,), "finite"),
        ("/f", (math.inf,), "finite"),
        ("/f", ("x",), "not x"),
        ("/f", (), "takes 1 number, not 0"),
        ("/point", (1,), "takes 2 numbers, not 1"),
        ("/choice", ("tree",), "two, five, nine"),
    ],
)
def test_what_cannot_be_set_is_said_and_nothing_changes(
    address: str, values: tuple[float, ...], words: str
) -> None:
    tree = Tree(EVERY)
    before = tree.base.copy()
    with pytest.raises(AddressError) as caught:
        tree.set(address, values)

    assert words in str(caught.value)
    assert (tree.base == before).all()
    assert not tree.touched.any()


def test_every_set_is_a_touch_and_a_fades_write_is_not() -> None:
    tree = Tree(EVERY)
    tree.set("/point", (0, 0))
    tree.set_normalised("/point", (0, 0))
    slot = tree.slot("/point")
    tree.write(np.array([slot]), np.array([0.5]))

    assert tree.touched[slot : slot + 2].tolist() == [2, 2]
    assert tree.get_base("/point") == (0.5, -2)


def test_write_clamps_rounds_and_leaves_out_what_is_not_finite() -> None:
    tree = Tree(EVERY)
    slots = np.array([tree.slot(a) for a in ("/f", "/i", "/choice", "/b")])
    tree.write(slots, np.array([np.nan, 4.6, 100, np.inf]))

    assert tree.base[slots].tolist() == [1, 5, 9, 0]


def test_an_event_is_true_until_the_end_of_its_frame() -> None:
    tree = Tree(EVERY)
    tree.set("/e", (1,))
    tree.settle()
    assert tree.get("/e") == (1,)

    tree.end_frame()
    tree.settle()
    assert tree.get("/e") == (0,)


def test_a_scene_may_come_and_go_and_the_others_keep_their_bases() -> None:
    tree = Tree([number("/a"), number("/scene/x/p")])
    tree.set("/a", (0.7,))
    version = tree.version
    tree.add([number("/scene/y/p"), number("/b")])
    assert tree.version > version
    assert list(tree.parameters()) == ["/a", "/scene/x/p", "/scene/y/p", "/b"]

    tree.remove("/scene/x")
    assert list(tree.parameters()) == ["/a", "/scene/y/p", "/b"]
    assert tree.get_base("/a") == (0.7,)
    assert tree.touched[tree.slot("/a")] == 1


def test_removing_a_prefix_takes_whole_names_only() -> None:
    tree = Tree([number("/scene/x"), number("/scene/xy"), number("/scene/x/z")])
    tree.remove("/scene/x")

    assert list(tree.parameters()) == ["/scene/xy"]


def test_an_edited_parameter_keeps_its_base_within_the_new_range() -> None:
    tree = Tree([number("/a", 0, 0, 10), number("/b")])
    tree.set("/a", (8,))
    tree.add([number("/a", 0, 0, 5)])

    assert tree.get_base("/a") == (5,)
    assert list(tree.parameters()) == ["/a", "/b"]


@pytest.mark.parametrize(
    "parameter",
    [
        number("/a", 0, 1, 0),
        number("/a", 0, 0, math.inf),
        number("/a", math.nan),
        number("a"),
        number("/a/"),
        number("/a//b"),
        Parameter("/a", Kind.CHOICE, (0,), (0,), (1,)),
        Parameter("/a", Kind.INT, (0,), (0.2,), (0.8,)),
    ],
)
def test_a_parameter_that_could_not_live_is_refused(parameter: Parameter) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Tree([parameter])


@given(
    st.sampled_from(EVERY),
    st.lists(st.one_of(st.floats(), st.integers(), st.booleans(), st.text(max_size=5)), max_size=5),
    st.booleans(),
)
def test_whatever_is_set_the_tree_stays_lawful(
    parameter: Parameter, values: list[float | int | bool | str], normalised: bool
) -> None:
    tree = Tree(EVERY)
    with contextlib.suppress(AddressError):
        (tree.set_normalised if normalised else tree.set)(parameter.address, values)
    assert np.isfinite(tree.base).all()
    assert (tree.base >= tree.kinds.minimum).all()
    assert (tree.base <= tree.kinds.maximum).all()
    settled = tree.base.copy()
    tree.kinds.settle(settled)
    assert (settled == tree.base).all()


@given(st.lists(st.floats(allow_nan=False), min_size=11, max_size=11))
def test_one_value_and_many_are_rounded_alike(values: list[float]) -> None:
    one, many = Tree(EVERY), Tree(EVERY)
    many.write(np.arange(11), np.nan_to_num(np.array(values)))
    slot = 0
    for parameter in EVERY:
        size = parameter.kind.components
        one.set(parameter.address, np.nan_to_num(np.array(values[slot : slot + size])).tolist())
        slot += size

    assert one.base.tolist() == many.base.tolist()
