"""The section of the page on the fair share."""

import re

from installation.ipc.bus import LocalBus, LocalHub
from installation.panel.mirror import Mirror
from installation.panel.pages import PageData, cells, status_page
from installation.panel.sections.shares import share_cells, share_section
from installation.status import DecisionStatus, ShareStatus, StationShare, Status, sharing

SAID = ShareStatus(
    watts=300.0,
    taken=120.0,
    reserved=40.0,
    gini=0.125,
    jain=0.9,
    reform=0.5,
    stations=(
        StationShare(name="ziva", demand=200.0, share=100.0, cap=250.0, level=0.5, credit=12.0),
        StationShare(name="<b>", state="away", share=40.0, cap=50.0),
        StationShare(name="", demand=10.0, share=10.0, cap=10.0),
    ),
    decisions=(DecisionStatus(at=0.0, text="ziva dimmed to 50 %: <i> asked for more"),),
    guessed=("strip",),
    trouble="other venue files say 400 watts where this one says 300",
)


def test_it_says_in_words_and_numbers_what_the_bars_show() -> None:
    page = share_section(SAID)

    assert '<th scope="row">ziva</th>' in page
    for text in (
        "200 W",
        "100 W",
        "250 W",
        "50 %",
        "+12 s",
        "the room",
        "0.12",
        "0.90",
        "40 W",
        "1, e.g. strip",
    ):
        assert f">{text}<" in page, text
    assert "other venue files say 400 watts" in page
    assert '<div class="bars" aria-hidden="true">' in page, "numbers are read aloud, bars are not"
    assert "<b>" not in page
    assert "&lt;i&gt; asked for more</li>" in page


def test_bars_are_in_proportion_to_the_widest_cap() -> None:
    widths = {key: text for key, text in share_cells(SAID).items() if key.startswith("share bar ziva")}

    assert widths == {
        "share bar ziva cap": "100.0", "share bar ziva demand": "80.0", "share bar ziva share": "40.0",
    }  # fmt: skip


def test_every_text_that_is_updated_live_has_its_place_on_the_page_and_no_other() -> None:
    page = share_section(SAID)

    placed = re.findall(r'data-cell="([^"]*)"', page)

    assert sorted(placed) == sorted(
        key.replace("<", "&lt;").replace(">", "&gt;") for key in share_cells(SAID)
    )


def test_without_a_budget_there_is_no_section() -> None:
    view = Mirror(LocalBus(LocalHub())).view()
    data = PageData(Status(), view, None, stale=False)

    assert "Fair share" not in status_page(data)
    assert not [key for key in cells(data) if key.startswith("share")]
    assert "Fair share" in status_page(PageData(Status(shares=SAID), view, None, stale=False))


def test_terminal_and_hud_say_it_in_lines() -> None:
    lines = sharing(SAID)

    assert lines[0].startswith("budget 300 W, lamps here take 120 W, 40 W reserved; reform 0.50, Gini 0.12")
    assert "station ziva: 100 W of 200 asked, at most 250" in lines
    assert "station <b> (away): 40 W of 0 asked, at most 50" in lines
    assert lines[-1].startswith("share: other venue files")
