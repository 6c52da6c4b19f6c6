import json
from pathlib import Path

from installation.isf import parse, parse_text
from installation.parameter.parameter import Kind, Parameter
from installation.render.isf_host.inputs import parameters

FIXTURES = Path(__file__).parents[3] / "isf"


def of(*inputs: dict[str, object]) -> dict[str, Parameter]:
    shader = parse_text("/*" + json.dumps({"INPUTS": inputs}) + "*/", Path("a.fs"))
    return {one.address.rsplit("/", 1)[1]: one for one in parameters(shader, "/scene/a/")}


def test_each_input_that_is_a_number_is_a_parameter_of_its_kind() -> None:
    found = parameters(parse(FIXTURES / "inputs.fs"), "/scene/test")

    assert [(one.address, one.kind) for one in found] == [
        ("/scene/test/level", Kind.FLOAT),
        ("/scene/test/lit", Kind.BOOL),
        ("/scene/test/mode", Kind.CHOICE),
        ("/scene/test/count", Kind.INT),
        ("/scene/test/place", Kind.POINT),
        ("/scene/test/tint", Kind.COLOR),
        ("/scene/test/hit", Kind.EVENT),
    ]
    assert [one.label for one in found][:2] == ["Level", "lit"]
    assert (found[2].values, found[2].labels, found[2].minimum, found[2].maximum) == (
        (0, 2, 4),
        ("off", "half", "full"),
        (0.0,),
        (4.0,),
    )


def test_pictures_and_sound_are_no_parameters() -> None:
    assert parameters(parse(FIXTURES / "audio.fs"), "/x") == []
    assert parameters(parse(FIXTURES / "filter.fs"), "/x") == []


def test_a_missing_range_holds_the_default() -> None:
    found = of(
        {"NAME": "plain", "TYPE": "float"},
        {"NAME": "large", "TYPE": "float", "DEFAULT": 8},
        {"NAME": "below", "TYPE": "float", "DEFAULT": -2},
        {"NAME": "outside", "TYPE": "float", "DEFAULT": 3, "MIN": 0, "MAX": 2},
        {"NAME": "reversed", "TYPE": "float", "DEFAULT": 1, "MIN": 2, "MAX": 0},
        {"NAME": "pixels", "TYPE": "point2D", "DEFAULT": [640, 0]},
    )

    ranges = {name: (one.minimum, one.maximum) for name, one in found.items()}
    assert ranges == {
        "plain": ((0.0,), (1.0,)),
        "large": ((0.0,), (16.0,)),
        "below": ((-4.0,), (1.0,)),
        "outside": ((0.0,), (3.0,)),
        "reversed": ((0.0,), (2.0,)),
        "pixels": ((0.0, 0.0), (1280.0, 1.0)),
    }


def test_a_menu_lacking_labels_shows_its_numbers() -> None:
    found = of({"NAME": "mode", "TYPE": "long", "VALUES": [5, 6, 7], "LABELS": ["five"]})["mode"]

    assert (found.labels, found.default) == (("five", "6", "7"), (5.0,))


def test_the_progress_of_a_transition_is_left_to_the_cues() -> None:
    (progress,) = parameters(parse(FIXTURES / "transition.fs"), "/x")

    assert progress.access == "internal"
