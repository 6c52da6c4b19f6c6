import math
from collections.abc import Callable
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from installation import portable_math

DIGITS = 45
Reference = Callable[[Decimal], Decimal]


def arctan_of_inverse(n: int) -> Decimal:
    total, term, k = Decimal(0), Decimal(1) / n, 0
    while abs(term) > Decimal(10) ** -(DIGITS + 5):
        total += term / (2 * k + 1) * (-1) ** k
        term /= n * n
        k += 1
    return total


def pi() -> Decimal:
    return 4 * (4 * arctan_of_inverse(5) - arctan_of_inverse(239))  # Machin, 1706


def sine(x: Decimal) -> Decimal:
    half = pi() / 2
    turns = (x / half).to_integral_value()
    r = x - turns * half
    series = [(-1) ** k * r ** (2 * k) / math.factorial(2 * k) for k in range(20)]
    cosine = sum(series, Decimal(0))
    series = [(-1) ** k * r ** (2 * k + 1) / math.factorial(2 * k + 1) for k in range(20)]
    return [sum(series, Decimal(0)), cosine, -sum(series, Decimal(0)), -cosine][int(turns) % 4]


def cosine(x: Decimal) -> Decimal:
    return sine(x + pi() / 2)


def hyperbolic(x: Decimal) -> Decimal:
    e = (2 * x).exp()
    return (e - 1) / (e + 1)


def worst_ulps(ours: NDArray[np.float64], xs: NDArray[np.float64], reference: Reference) -> float:
    worst = 0.0
    with localcontext() as context:
        context.prec = DIGITS
        for x, y in zip(xs.tolist(), ours.tolist(), strict=True):
            exact = reference(Decimal(x))
            unit = Decimal(math.ulp(float(exact)))
            worst = max(worst, float(abs(Decimal(y) - exact) / unit))
    return worst


def spread(low: float, high: float, count: int = 400) -> NDArray[np.float64]:
    return np.random.default_rng(7).uniform(low, high, count)


@pytest.mark.parametrize(
    ("function", "reference", "xs"),
    [
        (portable_math.exp, lambda x: x.exp(), spread(-700, 700)),
        (portable_math.exp, lambda x: x.exp(), spread(-1, 1)),
        (portable_math.log, lambda x: x.ln(), 10 ** spread(-300, 300)),
        (portable_math.log, lambda x: x.ln(), spread(0.5, 2)),
        (portable_math.log, lambda x: x.ln(), 1 + spread(-1e-6, 1e-6)),
        (portable_math.sin, sine, spread(-10, 10)),
        (portable_math.sin, sine, spread(-1e-3, 1e-3)),
        (portable_math.cos, cosine, spread(-10, 10)),
        (portable_math.tanh, hyperbolic, spread(-5, 5)),
        (portable_math.tanh, hyperbolic, spread(-0.7, 0.7)),
        (portable_math.tanh, hyperbolic, spread(-1e-5, 1e-5)),
    ],
)
def test_error_is_below_two_and_a_half_units_in_the_last_place(
    function: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    reference: Reference,
    xs: NDArray[np.float64],
) -> None:
    assert worst_ulps(function(xs), xs, reference) < 2.5


def test_sine_stays_within_1e_15_for_large_arguments() -> None:
    xs = spread(-400_000, 400_000)
    with localcontext() as context:
        context.prec = DIGITS
        errors = [
            float(abs(Decimal(y) - sine(Decimal(x))))
            for x, y in zip(xs.tolist(), portable_math.sin(xs).tolist(), strict=True)
        ]
    assert max(errors) < 1e-15


def test_power_is_as_good_as_it_says() -> None:
    xs, exponents = spread(0.001, 1), spread(0.1, 10)
    ours = portable_math.power(xs, exponents)
    with localcontext() as context:
        context.prec = DIGITS
        for x, e, y in zip(xs.tolist(), exponents.tolist(), ours.tolist(), strict=True):
            exact = Decimal(x) ** Decimal(e)
            allowed = (2 + abs(e * math.log(x))) * math.ulp(float(exact))
            assert abs(Decimal(y) - exact) <= Decimal(allowed)


def test_constants_in_parts_are_those_of_rational_series() -> None:
    with localcontext() as context:
        context.prec = 60
        low = Decimal(2).ln() - Decimal(portable_math.LN2_HIGH)
        assert float(low) == portable_math.LN2_LOW
        rest = pi() / 2 - sum(map(Decimal, portable_math.HALF_PI_PARTS[:2]), Decimal(0))
        assert float(rest) == pytest.approx(portable_math.HALF_PI_PARTS[2], rel=1e-15)
    for part, bits in (
        (portable_math.LN2_HIGH, 42),
        (portable_math.HALF_PI_PARTS[0], 34),
        (portable_math.HALF_PI_PARTS[1], 35),
    ):
        mantissa, _ = math.frexp(part)
        assert (mantissa * 2**bits).is_integer()


def test_turns_are_exact_at_quarters() -> None:
    quarters = np.array([0, 0.25, 0.5, 0.75, 1, 1e9 + 0.25, -0.25])

    assert portable_math.sin_turns(quarters).tolist() == [0, 1, 0, -1, 0, 1, -1]
    assert portable_math.cos_turns(quarters).tolist() == [1, 0, -1, 0, 1, 0, 0]


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_any_number_is_taken_without_a_warning(x: float) -> None:
    for function in (
        portable_math.exp,
        portable_math.log,
        portable_math.sin,
        portable_math.cos,
        portable_math.tanh,
        portable_math.sin_turns,
    ):
        value = float(function(x))
        assert math.isnan(value) or not math.isnan(x)
    assert math.isnan(float(portable_math.power(x, 1.5))) == (math.isnan(x) or x < 0)


def test_limits_are_those_of_the_real_functions() -> None:
    inf = math.inf
    assert portable_math.exp([-inf, -800, 0, 710, inf]).tolist() == [0, 0, 1, inf, inf]
    assert portable_math.log([0, 1, inf]).tolist() == [-inf, 0, inf]
    assert portable_math.tanh([-inf, -30, 0, 30, inf]).tolist() == [-1, -1, 0, 1, 1]
    assert portable_math.power([0, 0, 2, 3], [0, 2, 0, 1]).tolist() == [1, 0, 1, 3]
    assert np.isnan(portable_math.log([-1.0]))
    assert np.isnan(portable_math.sin([inf]))


def test_one_numbers_exp_has_the_bits_of_a_rows() -> None:
    chance = np.random.default_rng(1)
    x = np.concatenate(
        [chance.uniform(-30, 30, 20_000), chance.uniform(-800, 709, 5_000), -chance.random(5_000)]
    )
    one_by_one = np.array([portable_math.exp_of(number) for number in x.tolist()])

    assert one_by_one.tobytes() == portable_math.exp(x).tobytes()


def test_both_turns_at_once_have_the_bits_of_each() -> None:
    chance = np.random.default_rng(2)
    x = np.concatenate(
        [chance.uniform(-3, 3, 20_000), np.arange(-16, 17) / 8, chance.uniform(-1e6, 1e6, 1_000)]
    )
    cosines, sines = portable_math.turns(x)

    assert cosines.tobytes() == portable_math.cos_turns(x).tobytes()
    assert sines.tobytes() == portable_math.sin_turns(x).tobytes()
