"""``[budget]`` of a venue."""

from pathlib import Path

import pytest

from installation.errors import ShowError
from installation.show import load_venue
from installation.show.budget import hours_of


def read(folder: Path, text: str):
    (folder / "hall.toml").write_text("format = 1\n[budget]\n" + text)
    return load_venue(folder / "hall.toml").budget


def test_it_is_read(tmp_path: Path) -> None:
    budget = read(tmp_path, 'watts = 400\nlumens = 6000\nquiet = "22:30-06:00"\nalone = 50\n')

    assert (budget.watts, budget.lumens, budget.alone, budget.there) == (400.0, 6000.0, 50.0, True)
    assert hours_of(budget.quiet) == (22.5 / 24, 0.25)
    assert not read(tmp_path, "").there
    assert hours_of("sun") is None


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        ('watts = 400\nquiet = "ten to six"', "quiet: 'ten to six' is neither", 4),
        ('quiet = "24:00-06:00"', "quiet: '24:00-06:00' is neither", 3),
        ("watts = 100\nalone = 101", "alone: 101 W is more than the whole budget", 4),
        ("watt = 100", "has no key `watt`", 3),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, said: str, line: int) -> None:
    with pytest.raises(ShowError) as caught:
        read(tmp_path, text)

    finding = caught.value.findings[0]
    assert said in finding.message
    assert finding.where.line == line
    assert finding.hint
