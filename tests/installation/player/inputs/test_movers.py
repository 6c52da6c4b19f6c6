"""What moves each input of a small show, and which inputs wait for a signal that never comes."""

from pathlib import Path

import pytest

from installation.parameter import Parameter
from installation.player.authored import tree_of
from installation.player.inputs import movers_of, unmoved_findings
from installation.player.production import read_shaders
from installation.show import load_show
from installation.show.model import Show
from installation.values import Address, Finding

SHADER = """/*{
  "ISFVSN": "2",
  "PHOTOPHORE": {"MACROS": {"population": "life"}},
  "INPUTS": [
    {"NAME": "glow", "TYPE": "float", "DEFAULT": 1.0},
    {"NAME": "life", "TYPE": "float", "DEFAULT": 0.5, "SIGNAL": "/nature/rain"},
    {"NAME": "hand", "TYPE": "point2D", "SIGNAL": "/mouse/{x,y}"},
    {"NAME": "flash", "TYPE": "event"}
  ]
}*/
void main() { gl_FragColor = vec4(glow + life + hand.x + float(flash)); }
"""
FILTER = """/*{"ISFVSN": "2", "INPUTS": [{"NAME": "inputImage", "TYPE": "image"},
  {"NAME": "amount", "TYPE": "float", "DEFAULT": 0.0, "SIGNAL": "/picture/motion"}]}*/
void main() { gl_FragColor = IMG_THIS_PIXEL(inputImage) * amount; }
"""
HEAD = 'format = 1\n[scene.a]\nshader = "a.fs"\n'
RAIN = '[[route]]\nfrom = "/nature/rain"\nto = "/scene/a/life"\n'
MOUSE = '[[route]]\nfrom = "/mouse/{x,y}"\nto = "/scene/*/hand"\n'
FLASH = '[[route]]\nfrom = "/osc/flash"\nto = "/scene/a/flash"\n'


def opened(folder: Path, show: str, **files: str) -> tuple[Show, dict[Address, Parameter], list[Finding]]:
    (folder / "a.fs").write_text(SHADER)
    (folder / "f.fs").write_text(FILTER)
    (folder / "show.toml").write_text(show)
    for name, text in files.items():
        path = folder / f"{name.replace('_', '/')}.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    found = load_show(folder)
    scenes, effects = read_shaders(found)
    parameters = dict(tree_of(found, scenes, effects).parameters())
    return found, parameters, unmoved_findings(found, scenes, effects, parameters)


def test_all_that_moves_an_input_is_named(tmp_path: Path) -> None:
    show, parameters, _ = opened(
        tmp_path,
        HEAD + "[scene.a.inputs]\nglow = 0.4\n" + RAIN + MOUSE
        + '[[feedback]]\nname = "back"\nfrom = "/picture/mean"\nto = "/scene/a/life"\n'
        + '[macro.bright]\n[[macro.bright.target]]\nto = "/scene/a/glow"\nhigh = 2.0\n',
        cues='format = 1\n[[cue]]\nid = "7"\nset = { "/scene/a/glow" = 0.5 }\n',
        states=(
            'format = 1\nfirst = "calm"\ncalm = "calm"\n[state.calm]\nonset = 1.0\ndecay = 1.0\n'
            '[state.calm.set]\n"/scene/a/life" = 0.1\n'
        ),
        controls='format = 1\n[[control]]\nfrom = "/midi/x/cc/1"\nto = "/scene/a/glow"\n',
        presets_kept='format = 1\n[set]\n"/scene/a/flash" = false\n',
    )  # fmt: skip

    moved = {address: tuple(map(str, movers)) for address, movers in movers_of(show, parameters).items()}

    own = {address: movers for address, movers in moved.items() if address.startswith("/scene/")}
    assert own == {
        "/scene/a/glow": ("inputs", "cue 7", "control /midi/x/cc/1", "macro bright"),
        "/scene/a/life": ("route /nature/rain", "feedback back", "state calm", "macro life"),
        "/scene/a/hand": ("route /mouse/x", "route /mouse/y"),
        "/scene/a/flash": ("preset kept",),
    }


def test_inputs_that_wait_for_a_signal_are_told_once_a_scene_where_it_stands(tmp_path: Path) -> None:
    _, _, (finding,) = opened(tmp_path, HEAD)

    assert finding.severity == "warning"
    assert (Path(finding.where.file).name, finding.where.line) == ("show.toml", 2)
    assert finding.message == (
        "scene a: nothing moves life (/nature/rain), hand (/mouse/{x,y}), flash (an event)"
    )
    assert 'from = "/nature/rain" to = "/scene/a/life"' in finding.hint


def test_a_route_to_every_input_that_waits_leaves_nothing_to_tell(tmp_path: Path) -> None:
    assert opened(tmp_path, HEAD + RAIN + MOUSE + FLASH)[2] == []


@pytest.mark.parametrize(("gone", "named"), [(RAIN, "life"), (MOUSE, "hand"), (FLASH, "flash")])
def test_an_input_whose_route_is_removed_is_told(tmp_path: Path, gone: str, named: str) -> None:
    _, _, (finding,) = opened(tmp_path, (HEAD + RAIN + MOUSE + FLASH).replace(gone, ""))

    assert f"nothing moves {named} (" in finding.message


def test_an_effect_waits_for_signals_as_a_scene_does(tmp_path: Path) -> None:
    effect = '[effect.f]\nshader = "f.fs"\n'

    _, _, (finding,) = opened(tmp_path, HEAD + effect + RAIN + MOUSE + FLASH)

    assert finding.message == "effect f: nothing moves amount (/picture/motion)"


def test_what_the_show_states_is_meant_to_stand(tmp_path: Path) -> None:
    stated = "[scene.a.inputs]\nlife = 0.5\nhand = [0.5, 0.5]\nflash = false\n"

    assert opened(tmp_path, HEAD + stated)[2] == []


def test_macros_that_ship_and_presets_say_nothing_about_an_input_but_a_macro_of_the_show_does(
    tmp_path: Path,
) -> None:
    preset = 'format = 1\n[set]\n"/scene/a/life" = 0.3\n'
    macro = '[macro.wet]\n[[macro.wet.target]]\nto = "/scene/a/life"\nhigh = 2.0\n'

    _, _, (finding,) = opened(tmp_path, HEAD + MOUSE + FLASH, presets_kept=preset)
    assert "nothing moves life" in finding.message
    assert opened(tmp_path, HEAD + MOUSE + FLASH + macro, presets_kept=preset)[2] == []
