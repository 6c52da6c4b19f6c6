"""Same show, same seed, same inbox: same bits, on every processor."""

import ast
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

import installation
from tests.installation.signal.night import features, night

PACKAGE = Path(installation.__file__).parent
ROOMS = ("signal", "cue", "neuro", "parameter", "portable_math.py")
SIMD = """
    exp exp2 expm1 log log2 log10 log1p logaddexp power float_power pow cbrt hypot sinc interp
    sin cos tan sinh cosh tanh arcsin arccos arctan arctan2 arcsinh arccosh arctanh
"""
"""Kernels whose last bits differ between feature levels."""
SUMS = """
    sum mean std var average nansum nanmean dot vdot inner matmul einsum convolve correlate cumsum prod
    trapezoid linalg fft random
"""
"""Sums whose order of addition is the library's own choice."""
UNSAFE = {*SIMD.split(), *SUMS.split()}


def unsafe_uses(source: str) -> list[str]:
    uses = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in UNSAFE:
            owner = node.value
            if not (isinstance(owner, ast.Name) and owner.id in ("portable_math", "random")):
                uses.append(f"line {node.lineno}: .{node.attr}")
        if isinstance(node, ast.ImportFrom) and node.module in ("numpy", "math"):
            uses += [f"line {node.lineno}: {a.name}" for a in node.names if a.name in UNSAFE]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            uses.append(f"line {node.lineno}: @")
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            constant = isinstance(node.left, (ast.Constant, ast.UnaryOp))
            if not constant:  # 2.0**n of Python numbers is exact; an array to a power is not
                uses.append(f"line {node.lineno}: **")
    return uses


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_that_make_the_trace_use_portable_functions_only(room: str) -> None:
    uses = {
        str(path.relative_to(PACKAGE)): found
        for path in sorted((PACKAGE / room).rglob("*.py") if (PACKAGE / room).is_dir() else [PACKAGE / room])
        if (found := unsafe_uses(path.read_text()))
    }

    assert uses == {}


@pytest.mark.parametrize(
    "line",
    ["np.exp(x)", "np.add.reduce(x) + x.sum()", "from math import sin", "x ** y", "a @ b", "math.log(3)"],
)
def test_the_lint_sees_what_it_is_for(line: str) -> None:
    assert unsafe_uses(line)


def test_two_runs_are_equal_bit_for_bit() -> None:
    assert night() == night()


def test_another_seed_is_another_night() -> None:
    assert night(30, 5) != night(30, 6)


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="the promise is for x86-64")
def test_a_processor_without_wide_vectors_gives_the_same_bits() -> None:
    if not features():
        pytest.skip("this processor has the baseline only: there is nothing to switch off")
    environment = os.environ | {
        "NPY_DISABLE_CPU_FEATURES": " ".join(features()),
        "PYTHONPATH": str(PACKAGE.parent),
        "PYTHONWARNINGS": "ignore",
    }
    command = [sys.executable, "-m", "tests.installation.signal.night"]
    done = subprocess.run(
        command, env=environment, cwd=PACKAGE.parent, capture_output=True, text=True, timeout=50, check=True
    )
    digest, *left = done.stdout.split()

    assert left == [], "numpy did not switch its wide vectors off"
    assert digest == night()
