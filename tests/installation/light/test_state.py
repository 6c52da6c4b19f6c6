import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.light.state import HEADER, LightState


@given(st.integers(1, 5), st.integers(0, 2**63), st.floats(0, 1e9), st.floats(0, 1, width=32))
def test_bytes_come_back_as_the_same_state(universes, index, time, mean):
    light = np.random.default_rng(universes).integers(0, 65536, (universes, 512), np.uint16)
    state = LightState(index, time, light, mean)
    again = LightState.from_buffer(memoryview(state.to_bytes()))

    assert (again.index, again.time, again.mean) == (index, time, mean)
    assert math.isnan(again.red)
    assert np.array_equal(again.light, light)
    assert len(state.to_bytes()) == state.size


def test_what_was_read_does_not_share_memory():
    buffer = bytearray(LightState(1, 0.0, np.ones((1, 512), np.uint16)).to_bytes())
    state = LightState.from_buffer(buffer)
    buffer[HEADER:] = bytes(1024)

    assert state.light.all()


@given(st.binary(max_size=80))
def test_other_bytes_are_a_value_error(data):
    with pytest.raises(ValueError, match="not a light state"):
        LightState.from_buffer(data)


def test_a_length_that_lies_is_a_value_error():
    data = LightState(1, 0.0, np.ones((2, 512), np.uint16)).to_bytes()
    with pytest.raises(ValueError, match="not a light state"):
        LightState.from_buffer(data[:-1])
