import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from installation.light.merge import Merge

levels = arrays(np.float32, (3, 1), elements=st.floats(0, 1, width=32))


def column(*values):
    return np.array(values, np.float32)[:, None]


@given(levels, levels)
def test_htp_is_the_highest_whatever_the_order(a, b):
    one, two = Merge(3, 1), Merge(3, 1)
    one.put("a", a)
    one.put("b", b)
    two.put("b", b)
    two.put("a", a)

    assert np.array_equal(one.result(), np.maximum(a, b))
    assert np.array_equal(two.result(), one.result())


@given(levels, levels)
def test_a_higher_priority_wins_even_when_it_is_darker(low, high):
    merge = Merge(3, 1)
    merge.put("low", low, 100)
    merge.put("high", high, 101)

    assert np.array_equal(merge.result(), high)


def test_a_source_counts_only_where_it_covers():
    merge = Merge(3, 1)
    merge.put("low", column(0.1, 0.2, 0.3), 100)
    merge.put("high", column(0.9, 0.9, 0.9), 110, np.array([False, True, False]))

    assert merge.result().ravel().tolist() == column(0.1, 0.9, 0.3).ravel().tolist()


def test_ltp_follows_the_latest_change_of_each_lamp():
    merge = Merge(2, 1, "ltp")
    merge.put("a", column(0.5, 0.5))
    merge.put("b", column(0.2, 0.2))
    merge.put("a", column(0.6, 0.5))

    assert merge.result().ravel().tolist() == column(0.6, 0.2).ravel().tolist()


def test_ltp_a_source_that_repeats_itself_steals_nothing():
    merge = Merge(1, 1, "ltp")
    merge.put("refresh", column(0.5))
    merge.put("hand", column(0.2))
    for _ in range(10):
        merge.put("refresh", column(0.5))

    assert merge.result().ravel().tolist() == column(0.2).ravel().tolist()


def test_what_a_source_held_goes_to_the_others_when_it_leaves():
    merge = Merge(1, 1, "ltp")
    merge.put("a", column(0.5))
    merge.put("b", column(0.2))
    merge.drop("b")
    merge.drop("nobody")

    assert merge.result().ravel().tolist() == [0.5]
    merge.drop("a")
    assert merge.result().ravel().tolist() == [0.0]
    assert merge.sources == ()


def test_what_was_put_is_a_copy():
    merge = Merge(1, 1)
    values = column(0.5)
    merge.put("a", values)
    values[:] = 1.0

    assert merge.result().ravel().tolist() == [0.5]
