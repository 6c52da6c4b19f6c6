"""Loads a show's shaders into the picture, and replaces edited ones while it plays.

If an edited shader is rejected, the last good one stays in use.
"""

from collections.abc import Callable, Generator, Mapping

from installation import isf
from installation.errors import ShaderError
from installation.player.edits.quarantine import Quarantine
from installation.player.edits.update import ShowUpdate, is_news, update_of
from installation.render.isf_host.images import Decoded
from installation.render.picture import Picture
from installation.show.model import Show
from installation.values import Finding

__all__ = ["keep", "load", "precompile", "redraw"]

_Shaders = dict[str, isf.Shader]


def load(
    picture: Picture | None,
    show: Show,
    shaders: Mapping[str, isf.Shader],
    effects: Mapping[str, isf.Shader],
    quarantine: Quarantine,
) -> None:
    """Load all shaders of a show before its first frame. Raises ShaderError.

    Args:
        picture: The picture to load into; None loads nothing.
        show: The show.
        shaders: Shaders of its scenes, by id.
        effects: Shaders of its effects, by name.
        quarantine: Notified before a shader is compiled, and when none is compiled any more.
    """
    if picture is None:
        return
    for scene, shader in shaders.items():
        quarantine.loading(shader)
        picture.add(scene, shader)
    for effect, shader in effects.items():
        quarantine.loading(shader)
        picture.effects.add(effect, shader)
    quarantine.done()
    for name in {"dissolve", *(cue.transition for cue in show.cues)}:
        picture.prepare_transition(name)


def keep(
    picture: Picture | None, shaders: Mapping[str, isf.Shader], effects: Mapping[str, isf.Shader]
) -> None:
    """Free what a show that was taken over does not use: other scenes and effects, and what was precompiled.

    Args:
        picture: The picture that drew them; None has nothing to free.
        shaders: Shaders in use for scenes, by id.
        effects: Shaders in use for effects, by name.
    """
    if picture is not None:
        picture.keep(shaders)
        picture.effects.keep(list(effects))
        picture.host.forget()


def precompile(
    picture: Picture,
    update: ShowUpdate,
    standing: tuple[Mapping[str, isf.Shader], Mapping[str, isf.Shader]],
    loading: Callable[[isf.Shader], None],
) -> Generator[None, None, None]:
    """Compile new and changed shaders, one pass per step, so that ``redraw`` need not wait.

    A large shader takes seconds on a software rasteriser, longer than a frame may take. The arguments are
    those of ``redraw``, which also reports the errors.
    """
    picture.host.forget()
    for wanted, drawn in zip((update.shaders, update.effects), standing, strict=True):
        for name, shader in wanted.items():
            if not is_news(shader, drawn.get(name), update.touched):
                continue
            loading(shader)
            for _ in picture.host.precompile(shader, picture.size, update.images):
                yield
                loading(shader)  # the frame in between has cleared the mark


def redraw(
    picture: Picture | None,
    update: ShowUpdate,
    standing: tuple[_Shaders, _Shaders],
    loading: Callable[[isf.Shader], None],
) -> tuple[ShowUpdate, list[Finding]]:
    """Load new and changed shaders. OpenGL compiles here, which must happen on the main thread.

    Args:
        picture: The picture to load into; None has nothing to load.
        update: The shaders to draw.
        standing: Shaders in use for scenes and effects; updated in place.
        loading: Called before each file is compiled.

    Returns:
        The shaders in use from now on, and the findings about the rejected ones.

    Raises:
        ShaderError: A new shader cannot be drawn.
        ShowError: The show does not match the shaders in use after some edits were rejected.
    """
    if picture is None:
        return update, []
    for name in {cue.transition for cue in update.show.cues}:
        picture.prepare_transition(name)

    def forget() -> None:
        """Release every scene and effect of the picture that is not in use."""
        picture.keep(standing[0])
        picture.effects.keep(list(standing[1]))

    scenes, wrong = _load(update.shaders, standing[0], update, picture.add, loading, forget)
    effects, more = _load(update.effects, standing[1], update, picture.effects.add, loading, forget)
    if wrong or more:
        return update_of(update.show, scenes, effects), wrong + more
    return update, []


def _load(
    wanted: Mapping[str, isf.Shader],
    standing: _Shaders,
    update: ShowUpdate,
    add: Callable[[str, isf.Shader, Decoded], None],
    loading: Callable[[isf.Shader], None],
    forget: Callable[[], None],
) -> tuple[_Shaders, list[Finding]]:
    """Load the scenes, or the effects.

    Args:
        wanted: Shaders to draw, by name.
        standing: Shaders in use.
        update: The update that they belong to.
        add: Loads or replaces one. Raises ShaderError.
        loading: Called before each file is compiled.
        forget: Frees new shaders if the whole update is rejected.
    """
    drawn = dict(wanted)
    findings: list[Finding] = []
    for name in sorted(wanted, key=lambda one: one in standing):  # new ones first: may reject all
        old = standing.get(name)
        if not is_news(wanted[name], old, update.touched):
            continue
        loading(wanted[name])
        try:
            add(name, wanted[name], update.images)
        except ShaderError as error:
            if old is None:
                forget()
                raise
            drawn[name] = old
            findings += error.findings
        else:
            if old is not None:  # in use from now on, whatever else is rejected
                standing[name] = wanted[name]
    return drawn, findings
