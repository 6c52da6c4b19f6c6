"""The tables of the reference pages, made from the code that they describe.

``python -m docs.build.reference`` writes them into ``docs/*.md``, between ``<!-- generated: NAME -->``
and ``<!-- end -->``. A test fails when a page is stale.
"""

import re
import sys
from collections.abc import Mapping

from docs.build import json_schema, twins
from docs.build.command_tables import command_tables
from docs.build.panel_tables import panel_tables
from docs.build.settings import adapter_tables, key_tables, macro_tables
from docs.build.shader_tables import shader_tables
from docs.build.show_tables import measured, show_tables
from docs.build.venue_tables import venue_tables
from installation import paths
from installation.bench.malfunction.plot import draw
from installation.errors import PhotophoreError

__all__ = ["BLOCK", "block_names", "main", "rewrite", "tables"]

BLOCK = re.compile(r"<!-- generated: ([a-z0-9-]+) -->\n.*?<!-- end -->", re.DOTALL)
"""A marked block of a page."""


def tables() -> dict[str, str]:
    """Every generated table by name, as Markdown."""
    code = command_tables() | show_tables() | shader_tables() | venue_tables() | panel_tables()
    return code | key_tables() | macro_tables() | adapter_tables()


def block_names(text: str) -> list[str]:
    """Names of the marked blocks of a page, in order."""
    return [found[1] for found in BLOCK.finditer(text)]


def rewrite(text: str, made: Mapping[str, str]) -> str:
    """A page with its marked blocks filled.

    Raises:
        PhotophoreError: A block names no table.
    """

    def fill(found: re.Match[str]) -> str:
        if found[1] not in made:
            message = f"no table {found[1]}; there are {', '.join(sorted(made))}"
            raise PhotophoreError(message)
        return f"<!-- generated: {found[1]} -->\n{made[found[1]]}\n<!-- end -->"

    return BLOCK.sub(fill, text)


def main() -> int:
    """Rewrite the pages of this checkout and draw its plots; prints those that changed."""
    made = tables()
    for plot in draw(measured(), paths.assets() / "docs" / "pictures"):
        print(plot)
    for changed in twins.write(paths.assets() / "docs" / "pictures" / "controllers"):
        print(changed)
    for changed in json_schema.write(paths.assets() / "docs" / "schema"):
        print(changed)
    for page in sorted((paths.assets() / "docs").glob("*.md")):
        before = page.read_text(encoding="utf-8")
        after = rewrite(before, made)
        if after != before:
            page.write_text(after, encoding="utf-8")
            print(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
