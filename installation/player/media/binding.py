"""Which ``image`` input of which shader shows which picture, and the parameters that come with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from installation import isf
from installation.errors import FilesError, MediaError, nearest
from installation.media import MOVING, Source, probe
from installation.parameter import Kind, Parameter
from installation.paths import is_file
from installation.render.isf_host.images import read_image
from installation.show.model import EffectSpec, MediaSpec, SceneSpec, Show
from installation.show.model.media import SCHEMES
from installation.values import Address, Finding, Where

__all__ = ["MOST", "Binding", "bindings", "media_findings", "media_of", "media_parameters"]

MOST: Final = 32
"""Most inputs of a show with a source: each has a thread."""

_PICTURE: Final = "inputImage"
"""The input of an effect that receives the picture."""

_PARAMETERS: Final = {
    "play": (Kind.BOOL, 1.0, "Play", "Moves; off holds the picture"),
    "seek": (Kind.FLOAT, 1.0, "Seek", "Share of the length: jumps there whenever it changes"),
    "loop": (Kind.BOOL, 1.0, "Loop", "Begins again after the end"),
    "rate": (Kind.FLOAT, 4.0, "Rate", "Speed: 1 is as filmed"),
}
"""Kind, maximum, label and description of the parameters of a video; a live source has the first only."""


@dataclass(frozen=True, slots=True)
class Binding:
    """One input and what it shows.

    Attributes:
        prefix: Address of its scene or effect.
        name: Name of the input.
        spec: What the show says.
        source: The same with the file's absolute path.
    """

    prefix: Address
    name: str
    spec: MediaSpec
    source: Source

    @property
    def address(self) -> Address:
        """Address of the input; its parameters are below."""
        return f"{self.prefix}/{self.name}"


def media_of(spec: SceneSpec | EffectSpec, shader: isf.Shader) -> tuple[dict[str, MediaSpec], list[Finding]]:
    """Return what the image inputs of a scene or an effect show, and what is wrong with that.

    A text as the value of an image input is a file, a device or an address.
    """
    images = [one.name for one in shader.inputs if one.type == "image"]
    media, findings = dict(spec.media), []
    for name, value in spec.inputs.items():
        where = spec.places.get(f"inputs.{name}", spec.where)
        if name in images and isinstance(value, str):
            media[name] = _plain(value, where)
        elif name in images:
            hint = f'write {name} = "picture.png", or {name} = {{ video = "clip.mp4" }}; one for an input'
            message = f"{name}: an image input takes the name of a picture, a video, a camera or a stream"
            findings.append(Finding(where, message, hint))
    for name, one in media.items():
        if name not in images:
            message = f"{name}: {spec.shader.name} has no image input of that name"
            findings.append(Finding(one.where, message, nearest(name, images, "it has none at all")))
        elif isinstance(spec, EffectSpec) and name == _PICTURE:
            message = f"{name}: an effect gets the picture there"
            findings.append(Finding(one.where, message, "give another image input a source"))
        elif one.stream and one.stream.partition("://")[0] not in SCHEMES:
            message = f"{name}: {one.stream.partition('://')[0][:20]!r} is no way to receive a stream"
            where = one.places.get("stream", one.where)
            findings.append(Finding(where, message, f"use {', '.join(f'{way}://' for way in SCHEMES)}"))
    return {name: one for name, one in media.items() if name in images}, findings


def media_parameters(prefix: Address, media: Mapping[str, MediaSpec]) -> list[Parameter]:
    """Return ``PREFIX/INPUT/play`` and so on for everything that moves."""
    found = []
    for name, spec in media.items():
        own = ("play",) if spec.kind in ("camera", "stream") else tuple(_PARAMETERS) if spec.moves else ()
        for one in own:
            kind, most, label, description = _PARAMETERS[one]
            found.append(
                Parameter(
                    f"{prefix}/{name}/{one}", kind, (float(getattr(spec, one)),), (0.0,), (most,),
                    label=f"{name}: {label}", description=description,
                )
            )  # fmt: skip
    return found


def bindings(
    show: Show,
    shaders: Mapping[str, isf.Shader],
    effects: Mapping[str, isf.Shader],
    given: Path | None = None,
) -> list[Binding]:
    """Return the inputs of a show with a source, ``MOST`` of them at most.

    Args:
        show: The show.
        shaders: Shaders of its scenes.
        effects: Shaders of its effects.
        given: A video file for all image inputs without one: that of the command line.
    """
    return list(_bindings(show, shaders, effects, given))[:MOST]


def media_findings(
    show: Show, shaders: Mapping[str, isf.Shader], effects: Mapping[str, isf.Shader]
) -> list[Finding]:
    """Return files that are missing or cannot be decoded, each at its place in the show."""
    findings = []
    every = list(_bindings(show, shaders, effects, None))
    for one in every[MOST:]:
        message = f"{one.name}: more than {MOST} inputs of this show have a source"
        findings.append(Finding(one.spec.where, message, f"only the first {MOST} get theirs; remove some"))
    for one in every:
        file = Path(one.source.name)
        if one.source.kind in ("video", "image") and not is_file(file):
            hint = "put it next to show.toml; upper and lower case count"
            findings.append(Finding(_place(one), f"{one.name}: there is no file {file.name}", hint))
            continue
        try:
            if one.source.kind == "video":
                probe(file, rows=one.spec.rows)
            elif one.source.kind == "image":
                read_image(file)
        except MediaError as error:
            hint = "give a file next to show.toml that FFmpeg can decode"
            findings.append(Finding(_place(one), f"{one.name}: {error}", hint))
        except FilesError as error:
            hint = f'if it is a video, write {one.name} = {{ video = "{file.name}" }}; pictures are e.g. PNG'
            findings.append(Finding(_place(one), f"{one.name}: {error.findings[0].message}", hint))
    return findings


def _place(binding: Binding) -> Where:
    return binding.spec.places.get(binding.spec.kind, binding.spec.where)


def _bindings(
    show: Show, shaders: Mapping[str, isf.Shader], effects: Mapping[str, isf.Shader], given: Path | None
) -> Iterator[Binding]:
    drawn: list[tuple[Address, SceneSpec | EffectSpec, isf.Shader]] = [
        (f"/scene/{name}", show.scenes[name], shader) for name, shader in shaders.items()
    ]
    drawn += [(f"/effect/{name}", show.effects[name], shader) for name, shader in effects.items()]
    for prefix, spec, shader in drawn:
        media, _ = media_of(spec, shader)
        if given is not None and isinstance(spec, SceneSpec):
            free = [one.name for one in shader.inputs if one.type == "image" and one.name not in media]
            media |= {name: MediaSpec(spec.where, video=str(given)) for name in free if name != "endImage"}
        for name, one in media.items():
            if one.kind:
                yield Binding(prefix, name, one, _source(one, show.folder))


def _source(spec: MediaSpec, folder: Path) -> Source:
    if spec.kind == "image":
        return Source("image", str(folder / spec.image))
    if spec.kind == "video":
        return Source("video", str(folder / spec.video), rows=spec.rows)
    if spec.kind == "stream":
        return Source("stream", spec.stream, rows=spec.rows)
    size = (int(spec.size[0]), int(spec.size[1])) if all(spec.size) else None
    return Source("camera", spec.camera, size, spec.fps, spec.rows)


def _plain(text: str, where: Where) -> MediaSpec:
    """Return what a plain text names."""
    if "://" in text:
        return MediaSpec(where, stream=text)
    if text.startswith("/dev/"):
        return MediaSpec(where, camera=text)
    if Path(text).suffix.lower() in MOVING:
        return MediaSpec(where, video=text)
    return MediaSpec(where, image=text)
