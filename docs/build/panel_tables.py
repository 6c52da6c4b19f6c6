"""Tables of the panel's reference page: the fields of the status, and who may ask for which path."""

from pathlib import Path

from docs.build.settings import table
from installation.status import meanings

__all__ = ["panel_tables"]


def panel_tables() -> dict[str, str]:
    """Every table of the panel by name, as Markdown."""
    return {"status-fields": _fields(), "panel-routes": _routes()}


def _fields() -> str:
    return table(("field", "meaning"), [(f"`{name}`", meaning) for name, meaning in meanings()])


def _routes() -> str:
    from installation.ipc.bus import LocalBus, LocalHub
    from installation.panel.desks import StoriesDesk
    from installation.panel.gate import NEEDS, Gate
    from installation.panel.keeper import KeeperLink
    from installation.panel.server import Panel

    rows = []
    panel = Panel(LocalBus(LocalHub()), Gate(), KeeperLink(Path()), StoriesDesk(Path()))
    for route in panel.application().router.routes():
        if route.method == "HEAD" or route.resource is None:
            continue
        needed = NEEDS[route.name or ""]
        path = route.resource.canonical.replace("/{path}", "/ADDRESS").replace("{name}", "NAME")
        rows.append(
            (f"{route.method} `{path}`", needed.name.lower() if needed is not None else "nobody has to pair")
        )
    return table(("request", "least role"), rows)
