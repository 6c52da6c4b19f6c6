"""Points as one signal and ``*`` for any scene: the same as the routes that they stand for."""

from pathlib import Path

import pytest

from installation.clock import ManualClock
from installation.errors import FilesError
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.player import Player
from installation.player.production import read_production, read_shaders
from installation.show import load_show
from installation.show.model import RouteSpec
from installation.signal.spread import spread
from installation.values import Reading, Where


def make(folder: Path, more: str) -> Player:
    path = folder / "show.toml"
    path.write_text(path.read_text() + more)
    options = StageOptions(show=str(folder), venue="loopback")
    return build_player(read_production(options), options, ManualClock(1 / 60), None)


def route(source: str, target: str, **more: str) -> str:
    lines = "".join(f"{key} = {value}\n" for key, value in more.items())
    return f'\n[[route]]\nfrom = "{source}"\nto = "{target}"\n{lines}'


def test_a_star_lands_on_every_scene(small_show: Path) -> None:
    player = make(small_show, route("/osc/fader", "/scene/*/glow"))
    for _ in range(60):
        player.step([Reading("/fader", (0.4,), 0.0, "osc")], 0.0)

    assert player.tree.get("/scene/one/glow") == player.tree.get("/scene/two/glow") == (0.4,)


def test_a_star_lands_on_a_scene_that_an_edit_brings(small_show: Path) -> None:
    player = make(small_show, route("/osc/fader", "/scene/*/glow"))
    path = small_show / "show.toml"
    path.write_text(path.read_text() + '\n[scene.three]\nshader = "plain.fs"\n')
    show = load_show(small_show)
    player.replace(show, *read_shaders(show))
    for _ in range(60):
        player.step([Reading("/fader", (0.4,), 0.0, "osc")], 0.0)

    assert player.tree.get("/scene/three/glow") == (0.4,)


def test_a_point_lands_each_signal_on_its_own_component(small_show: Path) -> None:
    player = make(small_show, route("/osc/tint/{r,g,b,a}", "/scene/*/tint"))
    for _ in range(60):
        player.step(
            [Reading(f"/tint/{c}", (v,), 0.0, "osc") for c, v in zip("rgb", (0.1, 0.2, 0.3), strict=True)],
            0.0,
        )

    for scene in ("one", "two"):
        assert player.tree.get(f"/scene/{scene}/tint") == (0.1, 0.2, 0.3, 1.0)  # nothing came for alpha


def test_plain_routes_stay_and_the_order_is_that_of_the_file() -> None:
    where = Where("show.toml")
    plain = RouteSpec("/a", "/scene/x/hand", "replace", (), where)
    point = RouteSpec("/mouse/{x,y}", "/scene/x/hand", "replace", (), where)

    made = spread([plain, point, plain], {})

    assert [(one.source, one.component) for one in made] == [
        ("/a", None), ("/mouse/x", 0), ("/mouse/y", 1), ("/a", None),
    ]  # fmt: skip
    assert made[0] is plain


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (route("/osc/f", "/scene/*/glov"), "no parameter matches /scene/*/glov; did you mean /scene/*/glow?"),
        (
            route("/osc/f/{x,y}", "/scene/one/tint"),
            "has 4 components, and /osc/f/{x,y} is 2 signals; send one",
        ),
        (route("/osc/f/{x,y}", "/scene/one/glow"), "/scene/one/glow has 1 component, and"),
        (
            route("/osc/f/{x,y}", "/scene/one/glov"),
            "no parameter /scene/one/glov; did you mean /scene/one/glow?",
        ),
        (route("/osc/f/{r,g,b,a}", "/scene/one/tint", component="0"), "remove component"),
        (route("/osc/f/{x,y}", "/go"), "/go is a command"),
        (route("/osc/f/{x}", "/scene/one/tint"), 'from: "/osc/f/{x}" is not a point; 2 to 4 names'),
        (route("/osc/f/{x,y", "/scene/one/tint"), "is not a point"),
        (route("/osc/f/{x,,y}{a,b}", "/scene/one/tint"), "is not a point"),
        (route("/oscar/{x,y}", "/scene/one/tint"), "no signal /oscar/x"),
        (route("/signal/wav{x,y}", "/scene/one/tint"), "there is no signal /signal/wavx"),
        (route("/osc/*", "/scene/one/glow"), 'from: "/osc/*" is not an address'),
    ],
)
def test_what_cannot_be_is_told_with_its_place(small_show: Path, lines: str, words: str) -> None:
    with pytest.raises(FilesError) as caught:
        make(small_show, lines)
    said = [str(one) for one in caught.value.findings]

    assert any(words in one for one in said), said
    assert all(one.startswith(f"{small_show / 'show.toml'}:") for one in said)
