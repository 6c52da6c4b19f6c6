"""The parameters of a show as authored in its files: the initial parameter tree."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from installation import isf
from installation.commands import targets
from installation.control.check import check_controls
from installation.cue.check import check_conditions, check_cues
from installation.cue.override import BLACKOUT, MASTER
from installation.cue.schedule import check_schedule
from installation.errors import AddressError, ShowError
from installation.light import controls
from installation.neuro.check import check_states
from installation.neuro.parameters import SIGNALS
from installation.neuro.parameters import parameters as interface_parameters
from installation.parameter import Kind, Parameter, Tree
from installation.player.macros.parameters import OWN, RATE, macro_parameters, rates
from installation.player.macros.routes import check_macros, macro_names
from installation.player.media.binding import media_of, media_parameters
from installation.player.outgoing.check import check_sends
from installation.player.room.choice import PARAMETERS as CHOICE
from installation.player.room.commons import PARAMETERS as COMMONS
from installation.player.room.marks import PARAMETERS as MARKS
from installation.player.sound.check import check_soundscape
from installation.player.sound.files import FILES, file_parameters
from installation.player.sound.parameters import PARAMETERS as SOUND
from installation.player.sound.readings import EARS
from installation.player.surroundings import hub_parameters
from installation.player.surroundings.fireflies import PARAMETERS as FIREFLIES
from installation.player.surroundings.shares import PARAMETERS as SHARES
from installation.player.surroundings.shares import SIGNALS as SHARED
from installation.player.timing import PARAMETERS as TEMPO
from installation.render.isf_host.inputs import parameters as shader_parameters
from installation.show.macros import MACRO, TRIM, macros_of
from installation.show.model import EffectSpec, SceneSpec, Show
from installation.show.venue_model import HubSpec
from installation.signal.check import BUILT_IN, OPEN
from installation.signal.check import check as check_signals
from installation.signal.feedback.controls import feedback_parameters
from installation.values import Address, Finding

__all__ = [
    "authored",
    "authored_effect",
    "check",
    "effect_address",
    "lamp_parameters",
    "parameters_of",
    "renew",
    "scene_address",
    "tree_of",
]

_OWN = (
    Parameter(
        MASTER, Kind.FLOAT, (1.0,), (0.0,), (1.0,), label="Master", description="Brightness of all light"
    ),
    Parameter(
        BLACKOUT, Kind.BOOL, (0.0,), (0.0,), (1.0,), label="Blackout", description="All light off immediately"
    ),
)


def scene_address(scene: str) -> Address:
    """Return the address above the inputs of a scene."""
    return f"/scene/{scene}"


def effect_address(effect: str) -> Address:
    """Return the address above the inputs of an effect."""
    return f"/effect/{effect}"


def parameters_of(
    show: Show, shaders: Mapping[str, isf.Shader], effects: Mapping[str, isf.Shader]
) -> dict[Address, list[Parameter]]:
    """Return the parameters that an edit may change, by their address prefix. Raises ShowError."""
    found = {scene_address(scene): authored(show, scene, shader) for scene, shader in shaders.items()}
    found |= {effect_address(name): authored_effect(show, name, shader) for name, shader in effects.items()}
    macros = macro_parameters(show)
    found |= {
        f"/{prefix}": [one for one in macros if one.address.startswith(f"/{prefix}/")]
        for prefix in (MACRO, TRIM)
    }
    found |= {RATE: rates(show.scenes), "/feedback": feedback_parameters(show.feedback)}
    return found | {FILES: file_parameters(show)}


def tree_of(
    show: Show,
    shaders: Mapping[str, isf.Shader],
    effects: Mapping[str, isf.Shader] | None = None,
    parameters: Mapping[Address, Sequence[Parameter]] | None = None,
    lamps: Iterable[str] = (),
    hubs: Iterable[HubSpec] = (),
) -> Tree:
    """Return the parameter tree of a show as authored. Raises ShowError.

    Args:
        show: The show.
        shaders: Shaders of its scenes.
        effects: Shaders of its effects.
        parameters: Result of ``parameters_of``, if already computed.
        lamps: Names of the venue's lamps that have a level, from ``Rig.turned``.
        hubs: The venue's hubs.
    """
    made = dict(parameters or parameters_of(show, shaders, effects or {}))
    feedback = made.pop("/feedback")
    drawn = [one for group in made.values() for one in group]
    own = interface_parameters(show.interface)
    outside = [*lamp_parameters(show, lamps), *hub_parameters(show, hubs)]
    ours = (*_OWN, *OWN, *COMMONS, *CHOICE, *MARKS, *FIREFLIES, *TEMPO, *SOUND, *SHARES)
    return Tree([*ours, *drawn, *own, *feedback, *outside])


def lamp_parameters(show: Show, lamps: Iterable[str]) -> list[Parameter]:
    """Return the parameters of the venue's lamps, and of lamps that the show names but the venue lacks."""
    known = tuple(lamps)
    return controls.parameters(known, controls.absent(show, known))


def check(show: Show, tree: Tree) -> tuple[Finding, ...]:
    """Return findings that do not prevent playing: preset values without a parameter.

    Raises:
        ShowError: Routes, cues or states do not match the parameters; contains all findings.
    """
    known = (*BUILT_IN, *SIGNALS, *EARS, *SHARED, *(one.offset for one in macros_of(show.macros)))
    findings: list[Finding] = check_signals(
        show.signals, show.routes, tree.parameters(), known, show.feedback,
        targets([cue.id for cue in show.cues], macro_names(show)),
    )  # fmt: skip
    findings += check_macros(show, tree.parameters())
    states = [item for state in show.states for item in state.looks]
    findings += check_cues(show.cues, tree, tuple(show.presets.values()), states)
    made = [f"/signal/{one.name}" for one in show.signals]
    findings += check_controls(show.controls, tree.parameters(), (cue.id for cue in show.cues))
    findings += check_conditions(show.cues, tree, (*known, *made), OPEN)
    findings += check_sends(show.sends, tree, (*known, *made), OPEN)
    findings += check_schedule(show.schedule, show.cues, tree, scored=show.score is not None)
    findings += check_states(show.interface, tree, (*known, *made), OPEN)
    findings += check_soundscape(show.soundscape, tree, (*known, *made), OPEN)
    if any(finding.severity == "error" for finding in findings):
        raise ShowError(findings)
    return tuple(findings)


def authored(show: Show, scene: str, shader: isf.Shader) -> list[Parameter]:
    """Return the parameters of a scene with the show's values as defaults.

    Raises:
        ShowError: The show names an unknown input, or a value that the input cannot take.
    """
    return _authored(show.scenes[scene], scene_address(scene), shader)


def authored_effect(show: Show, effect: str, shader: isf.Shader) -> list[Parameter]:
    """Return the parameters of an effect; see ``authored``.

    Raises:
        ShowError: As ``authored`` does, and if the shader has no ``inputImage``.
    """
    spec = show.effects[effect]
    if shader.kind != "filter":
        message = f"shader: {spec.shader.name} is not a filter and cannot be an effect"
        hint = "an effect needs an image input named inputImage"
        raise ShowError([Finding(spec.places.get("shader", spec.where), message, hint)])
    return _authored(show.effects[effect], effect_address(effect), shader)


def _authored(spec: SceneSpec | EffectSpec, prefix: Address, shader: isf.Shader) -> list[Parameter]:
    made = shader_parameters(shader, prefix)
    tree = Tree(made)
    media, findings = media_of(spec, shader)
    images = {one.name for one in shader.inputs if one.type == "image"}
    for name, value in spec.inputs.items():
        if name in media or name in images:  # what is no source is among the findings
            continue
        values = value if isinstance(value, tuple) else (value,)
        try:
            tree.set(f"{prefix}/{name}", [v for v in values if not isinstance(v, tuple)])
        except AddressError as error:
            where = spec.places.get(f"inputs.{name}", spec.places.get(name, spec.where))
            message, _, hint = str(error).partition("; ")
            findings.append(Finding(where, message, hint))
    if findings:
        raise ShowError(findings)
    own = [replace(one, default=tree.get_base(one.address)) for one in made]
    return own + media_parameters(prefix, media)


def renew(tree: Tree, prefix: Address, fresh: Sequence[Parameter]) -> None:
    """Replace all parameters below ``prefix`` by ``fresh``; values set by hand are kept."""
    known = dict(tree.parameters())
    untouched = [
        one for one in fresh if (old := known.get(one.address)) and tree.get_base(one.address) == old.default
    ]
    wanted = {one.address for one in fresh}
    for address in known:
        if address.startswith(prefix + "/") and address not in wanted:
            tree.remove(address)
    if dict(known) != known | {one.address: one for one in fresh}:
        tree.add(fresh)
    for one in untouched:  # by slot, so that they do not count as set by hand
        slot = tree.slot(one.address)
        tree.write(np.arange(slot, slot + one.kind.components), np.array(one.default, np.float64))
