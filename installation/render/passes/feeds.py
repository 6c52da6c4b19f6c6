"""Sources of image inputs: an image file, another scene, or the animated test picture.

A filter or transition needs a picture to work on. Unbound inputs get the test picture, so that every ISF file
shows something.
"""

from collections.abc import Container, Mapping
from pathlib import Path

import moderngl

from installation import isf
from installation.media import MOVING
from installation.render.gl.draw import FullScreen
from installation.render.gl.glsl import load
from installation.render.gl.target import Target
from installation.render.isf_host.host import Host, SceneRenderer
from installation.render.isf_host.images import load_image, release_all
from installation.render.isf_host.media import Media
from installation.render.passes.post import Post
from installation.values import Address, Frame

__all__ = ["ENCODE", "Feeds"]

ENCODE = """#version 330 core
in vec2 uv;
out vec4 colour;
uniform sampler2D picture;
void main() {
    vec3 c = clamp(texture(picture, uv).rgb, 0.0, 1.0);
    colour = vec4(mix(c * 12.92, 1.055 * pow(c, vec3(1.0 / 2.4)) - 0.055, step(0.0031308, c)), 1.0);
}
"""
"""Display-linear light to display-encoded sRGB (IEC 61966-2-1)."""


_TEST = "test-picture"


class _SceneFeed:
    """A scene as another shader's image: display-encoded, as in every ISF host."""

    def __init__(self, host: Host, renderer: SceneRenderer) -> None:
        self._renderer = renderer
        self._linear = renderer.shader.color == "linear"
        self._index = -1
        self._texture = renderer.texture
        if self._linear:
            self._post = Post(host, renderer.size)
            self._encode = FullScreen(host.context, ENCODE, "feed")
            self._target = Target(host.context, renderer.size)

    def draw(self, frame: Frame) -> moderngl.Texture:
        if frame.index == self._index:  # already drawn in this frame
            return self._texture
        self._index = frame.index
        self._texture = self._renderer.draw(frame)
        if self._linear:
            self._encode.draw(
                self._target.framebuffer, {"picture": self._post.apply(self._texture, "linear")}
            )
            self._texture = self._target.texture
        return self._texture

    def release(self) -> None:
        self._renderer.release()
        if self._linear:
            self._post.release()
            self._encode.release()
            self._target.release()


class Feeds:
    """The textures of a scene's image inputs.

    Args:
        host: Loads the scenes used as images.
        size: Size of these scenes in pixels.
        given: Source of ``inputImage`` from the command line: an image, video or ISF file; None for the test
            picture.
    """

    def __init__(self, host: Host, size: tuple[int, int], given: Path | None = None) -> None:
        self._host = host
        self._size = size
        moves = given is not None and given.suffix.lower() in MOVING
        self._given = None if moves else given
        self._still: moderngl.Texture | None = None
        self._scenes: dict[str, _SceneFeed] = {}
        self._decode: FullScreen | None = None
        self._light: dict[str, Target] = {}
        self._parsed: dict[Path, isf.Shader] = {}
        self.media = Media(host.context, given if moves else None)
        """Sources that the show gives to single inputs."""

    def read(self, shader: isf.Shader, bound: Container[str] = ()) -> None:
        """Read the files of the images that ``shader`` uses; thread-safe. Raises ShaderError."""
        given = self._given
        if _images(shader, bound):
            isf.shipped("patterns", _TEST)
            if given is not None and given.suffix.lower() == ".fs":
                self._parse(given)

    def prepare(self, shader: isf.Shader, bound: Container[str] = (), of: Address = "") -> None:
        """Load the images that ``shader`` uses, before its first frame. Raises ShaderError.

        Args:
            shader: The shader.
            bound: Inputs that are bound elsewhere.
            of: Address of the scene or effect, for what ``media`` has for it.
        """
        own = self.media.names(of)
        for name in _images(shader, bound):
            if name not in own:
                self._source(name)

    def draw(
        self, frame: Frame, shader: isf.Shader, bound: Container[str] = (), of: Address = ""
    ) -> Mapping[str, moderngl.Texture]:
        """Return this frame's textures for every image input of ``shader`` that is not ``bound``.

        They are display-encoded; only a filter that declares linear light gets linear light, as in a show.
        """
        found: dict[str, moderngl.Texture] = {}
        own = self.media.textures(of)
        for name in _images(shader, bound):
            source = own[name] if name in own else self._source(name)
            found[name] = source.draw(frame) if isinstance(source, _SceneFeed) else source
            if shader.kind == "filter" and shader.color == "linear":
                found[name] = self._decoded(name, found[name])
        return found

    def _decoded(self, name: str, picture: moderngl.Texture) -> moderngl.Texture:
        if self._decode is None:
            self._decode = load(self._host.context, "decode")
        if name not in self._light:
            self._light[name] = Target(self._host.context, self._size)
        self._decode.draw(self._light[name].framebuffer, {"picture": picture})
        return self._light[name].texture

    def _source(self, name: str) -> "_SceneFeed | moderngl.Texture":
        given = self._given
        if given is not None and name != "endImage":
            if given.suffix.lower() != ".fs":
                if self._still is None:
                    self._still = load_image(self._host.context, given)
                return self._still
            return self._scene(str(given), given)
        # A transition needs two distinguishable pictures.
        variant = 1.0 if name == "endImage" else 0.0
        return self._scene(f"test {variant}", None, variant)

    def _parse(self, given: Path) -> isf.Shader:
        if given not in self._parsed:
            self._parsed[given] = isf.parse(given)
        return self._parsed[given]

    def _scene(self, key: str, path: Path | None, variant: float | None = None) -> _SceneFeed:
        feed = self._scenes.get(key)
        if feed is None:
            shader = isf.shipped("patterns", _TEST) if path is None else self._parse(path)
            renderer = self._host.load(shader, self._size)
            if variant is not None:
                renderer.draw(Frame(0, 0.0, 0.0), {"variant": (variant,)})
            feed = self._scenes[key] = _SceneFeed(self._host, renderer)
        return feed

    def release(self) -> None:
        """Free all sources."""
        self.media.release()
        if self._still is not None:
            release_all(self._host.context, [self._still])
        for feed in self._scenes.values():
            feed.release()
        for target in self._light.values():
            target.release()
        if self._decode is not None:
            self._decode.release()
        self._scenes.clear()


def _images(shader: isf.Shader, bound: Container[str]) -> list[str]:
    return [one.name for one in shader.inputs if one.type == "image" and one.name not in bound]
