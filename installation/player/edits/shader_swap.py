"""A show's shaders go into the picture, and edited ones while it plays.

The last good one goes on where an edited one is refused.
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

__all__ = ["load", "precompile", "redraw"]

_Shaders = dict[str, isf.Shader]


def load(
    picture: Picture,
    show: Show,
    shaders: Mapping[str, isf.Shader],
    effects: Mapping[str, isf.Shader],
    quarantine: Quarantine,
) -> None:
    """Load what a show is drawn by before its first frame. Raises ShaderError.

    Args:
        picture: Draws.
        show: What is played.
        shaders: Of its scenes, by id.
        effects: The shaders of its effects, by name.
        quarantine: Told before a shader is compiled, and when none is any more.
    """
    for scene, shader in shaders.items():
        quarantine.loading(shader)
        picture.add(scene, shader)
    for effect, shader in effects.items():
        quarantine.loading(shader)
        picture.effects.add(effect, shader)
    quarantine.done()
    for name in {"dissolve", *(cue.transition for cue in show.cues)}:
        picture.prepare_transition(name)


def precompile(
    picture: Picture,
    update: ShowUpdate,
    standing: tuple[Mapping[str, isf.Shader], Mapping[str, isf.Shader]],
    loading: Callable[[isf.Shader], None],
) -> Generator[None, None, None]:
    """Compile what is new or has changed, one pass at each step, so that ``redraw`` finds it done.

    A large shader takes seconds on a software rasteriser, and no frame may take so long. Args are those of
    ``redraw``; what is wrong is found there.
    """
    picture.host.forget()
    for wanted, drawn in zip((update.shaders, update.effects), standing, strict=True):
        for name, shader in wanted.items():
            if not is_news(shader, drawn.get(name), update.touched):
                continue
            loading(shader)
            for _ in picture.host.precompile(shader, picture.size, update.images):
                yield
                loading(shader)  # the frame between has put it off


def redraw(
    picture: Picture,
    update: ShowUpdate,
    standing: tuple[_Shaders, _Shaders],
    loading: Callable[[isf.Shader], None],
) -> tuple[ShowUpdate, list[Finding]]:
    """Load what is new or has changed: here OpenGL compiles, which only the main thread may ask for.

    Args:
        picture: Where it is drawn.
        update: What is to be drawn.
        standing: What scenes and effects are drawn by now; what changes is written into it at once.
        loading: Told before each file is compiled.

    Returns:
        What is drawn from now on, and what is wrong with the rest.

    Raises:
        ShaderError: One that is new cannot be drawn.
        ShowError: The show does not fit what is left when some shaders stay as they were.
    """
    for name in {cue.transition for cue in update.show.cues}:
        picture.prepare_transition(name)

    def forget() -> None:
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
        wanted: What is to be drawn, by name.
        standing: What is drawn now.
        update: Whose they are.
        add: Loads one, or replaces it. Raises ShaderError.
        loading: Told before each file is compiled.
        forget: Frees what is new, because nothing will be taken over.
    """
    drawn = dict(wanted)
    findings: list[Finding] = []
    for name in sorted(wanted, key=lambda one: one in standing):  # new ones may stop it all
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
            if old is not None:  # true from now on, whatever else is refused
                standing[name] = wanted[name]
    return drawn, findings
