"""The site in a line or two, for the HUD."""

from installation.ipc.feeds.site import View
from installation.show.site import SiteSettings
from installation.stage.site.readings import HERE

__all__ = ["site_words"]


def site_words(site: SiteSettings, view: View | None) -> list[str]:
    """Return who leads, who is here and away, how well the clocks agree, and what is wrong.

    Args:
        site: Of the venue; nothing is said where it is none.
        view: The site as the hub process told it last; None while that is away.
    """
    if not site.there:
        return []
    if view is None:
        return [f"site {site.name}   the hub process is away: {site.hub} plays alone"]
    role = f"{view.hub} leads" if view.leader == view.hub else f"{view.hub} follows {view.leader or 'nobody'}"
    count = sum(one.state == HERE for one in view.stations)
    words = [f"site {view.site}", role, f"{count} of {len(view.stations)} hubs here"]
    missing = [f"{one.name} {one.state}" for one in view.stations if one.state not in (HERE, "left")]
    words += [", ".join(missing)] if missing else []
    words += [f"clock +-{1000.0 * view.error:.1f} ms"] if view.error >= 0.0 else []
    words.append(f"in step {view.order:.2f}")
    return ["   ".join(words), *([f"site: {view.trouble}"] if view.trouble else [])]
