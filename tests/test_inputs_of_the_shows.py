"""Every input of the shows that ship is moved by something, or is on a list of those that stand."""

from dataclasses import replace

import pytest

from installation import paths
from installation.isf import Input, parse
from installation.player.authored import check, tree_of
from installation.player.inputs import movers_of, unmoved_findings
from installation.player.production import read_shaders
from installation.show import DEFAULT_SHOW, list_shows, load_show
from installation.show.model import RouteSpec, Show
from installation.values import Address

SHOWS = [folder.name for folder in list_shows()]

LOOKS = {"glow", "grow"}
"""Inputs of nearly every scene whose default is the whole look; hands, trims and cues take from it."""
STANDING = {
    DEFAULT_SHOW: {
        "/scene/critics/tilt", "/scene/order/tilt", "/scene/rally/shove", "/scene/stories/capital",
        "/scene/symbiosis/seats", "/scene/night/show", "/scene/critics/alone", "/scene/order/alone",
    },
    "fireflies": {
        "/scene/stories/legible", "/scene/stories/capital", "/scene/stories/pen", "/scene/symbiosis/leave",
        "/scene/symbiosis/seats", "/scene/symbiosis/pulse",
        *(f"/scene/symbiosis/{one}" for one in ("swell", "invite", "sun", "moon", "tide", "leaf", "warmth")),
        *(f"/scene/symbiosis/{one}" for one in ("wind", "rain")),
    },
}  # fmt: skip
"""Other inputs that nothing in a show moves, not even a macro: they stand as the shader or the show says."""


def inputs_of(show: Show) -> dict[Address, Input]:
    scenes, effects = read_shaders(show)
    made = {f"/scene/{name}/{one.name}": one for name, shader in scenes.items() for one in shader.inputs}
    return made | {
        f"/effect/{name}/{one.name}": one for name, shader in effects.items() for one in shader.inputs
    }


@pytest.mark.parametrize("name", SHOWS)
def test_nothing_in_a_show_waits_for_a_signal_that_never_comes(name: str) -> None:
    show = load_show(name)
    scenes, effects = read_shaders(show)
    assert unmoved_findings(show, scenes, effects, tree_of(show, scenes, effects).parameters()) == []


@pytest.mark.parametrize("name", SHOWS)
def test_what_nothing_moves_is_on_the_list(name: str) -> None:
    show = load_show(name)
    tree = tree_of(show, *read_shaders(show))
    movers = movers_of(show, tree.parameters())

    moved = {address for address, some in movers.items() if any(one.kind != "inputs" for one in some)}
    still = {one for one in inputs_of(show) if one in tree.parameters() and one not in moved}

    assert {one for one in still if one.rpartition("/")[2] not in LOOKS} == STANDING.get(name, set())


def test_each_input_that_is_made_for_a_signal_is_missed_when_its_routes_are_gone() -> None:
    show = load_show(DEFAULT_SHOW)
    scenes, effects = read_shaders(show)
    parameters = tree_of(show, scenes, effects).parameters()
    stated = {f"/scene/{name}/{one}" for name, spec in show.scenes.items() for one in spec.inputs}
    waiting = {address for address, one in inputs_of(show).items() if one.signal} - stated
    assert len(waiting) > 20

    for address in waiting:
        cut = replace(show, routes=tuple(one for one in show.routes if one.target != address))
        _, kind, name, own = address.split("/")
        (finding,) = unmoved_findings(cut, scenes, effects, parameters)
        assert finding.message.startswith(f"{kind} {name}: nothing moves {own} ("), address


def test_shaders_that_ship_name_signals_that_there_are() -> None:
    """A route from each of them is one that `check` accepts."""
    show = load_show(DEFAULT_SHOW)
    made = [
        RouteSpec(one.signal, address, "replace", (), one.where)
        for address, one in inputs_of(show).items()
        if one.signal
    ]
    used = {one.shader for one in show.scenes.values()} | {one.shader for one in show.effects.values()}
    wanting = {
        path
        for path in paths.shaders().rglob("*.fs")
        if any(one.signal for one in parse(path).inputs)
    }  # fmt: skip

    check(replace(show, routes=tuple(made)), tree_of(show, *read_shaders(show)))

    assert wanting <= used
