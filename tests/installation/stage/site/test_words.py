"""The site in the HUD."""

from installation.ipc.feeds.site import Station, View
from installation.show.site import SiteSettings
from installation.stage.site.words import site_words

SITE = SiteSettings(name="garden", hub="north")


def test_the_hud_tells_who_leads_who_is_away_and_what_is_wrong() -> None:
    stations = (
        Station(name="east", state="away"), Station(name="hall"), Station(name="north"),
        Station(name="south", state="left"),
    )  # fmt: skip
    view = View(
        at=0.0, site="garden", hub="north", leader="hall", stations=stations, error=0.0021, order=0.93,
        trouble="a disk is full",
    )  # fmt: skip

    assert site_words(SITE, view) == [
        "site garden   north follows hall   2 of 4 hubs here   east away   clock +-2.1 ms   in step 0.93",
        "site: a disk is full",
    ]


def test_without_a_hub_process_it_plays_alone_and_without_a_site_nothing_is_said() -> None:
    assert site_words(SITE, None) == ["site garden   the hub process is away: north plays alone"]
    assert site_words(SiteSettings(), None) == []
