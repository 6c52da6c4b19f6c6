"""axe-core, the usual judge of accessibility in a browser (MPL-2.0), from the package that ships it."""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from tests.installation.visitors.browser import Tab
from tests.parts import require_module

__all__ = ["serious"]

_PACKAGE: Final = "axe_core_python"
_JUDGE: Final = """axe.run(document).then((found) => JSON.stringify({
  passes: found.passes.length,
  serious: [...found.violations, ...found.incomplete]
    .filter((one) => ['serious', 'critical'].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes[0].html}`),
}))"""


async def serious(tab: Tab) -> list[str]:
    """Return what axe-core takes for serious or critical on the page, also where it is not sure."""
    require_module(_PACKAGE)
    found = find_spec(_PACKAGE)
    assert found is not None
    assert found.origin is not None
    source = Path(found.origin).with_name("axe.min.js").read_text(encoding="utf-8")
    await tab.do("Runtime.evaluate", expression=source)
    answer = await tab.do("Runtime.evaluate", expression=_JUDGE, returnByValue=True, awaitPromise=True)
    assert "exceptionDetails" not in answer, answer
    told = json.loads(answer["result"]["value"])
    assert told["passes"] > 10, "axe has looked at the page"
    return [str(one) for one in told["serious"]]
