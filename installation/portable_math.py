"""exp, log, power, sin, cos, tanh and chance that give the same bits on every processor.

numpy's own differ between CPU feature levels (its SIMD kernels are other polynomials than the scalar ones),
so a show would not replay bit for bit on another machine. Everything here is made of operations that
IEEE 754 rounds exactly (+ - * / sqrt), of exact ones (rint, frexp, ldexp, comparisons) and of table
look-ups, one numpy call each, so that no compiler can fuse two of them into one.

Method: reduce the argument to a short interval around 0, evaluate the Taylor series there by Horner's
rule, undo the reduction. Series and intervals are long and short enough for the remainder to stay below
2^-55 of the result. Coefficients are reciprocals of factorials and odd numbers, and division rounds exactly;
the constants that are split in parts (ln 2, pi/2) are recomputed from rational series by the tests.
Measured against 45-digit decimals, the error stays below 1.5 units in the last place (the tests allow 2.5).
"""

import hashlib
import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "added",
    "chance",
    "cos",
    "cos_turns",
    "exp",
    "exp_of",
    "log",
    "power",
    "seed_of",
    "sin",
    "sin_turns",
    "tanh",
]

Floats = NDArray[np.float64]

LN2_HIGH = float.fromhex("0x1.62e42fefa38p-1")
"""ln 2 cut to 42 bits, so that its product with any exponent (11 bits) is exact."""
LN2_LOW = float.fromhex("0x1.ef35793c7673p-45")
"""ln 2 - LN2_HIGH, rounded."""
HALF_PI_PARTS = (
    float.fromhex("0x1.921fb544p+0"),
    float.fromhex("0x1.0b4611a6p-34"),
    float.fromhex("0x1.3198a2e037073p-69"),
)
"""pi/2 in parts of 34, 35 and 53 bits: products of the first two with integers below 2^18 are exact."""

_EXP = tuple(1.0 / math.factorial(n) for n in range(14))
_ATANH = tuple(1.0 / (2 * n + 1) for n in range(12))
_SIN = tuple((-1.0) ** n / math.factorial(2 * n + 1) for n in range(9))
_COS = tuple((-1.0) ** n / math.factorial(2 * n) for n in range(10))
_EXP_STEPS, _ATANH_STEPS, _SIN_STEPS, _COS_STEPS = (
    tuple(np.array(coefficient) for coefficient in series) for series in (_EXP, _ATANH[1:], _SIN[1:], _COS)
)
"""As arrays: numpy takes longer to look at one of Python's numbers than to add a few hundred."""
_BOTH_STEPS = tuple(
    np.array([[sine], [cosine]]) for sine, cosine in zip((*_SIN[1:], 0.0, 0.0), _COS, strict=True)
)
"""Both series, so that one pass evaluates them; a leading 0 changes no bit of what follows."""
_LOWEST, _HIGHEST = np.array(-800.0), np.array(800.0)
_FARTHEST = 400_000.0
_NEAR = 0.34
"""Nearer to 0 than half of ln 2, where nothing is reduced."""
_TANH_SMALL = 0.625
_TANH_LEVELS = 9


def exp(x: ArrayLike) -> Floats:
    """The number e to the power of ``x``; 0 below -745.2, infinite above 709.78."""
    x = np.asarray(x, np.float64).clip(_LOWEST, _HIGHEST)
    with np.errstate(invalid="ignore", over="ignore", under="ignore"):
        count = np.rint(x * (1.0 / (LN2_HIGH + LN2_LOW)))
        rest = (x - count * LN2_HIGH) - count * LN2_LOW
        result = _horner(_EXP_STEPS, rest)
        count = np.fmax(count, -2000.0)  # whatever stands in for NaN: the result is NaN
        return np.ldexp(result, count.astype(np.int32))


def exp_of(x: float) -> float:
    """``exp`` of one finite number: the same bits by the same steps, without the price of an array."""
    if -_NEAR < x < _NEAR:
        return _exp_near(x)
    x = min(max(x, -800.0), 800.0)
    count = round(x * (1.0 / (LN2_HIGH + LN2_LOW)))
    return math.ldexp(_exp_near((x - count * LN2_HIGH) - count * LN2_LOW), count)


def _exp_near(x: float) -> float:
    a, b, c, d, e, f, g, h, i, j, k, l, m, n = _EXP  # noqa: E741 - written out, it is thrice as fast as a loop
    result = ((((((n * x + m) * x + l) * x + k) * x + j) * x + i) * x + h) * x + g
    return (((((result * x + f) * x + e) * x + d) * x + c) * x + b) * x + a


def log(x: ArrayLike) -> Floats:
    """Natural logarithm: -inf at 0, NaN below."""
    x = np.asarray(x, np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        part, exponent = np.frexp(np.where((x > 0) & np.isfinite(x), x, 1.0))
        low = part < math.sqrt(0.5)
        part = np.where(low, part * 2.0, part)
        count = (exponent - low).astype(np.float64)
        # ln m = 2 atanh(s) with s = (m - 1) / (m + 1); m - 1 is exact.
        f = part - 1.0
        s = f / (part + 1.0)
        square = s * s
        # 2 s = f - s f exactly, so ln m = f - s (f - 2 (series - 1)): the leading term carries no error.
        tail = square * _horner(_ATANH_STEPS, square)
        result = count * LN2_HIGH + (f - s * (f - 2.0 * tail) + count * LN2_LOW)
        result = np.where(x == 0, -np.inf, result)
        return np.where((x < 0) | np.isnan(x), np.nan, np.where(x == np.inf, np.inf, result))


def power(x: ArrayLike, exponent: ArrayLike) -> Floats:
    """``x`` to the power of ``exponent`` for x >= 0, NaN below; 1 where the exponent is 0.

    The relative error is about (2 + |exponent * ln x|) units in the last place.
    """
    x, exponent = np.asarray(x, np.float64), np.asarray(exponent, np.float64)
    with np.errstate(invalid="ignore"):
        result = exp(exponent * log(x))
    return np.where(exponent == 0, 1.0, np.where(exponent == 1, np.where(x < 0, np.nan, x), result))


def sin(x: ArrayLike) -> Floats:
    """Sine of ``x`` radians, |x| <= 400,000; NaN beyond, where the reduction would lose digits."""
    quarter, rest = _reduce(x)
    return _wave(quarter, rest)


def cos(x: ArrayLike) -> Floats:
    """Cosine of ``x`` radians, |x| <= 400,000; NaN beyond, where the reduction would lose digits."""
    quarter, rest = _reduce(x)
    return _wave(quarter + 1.0, rest)


def sin_turns(x: ArrayLike) -> Floats:
    """Sine of ``x`` whole turns (of 2 pi); the reduction is exact for any x, so half a turn gives 0."""
    quarter, rest = _reduce_turns(x)
    return _wave(quarter, rest)


def cos_turns(x: ArrayLike) -> Floats:
    """Cosine of ``x`` whole turns (of 2 pi); the reduction is exact for any x."""
    quarter, rest = _reduce_turns(x)
    return _wave(quarter + 1.0, rest)


def turns(x: Floats) -> tuple[Floats, Floats]:
    """``cos_turns`` and ``sin_turns`` of a row of finite numbers, for little more than the price of one."""
    x = x - np.rint(x)
    quarter = np.rint(x * 4.0)
    rest = (x - quarter * 0.25) * (2.0 * math.pi)
    square = rest * rest
    both = _horner(_BOTH_STEPS, square)
    sine, cosine = rest + rest * (square * both[0]), both[1]
    turn = (quarter - 4.0 * np.floor(quarter * 0.25)).astype(np.intp)  # 0 to 3
    table = np.array([cosine, -sine, -cosine, sine])
    table += 0.0
    places = np.arange(len(turn))
    return table[turn, places], table[(turn + 3) & 3, places]


def tanh(x: ArrayLike) -> Floats:
    """Hyperbolic tangent."""
    x = np.asarray(x, np.float64)
    size = np.abs(x)
    # Near 0 Lambert's continued fraction x/(1 + x^2/(3 + x^2/(5 + ...))); the other form would cancel.
    near = np.minimum(size, _TANH_SMALL)
    square = near * near
    below = np.full_like(square, 2.0 * _TANH_LEVELS + 1.0)
    for level in range(_TANH_LEVELS - 1, -1, -1):
        below = (2.0 * level + 1.0) + square / below
    far = 1.0 - 2.0 / (exp(2.0 * np.minimum(size, 30.0)) + 1.0)
    result = np.where(size <= _TANH_SMALL, near / below, far)
    return np.where(x < 0, -result, result)


def added(x: Floats) -> Floats:
    """Return the sum along the first axis, added in its order; numpy's own order depends on the machine."""
    total: Floats = x[0].copy() if len(x) else np.zeros(x.shape[1:])
    for row in x[1:]:
        total += row
    return total


def chance(cell: Floats, seeds: NDArray[np.uint64]) -> Floats:
    """An even number in 0..1 for each whole number ``cell``: SplitMix64 (Steele, Lea, Flood, 2014)."""
    with np.errstate(over="ignore"):
        z = seeds + cell.astype(np.int64).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    numbers: Floats = (z >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return numbers


def seed_of(seed: int, name: str) -> int:
    """A seed of 64 bits for one named thing of a show, which depends on nothing else."""
    return int.from_bytes(hashlib.blake2b(f"{seed}/{name}".encode(), digest_size=8).digest(), "little")


def _horner(coefficients: tuple[Floats, ...], x: Floats) -> Floats:
    result: Floats = x * coefficients[-1]
    for coefficient in coefficients[-2:0:-1]:
        result += coefficient
        result *= x
    result += coefficients[0]
    return result


def _reduce(x: ArrayLike) -> tuple[Floats, Floats]:
    """Split radians into a whole number of quarter turns and a rest within +-pi/4."""
    x = np.asarray(x, np.float64)
    with np.errstate(invalid="ignore"):
        x = np.where(np.abs(x) <= _FARTHEST, x, np.nan)
        quarter = np.rint(x * (2.0 / math.pi))
        first, second, third = HALF_PI_PARTS
        start = x - quarter * first  # exact
        rest = start - quarter * second
        lost = (start - rest) - quarter * second  # exact: what rounding took from the line before
        return quarter, rest + (lost - quarter * third)


def _reduce_turns(x: ArrayLike) -> tuple[Floats, Floats]:
    """Split turns into a whole number of quarter turns and a rest within +-pi/4 radians."""
    x = np.asarray(x, np.float64)
    with np.errstate(invalid="ignore"):
        x = np.where(np.isfinite(x), x, np.nan)
        x = x - np.rint(x)
        quarter = np.rint(x * 4.0)
        return quarter, (x - quarter * 0.25) * (2.0 * math.pi)


def _wave(quarter: Floats, rest: Floats) -> Floats:
    square = rest * rest
    sine = rest + rest * (square * _horner(_SIN_STEPS, square))
    cosine = _horner(_COS_STEPS, square)
    turn = quarter - 4.0 * np.floor(quarter * 0.25)
    odd = (turn == 1.0) | (turn == 3.0)
    result = np.where(odd, cosine, sine)
    return np.where(turn >= 2.0, -result, result) + 0.0
