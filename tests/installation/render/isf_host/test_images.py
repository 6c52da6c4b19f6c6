from pathlib import Path

import pytest
from PIL import Image

from installation.errors import ShaderError
from installation.isf import parse_text
from installation.render import Context, Host
from installation.render.isf_host.images import load_image
from tests.installation.render.pixels import census, pixels

pytestmark = pytest.mark.gl


def test_a_picture_of_any_mode_becomes_upright_rgba(context: Context, tmp_path: Path) -> None:
    grey = Image.new("L", (2, 2), 0)
    grey.putpixel((0, 0), 255)
    grey.save(tmp_path / "grey.png")

    texture = load_image(context, tmp_path / "grey.png")

    assert pixels(texture)[:, :, 0].tolist() == [[0, 0], [1, 0]]
    assert pixels(texture)[:, :, 3].all()
    texture.release()
    context.objects["image"] -= 1


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n broken"])
def test_a_file_that_is_no_picture_is_a_finding_and_leaves_nothing(
    context: Context, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "card.png").write_bytes(content)
    host = Host(context)
    shader = parse_text(
        '/*{"IMPORTED": {"card": {"PATH": "card.png"}}}*/ void main() {}',
        tmp_path / "a.fs",
    )
    context.collect()
    before = census()

    with pytest.raises(ShaderError, match=r"card\.png:1:1: is not a readable image"):
        host.load(shader, (4, 4))

    context.collect()
    assert census() == before
    host.release()


def test_a_picture_larger_than_a_texture_is_refused(context: Context, tmp_path: Path) -> None:
    Image.new("1", (9000, 1)).save(tmp_path / "wide.png")

    with pytest.raises(ShaderError, match="9000 x 1"):
        load_image(context, tmp_path / "wide.png")
