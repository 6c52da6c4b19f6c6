import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.isf.expression import LONGEST, ExpressionError, parse

NAMES = {"WIDTH": 1280.0, "HEIGHT": 720.0, "scale": 0.5}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("100", 100),
        ("$WIDTH/16", 80),
        ("$WIDTH / 4.0 + 1", 321),
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("10 - 4 - 3", 3),
        ("64 / 4 / 2", 8),
        ("-3 + 5", 2),
        ("2 - -3", 5),
        ("max(floor($WIDTH * $scale / 3), 1)", 213),
        ("min($WIDTH, $HEIGHT)", 720),
        ("ceil(.5)", 1),
        ("pow(2, 10)", 1024),
        ("sqrt(16) + abs(-1)", 5),
        ("mod(-1, 4)", 3),
        ("7 % 4", 3),
        ("clamp($WIDTH, 1, 512)", 512),
        ("WIDTH", 1280),
        ("1e2", 100),
        ("round(2.5)", 3),
    ],
)
def test_a_size_expression_has_the_value_that_c_gives_it(text: str, value: float) -> None:
    assert value == parse(text).evaluate(NAMES)


@pytest.mark.parametrize(
    "text", ["1/0", "1 % 0", "sqrt(-1)", "log(0)", "pow(10, 999999)", "1e308*10", "exp(1e9)"]
)
def test_what_has_no_finite_value_is_zero(text: str) -> None:
    assert parse(text).evaluate({}) == 0.0


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("", 1),
        ("1 +", 4),
        ("(1", 3),
        ("1)", 2),
        ("max(1)", 1),
        ("nothing(1)", 1),
        ("$WIDTH; 1", 7),
        ("1 2", 3),
        ("__import__('os')", 12),
        ("a.b", 2),
        ("1 ? 2", 3),
    ],
)
def test_an_error_names_its_column(text: str, column: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)

    assert caught.value.column == column


def test_names_are_known_before_evaluation() -> None:
    assert parse("$WIDTH * $scale + HEIGHT").names == {"WIDTH", "HEIGHT", "scale"}


def test_deep_and_long_expressions_are_refused_instead_of_exhausting_the_stack() -> None:
    for text in ("(" * 300 + "1" + ")" * 300, "abs(" * 150 + "1" + ")" * 150, "1+" * LONGEST + "1"):
        with pytest.raises(ExpressionError):
            parse(text)
    assert parse("-" * (LONGEST - 1) + "1").evaluate({}) == -1


@given(st.text(max_size=60))
def test_any_text_is_an_expression_or_an_expression_error(text: str) -> None:
    try:
        expression = parse(text)
    except ExpressionError:
        return
    assert math.isfinite(expression.evaluate(dict.fromkeys(expression.names, 1.5)))


@given(st.text("0123456789.+-*/%(),$ abcmaxflor", max_size=60))
def test_text_that_looks_like_one_is_an_expression_or_an_expression_error(text: str) -> None:
    try:
        expression = parse(text)
    except ExpressionError:
        return
    assert math.isfinite(expression.evaluate(dict.fromkeys(expression.names, 1.5)))
