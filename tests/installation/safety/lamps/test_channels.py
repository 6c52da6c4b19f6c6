"""Channels are read and written at their addresses, whether these are kept or follow from rows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.safety.lamps import channels
from installation.safety.lamps.channels import Channels


def strips(rng: np.random.Generator) -> np.ndarray:
    """``(4, lamps)``: strips of pixels over several universes, and lamps that stand alone, in wire order."""
    parts, cursor = [], 0
    for _ in range(rng.integers(1, 8)):
        cursor += int(rng.integers(0, 30))
        width = int(rng.choice([1, 3, 4]))
        count, each = int(rng.choice([1, 2, 40, 700])), int(rng.choice([20, 170]))
        row, place = np.divmod(np.arange(count), each)
        apart = np.cumsum(rng.choice([0, 0, 7], row[-1] + 1))  # now and then a row lies elsewhere
        slots = cursor + row * max(512, each * width) + apart[row] + place * width
        parts.append(np.minimum(slots + np.arange(4)[:, None], slots + width - 1))
        cursor = int(slots[-1]) + width
    return np.hstack(parts)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_rows_of_lamps_are_read_and_written_at_their_addresses(seed):
    rng = np.random.default_rng(seed)
    slots = strips(rng)
    lamps = Channels(slots)
    light = rng.integers(0, 65536, int(slots.max()) + 1).astype(np.uint16)
    values = np.empty(slots.shape, np.float32)
    lamps.read(light, values)
    np.testing.assert_array_equal(values, light[slots])
    written, plain = light.copy(), light.copy()
    values = (rng.random(slots.shape) * 65535).astype(np.float32)
    lamps.write(written, values)
    for row, value in zip(slots[::-1], values[::-1].astype(np.uint16), strict=True):
        plain[row] = value
    np.testing.assert_array_equal(written, plain)
    which = np.flatnonzero(rng.random(slots.shape[1]) < 0.3)
    lamps.write_some(written, which, values[:, which] * np.float32(0.5))
    for row, value in zip(slots[::-1], (values * np.float32(0.5)).astype(np.uint16)[::-1], strict=True):
        plain[row[which]] = value[which]
    np.testing.assert_array_equal(written, plain)


def test_a_wall_needs_no_addresses(monkeypatch):
    wall = (np.arange(8)[:, None] * 512 + np.arange(170) * 3).ravel() + np.arange(3)[:, None]
    lamps = Channels(wall)
    monkeypatch.setattr(lamps, "_slots", None)
    values = np.empty(wall.shape, np.float32)
    light = np.arange(8 * 512).astype(np.uint16)
    lamps.read(light, values)
    np.testing.assert_array_equal(values, wall)


def test_no_row_reaches_beyond_the_light():
    wall = np.arange(300).reshape(100, 3).T
    values = np.empty(wall.shape, np.float32)
    with pytest.raises((TypeError, ValueError)):
        Channels(wall).read(np.zeros(299, np.uint16), values)


def test_lamps_are_as_good_with_addresses_as_in_rows(monkeypatch):
    from installation.safety.lamps.guard import LampGuard
    from installation.safety.law import LAWS, LUMINANCE

    slots = (np.arange(2)[:, None] * 512 + np.arange(170) * 3).ravel()[:, None] + np.arange(3)
    count, rng = len(slots), np.random.default_rng(3)
    tables = (
        np.tile(np.array(LUMINANCE, np.float32), (count, 1)),
        np.tile(np.eye(3, dtype=np.float32), (count, 1, 1)),
        np.full(count, 1 / count, np.float32),
    )
    in_rows = LampGuard(slots, *tables, LAWS["standard"])
    monkeypatch.setattr(channels, "_FEWEST", 1000)
    alone = LampGuard(slots, *tables, LAWS["standard"])
    for tick in range(200):
        light = rng.integers(0, 65536, 1024) if tick // 40 % 2 else np.full(1024, 20_000 + 40 * tick)
        light = light.astype(np.uint16)
        np.testing.assert_array_equal(in_rows.apply(light, 1 / 44), alone.apply(light, 1 / 44))
