"""The page of controls: where the show stands, and how the page keeps to it, also in a real browser."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from installation.errors import PhotophoreError
from installation.parameter import Kind, Parameter
from installation.parameter.tree import Tree
from installation.status import Status, to_json
from tests.installation.panel.answering import Answering
from tests.installation.panel.running import Panel
from tests.installation.panel.test_access import CODES, cookie, origin
from tests.installation.visitors.browser import Tab, browser
from tests.waiting import until

CUES = (("1", "bright"), ("2", "other"), ("3", "<b>last</b>"))
PLACE = "document.getElementById('place').innerText.split('\\n').filter(Boolean).join('; ')"
ALERT = "document.querySelector('.place > [role=alert]')?.textContent ?? ''"


class Show(Answering):
    """A control socket of a show with a list of cues."""

    def __init__(self, folder: Path) -> None:
        self.said = Status(show="small", cue="1", standby="2")
        self.away = False
        self.given: list[tuple[str, list[Any]]] = []
        self.answered = 0
        super().__init__(folder, self._own)

    def change(self, **changes: Any) -> None:
        self.said = msgspec.structs.replace(self.said, **changes)

    def _own(self, verb: str, arguments: list[Any]) -> Any:
        if verb == "status":
            self.answered += 1
            return to_json(self.said)
        if verb == "cues":
            if self.away:
                raise PhotophoreError("the stage is not running at the moment; try again")
            stands = (("current", self.said.cue), ("standby", self.said.standby))
            return [
                {"id": cue, "name": name, "stands": " ".join(word for word, one in stands if one == cue)}
                for cue, name in CUES
            ]
        if verb == "go":
            raise PhotophoreError("ignored: less than 0.3 s after the last GO")
        if verb == "signals":
            return {"/osc/" + "x" * (1 << 20): 0.0}
        self.given.append((verb, arguments))
        if verb == "blackout":
            self.change(blackout=bool(arguments[0]))
        return {"done": verb}


@pytest.fixture
def show(tmp_path: Path) -> Iterator[Show]:
    made = Show(tmp_path)
    yield made
    made.close()


@pytest.fixture
def panel(tmp_path: Path, show: Show) -> Iterator[Panel]:
    made = Panel(tmp_path, codes=CODES)
    yield made
    made.close()


def page(panel: Panel, mine: str) -> str:
    return panel.get("/panel/control", Cookie=mine)[2].decode()


def press(panel: Panel, mine: str, body: str) -> tuple[int, str]:
    told = {"Content-Type": "application/x-www-form-urlencoded", "Origin": origin(panel), "Cookie": mine}
    status, _, text = panel.request("/panel/control", "POST", headers=told, body=body.encode())
    return status, text.decode()


def test_the_cue_that_plays_may_be_the_next_one_too(panel: Panel, show: Show) -> None:
    mine = cookie(panel, "operator")
    show.change(standby="1")
    text = page(panel, mine)
    assert "Now: <strong>1 bright" in text
    assert "Next: <strong>1 bright" in text
    assert '<span class="stands">now, next</span>' in text
    show.change(standby="")
    assert "Next: <strong>the list is at its end" in page(panel, mine)
    assert "&lt;b&gt;last&lt;/b&gt;" in text


def test_blackout_pressed_twice_stays_and_its_end_is_another_button(panel: Panel, show: Show) -> None:
    """Who presses once more in alarm, or at the same time as somebody else, must not bring the light back."""
    mine = cookie(panel, "operator")
    places = [re.findall(r'name="do" value="(\w+)"', page(panel, mine))]
    for _ in range(2):
        assert press(panel, mine, "do=blackout")[0] == 303
        text = page(panel, mine)
        places.append(re.findall(r'name="do" value="(\w+)"', text))
        assert 'data-blackout="1"' in text, "what was just ordered shows"
        assert "A blackout holds." in text
    assert show.given == [("blackout", [True])] * 2
    assert places == [["go", "blackout", "light", "back", "panic"]] * 3
    assert press(panel, mine, "do=light")[0] == 303
    assert re.search(r'value="light"[^>]* disabled', page(panel, mine))
    show.change(blackout=True, held_by="/osc/dark")
    assert "A blackout holds, by /osc/dark: no button ends it." in page(panel, mine)


def test_a_cue_is_given_whole_or_not_at_all(panel: Panel, show: Show) -> None:
    mine = cookie(panel, "operator")
    name = "海" * 100  # 900 bytes of a form
    assert press(panel, mine, f"cue={quote(name)}")[0] == 303
    assert press(panel, mine, f"cue={quote(10 * name)}")[0] == 413
    assert show.given == [("cue", [name])]


def test_who_may_not_play_the_show_is_asked_for_the_code_of_who_may(panel: Panel) -> None:
    away = {"Via": "1.1 elsewhere", "Accept": "text/html"}
    for path in ("/panel/control", "/panel/stories"):
        status, told, _ = panel.get(path, **away)
        assert (status, told["location"]) == (303, "/panel/pair")
    for mine in ({}, {"Cookie": cookie(panel, "viewer")}):  # at this machine without a pairing, and with one
        status, _, body = panel.get("/panel/control", Accept="text/html", **mine)
        assert status == 403
        assert b"this needs the role operator, and you are viewer" in body
        assert b'name="code"' in body
        assert panel.get("/panel/control", **mine)[2].startswith(b"this needs the role operator")
    assert b"moderator" in panel.get("/panel/stories", Cookie=cookie(panel, "operator"))[2]


def test_what_is_nested_deeply_or_answered_at_length_is_refused_with_a_reason(
    panel: Panel, show: Show
) -> None:
    told = {"Cookie": cookie(panel, "operator"), "Origin": origin(panel)}
    nested = b'{"arguments": ["/master"], "more": ' + b"[" * 8000
    status, _, text = panel.request("/panel/command/get", "POST", headers=told, body=nested)
    assert (status, text) == (400, b"JSON is nested too deeply\n")

    status, _, text = panel.request("/panel/command/signals", "POST", headers=told)
    assert status == 409
    assert b"the answer to signals is longer than" in text
    show.change(errors=("x" * (1 << 20),))
    heard = show.answered
    until(lambda: show.answered > heard + 2)
    show.change(errors=(), cue_name="again")
    until(lambda: panel.json("/health")["status"].get("cue_name") == "again")
    assert "failed" not in panel.said()


async def _comes(tab: Tab, expression: str, wanted: str) -> None:
    while wanted not in str(await tab.js(expression)):
        await asyncio.sleep(0.05)


def described(panel: Panel) -> Tree:
    """Let the stage describe a tree with two macros and a trim."""
    tree = Tree()
    for address in ("/macro/light", "/macro/flow", "/trim/rate", "/scene/sea/glow"):
        about = "0.5 = as authored; 0 = <dark>"
        tree.add([Parameter(address, Kind.FLOAT, (0.5,), (0.0,), (1.0,), description=about)])
    panel.publish(tree)
    return tree


def test_macros_are_faders_without_script_too(panel: Panel, show: Show) -> None:
    mine = cookie(panel, "operator")
    assert "Macros" not in page(panel, mine), "a show that is not described yet has none"
    text = until(lambda: described(panel) and "Macros" in (text := page(panel, mine)) and text)

    assert re.findall(r'id="(/\w+/\w+)"', text) == ["/macro/light", "/macro/flow", "/trim/rate"]
    assert text.index("<summary>Trims") < text.index('id="/trim/rate"')
    assert ">0 = &lt;dark&gt;<" in text
    assert press(panel, mine, "fader=/macro/light&value=0.25")[0] == 303
    assert press(panel, mine, "do=neutral")[0] == 303
    assert show.given == [("set", ["/macro/light", 0.25]), ("neutral", [])]
    for wrong in (
        "fader=/scene/sea/glow&value=0.5",
        "fader=/macro/light&value=2",
        "fader=/macro/light&value=x",
    ):
        assert "does not know" in press(panel, mine, wrong)[1]
    assert len(show.given) == 2


@pytest.mark.device
@pytest.mark.timeout(120)
def test_a_fader_is_sent_as_it_moves_and_follows_other_hands(panel: Panel, show: Show) -> None:
    async def play() -> None:
        mine, url = cookie(panel, "operator"), f"{origin(panel)}/panel/control"
        until(lambda: described(panel) and "Macros" in page(panel, mine))
        async with browser() as tab:
            await tab.pair(url, mine)
            await tab.go(url)
            fader = "document.getElementById('/macro/light')"
            moved = "f.value = v; f.dispatchEvent(new Event('input', {bubbles: true}))"
            await tab.js(f"for (const v of [0.1, 0.2, 0.3, 0.9]) {{ const f = {fader}; {moved}; }}")
            await _comes(tab, f"{fader}.form.querySelector('output').value", "0.90")
            until(lambda: show.given and show.given[-1] == ("set", ["/macro/light", 0.9]))
            assert len(show.given) <= 2, "the newest place only, while one is on its way"

            show.change(macros={"light": 0.25, "flow": 0.75})
            await _comes(tab, "document.getElementById('/macro/flow').value", "0.75")
            await _comes(tab, f"{fader}.value", "0.25")
            show.change(macros={})
            await _comes(tab, f"{fader}.value", "0.5")
            assert all("Failed to load" in one for one in tab.said)  # there is no picture for the tab

    asyncio.run(play())


@pytest.mark.device
@pytest.mark.timeout(120)
def test_a_page_that_stands_follows_other_hands_and_keeps_the_reason_of_a_refusal(
    panel: Panel, show: Show
) -> None:
    async def play() -> None:
        mine, url = cookie(panel, "operator"), f"{origin(panel)}/panel/control"
        async with browser() as tab:
            await tab.pair(url, mine)
            await tab.go(url)
            await tab.loads(tab.js("document.querySelector('[value=go]').click()"))
            refused = "go was refused: ignored: less than 0.3 s after the last GO."
            assert await tab.js(ALERT) == refused

            show.change(standby="3")
            await _comes(tab, PLACE, "Next: 3")
            show.change(cue="2", blackout=True)
            await _comes(tab, PLACE, "Now: 2 other; Next: 3 <b>last</b>; A blackout holds.")
            assert await tab.js("document.querySelector('[value=light]').disabled") is False
            show.away = True
            show.change(cue="")
            await _comes(tab, PLACE, "The cue list is not known: the stage is not running")
            heard = show.answered
            until(lambda: show.answered > heard + 3)
            show.away = False
            await _comes(tab, PLACE, "Now: none yet; Next: 3")
            assert await tab.js(ALERT) == refused

            panel.process.kill()
            await _comes(tab, "document.getElementById('live').textContent", "does not answer")
            assert tab.said == [] or all("Failed to load" in one for one in tab.said)

    asyncio.run(play())


@pytest.mark.device
@pytest.mark.timeout(120)
def test_a_page_whose_pairing_has_ended_asks_for_the_code(panel: Panel, show: Show) -> None:
    async def play() -> None:
        mine, url = cookie(panel, "operator"), f"{origin(panel)}/panel/control"
        async with browser() as tab:
            await tab.pair(url, mine)
            await tab.go(url)
            await tab.loads(tab.js("document.querySelector('[value=go]').click()"))  # refused: of a POST
            told = {"Cookie": mine, "Origin": origin(panel)}
            assert panel.request("/panel/unpair", "POST", headers=told)[0] == 303
            await tab.loads(asyncio.to_thread(show.change, cue="2"))
            assert "this needs the role operator" in await tab.js("document.body.innerText")
            assert await tab.js("document.getElementById('code') !== null")

    asyncio.run(play())
