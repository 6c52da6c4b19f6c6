"""A day in the life of a site: 40 visitors in eight hours, three hubs, one cut cable, and the disks at night.

Time is virtual, and the network between the hubs is simulated. The pages are the real ones, asked by real
HTTP from an address for each phone; the guest books are real files; what hubs say to each other is what they
say.
"""

import asyncio
import http.client
import logging
import random
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import msgspec
from aiohttp import web

from installation.guestbook import Act, Guestbook, State
from installation.guestbook.clock import Housekeeper
from installation.guestbook.tokens import Tokens
from installation.ipc.feeds.stories import Wall
from installation.ipc.feeds.wall import wall_of
from installation.site.fair import PARTS, Wish
from installation.visitors.desk import Desk
from installation.visitors.options import VisitorOptions
from installation.visitors.server import Visitors
from tests.installation.site.fair.world import World
from tests.installation.site.network import DAY, NOON, Network

NAMES = ("north", "east", "south")
HOUR = 3600.0
VISITORS = 40
EVENING = 12.0 * HOUR
"""The house opens at 20:00 UTC, so that a backup is made at midnight."""


class Page:
    """The visitors' page of one hub, on a thread, whose stories are dated by the virtual clock."""

    def __init__(self, folder: Path, hub: str, now: Callable[[], float]) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        options = VisitorOptions(hub=hub, keep_days=30)
        self._desk = Desk(folder, options, now)
        tokens = Tokens(folder, options.code, hub)
        self._runner = web.AppRunner(Visitors(options, self._desk, tokens).application(), access_log=None)
        self.home = f"/{tokens.now(NOON)}"
        self.port = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(10)

    async def _open(self) -> int:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        return int(self._runner.addresses[0][1])

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._desk.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def ask(self, phone: "Phone", path: str, form: dict[str, str] | None = None) -> tuple[str, str]:
        """Where a request leads, and the page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, 20, source_address=(phone.address, 0))
        headers = {"User-Agent": phone.kind, "Accept-Language": "en"}
        if form is None:
            connection.request("GET", path, headers=headers)
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request("POST", path, urlencode(form), headers)
        answer = connection.getresponse()
        page = answer.read().decode()
        connection.close()
        return answer.getheader("Location") or "", page


@dataclass
class Phone:
    """A visitor's phone, and what nobody is to find on a disk."""

    number: int
    address: str = ""
    kind: str = ""
    code: str = ""
    text: str = ""
    key: str = ""

    def __post_init__(self) -> None:
        self.address = f"127.{3 + self.number // 50}.{7 + self.number % 50}.{91 + self.number}"
        self.kind = f"PhoneOfVisitor/{self.number}.{self.number * 7919 % 997}"

    def leave(self, page: Page, text: str) -> None:
        """Leave a sentence, and note the code."""
        self.text = text
        _, form = page.ask(self, page.home)
        self.key = re.findall(r'name="key" value="([^"]+)"', form)[0]
        leads, _ = page.ask(self, page.home, {"key": self.key, "text": text, "strokes": ""})
        _, thanks = page.ask(self, leads)
        self.code = re.findall(r'id="code"[^>]*>([^<]+)<', thanks)[0]

    def withdraw(self, page: Page) -> bool:
        """Take it back, at any hub."""
        _, answer = page.ask(self, "/withdraw", {"code": self.code.lower().replace("-", " ")})
        return "Your story is deleted." in answer


@dataclass
class Day:
    """The site, and what the test knows of it."""

    net: Network
    world: World
    pages: dict[str, Page]
    people: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NAMES, 0))
    pads: set[str] = field(default_factory=set)
    approved: set[str] = field(default_factory=set)
    withdrawn: set[str] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)
    most: int = 0

    def walls(self) -> dict[str, set[str]]:
        """What stages are told, from the bytes that pass the bus."""
        told = {}
        for name, hub in self.net.hubs.items():
            wall = msgspec.msgpack.decode(wall_of(hub.book.stories()), type=Wall)
            told[name] = {one.text for one in wall.stories}
        return told

    def pass_time(self, until: float) -> None:
        """Let a while pass in steps, then jump; look at everything after each step."""
        for _ in range(10):
            self.step(0.4)
        gap = until - self.net.time
        if gap > 0.0:
            self.net.time += gap
            self.world.now += gap
            self.step(0.1)

    def step(self, seconds: float) -> None:
        for name, hub in zip(NAMES, self.world.hubs.values(), strict=True):
            need = 0.05 + 0.3 * self.people[name] + (0.3 if name in self.pads else 0.0)
            hub.wish = Wish(need=round(min(need, 1.0) * PARTS), floor=PARTS // 30, cap=PARTS)
        self.net.run(seconds, 0.1)
        self.world.step()
        assert self.world.taken() <= PARTS
        self.most = max(self.most, *(one.lamps or 0 for one in self.world.hubs.values()))
        assert self.world.accounted() == PARTS // 3 * 3
        for wall in self.walls().values():
            assert wall <= self.approved
            self.shown |= wall


@contextmanager
def a_day(folder: Path) -> Iterator[Day]:
    net = Network(folder, NAMES, seed=5, loss=0.05, delay=0.2)
    world = World(3, 5)
    world.loss = 0.1
    net.time = world.now = EVENING
    handler = logging.FileHandler(folder / "everything.log")
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    with ExitStack() as ends:
        ends.callback(handler.close)
        ends.callback(root.setLevel, level)
        ends.callback(root.removeHandler, handler)
        pages = {name: Page(folder / name, name, hub.unix) for name, hub in net.hubs.items()}
        for page in pages.values():
            ends.callback(page.close)
        yield Day(net, world, pages)
        for hub in net.hubs.values():
            hub.book.close()


def the_plan(chance: random.Random) -> list[tuple[float, str, int]]:
    """What happens when: ``(seconds, what, who)``."""
    plan: list[tuple[float, str, int]] = []
    for who in range(VISITORS):
        at = chance.uniform(60.0, 7.0 * HOUR)
        stay = chance.uniform(300.0, 2400.0)
        plan += [(at, "arrive", who), (at + stay, "go", who)]
        if who % 5 != 4:
            plan.append((at + 0.4 * stay, "leave", who))
        if who % 8 == 3 and who % 5 != 4:
            plan.append((min(at + chance.uniform(0.5, 3.0) * HOUR, 7.9 * HOUR), "withdraw", who))
        if who % 3 == 0:
            plan += [(at + 0.5 * stay, "hold", who), (at + 0.5 * stay + 20.0, "release", who)]
    plan += [(at * HOUR / 2.0, "staff", at) for at in range(1, 16)]
    plan += [((0.5 + at) * HOUR, "house", at) for at in range(8)]
    plan += [(3.0 * HOUR, "cut", 0), (3.7 * HOUR, "mend", 0)]
    return sorted((EVENING + at, what, who) for at, what, who in plan)


def test_a_day_in_the_life_of_a_site(tmp_path: Path) -> None:
    chance = random.Random(12)
    phones = [Phone(who) for who in range(VISITORS)]
    home = {who: NAMES[who % 3] for who in range(VISITORS)}
    with a_day(tmp_path) as day:
        net = day.net
        houses = {name: Housekeeper(hub.book.folder, 7, hub.unix) for name, hub in net.hubs.items()}
        backed_up = 0
        for at, what, who in the_plan(chance):
            day.pass_time(at)
            name = home.get(who, "")
            match what:
                case "arrive":
                    day.people[name] += 1
                case "go":
                    day.people[name] -= 1
                case "leave":
                    phones[who].leave(day.pages[name], f"Visitor number {who:02d} was here, and it rained.")
                case "withdraw":
                    backed_up += len(holding(tmp_path.rglob("stories-*.db"), phones[who].text))
                    elsewhere = NAMES[(who + 1) % 3] if not net.cuts else name
                    assert phones[who].withdraw(day.pages[elsewhere]), who
                    day.withdrawn.add(phones[who].text)
                case "hold":
                    day.pads.add(name)
                case "release":
                    day.pads.discard(name)
                case "staff":
                    decide(day, chance, net.hubs[NAMES[who % 3]].book)
                case "house":
                    for hub in NAMES:
                        houses[hub].keep(net.hubs[hub].book)
                case "cut":
                    net.cut("north")
                    day.world.side["h000"] = 1
                case "mend":
                    net.heal()
                    day.world.heal()
        day.pass_time(EVENING + 8.0 * HOUR)
        assert net.until(net.agree, 60.0) < 60.0
        the_evening(day, phones, tmp_path)
    assert backed_up  # some had to be deleted from backups, too
    nothing_private(phones, day.withdrawn, tmp_path)


def holding(files: Iterable[Path], text: str) -> list[str]:
    """Names of those files that have a text in them."""
    return [one.name for one in files if text.encode() in one.read_bytes()]


def decide(day: Day, chance: random.Random, book: Guestbook) -> None:
    """Staff read what waits at one hub: one in six is hidden, of the others one in four gets a theme."""
    for one in book.stories():
        if one.state is not State.WAITING:
            continue
        number = int(one.story.text.split()[2])
        if number % 6 == 1:
            book.decide(one.story.id, Act.HIDDEN)
            continue
        day.approved.add(one.story.text)
        book.decide(one.story.id, Act.APPROVED)
        if chance.random() < 0.25:
            book.decide(one.story.id, Act.THEMED, "rain")
    if chance.random() < 0.3:
        undone = book.undo()
        book.decide(undone.story, Act.HIDDEN)


def the_evening(day: Day, phones: list[Phone], folder: Path) -> None:
    """The books of all hubs are equal, and hold what was left and not taken back; the budget is whole."""
    left = {one.text for one in phones if one.text}
    assert len(left) == 32
    assert len(day.withdrawn) == 4
    for hub in day.net.hubs.values():
        assert hub.texts() == left - day.withdrawn
        assert not any(one.state is State.WAITING for one in hub.book.stories())
        assert all(one.story.expires <= NOON + EVENING + 8 * HOUR + 30 * DAY for one in hub.book.stories())
    walls = list(day.walls().values())
    assert walls[0] == walls[1] == walls[2]
    assert 10 < len(walls[0]) < 32
    assert not walls[0] & day.withdrawn
    assert day.shown >= walls[0]
    backups = list(folder.rglob("stories-*.db"))
    assert len(backups) == 6
    for _ in range(100):
        day.step(0.1)
    held = [one.agreement.account.held for one in day.world.hubs.values() if one.agreement is not None]
    moved = [
        sum(one.agreement.flows.values()) for one in day.world.hubs.values() if one.agreement is not None
    ]
    assert sum(held) == PARTS // 3 * 3
    assert [PARTS // 3 - flow for flow in moved] == held  # what each gave and got, all day, adds up
    assert day.most > 1.5 * PARTS / 3  # where many rested, others had given


def nothing_private(phones: list[Phone], withdrawn: set[str], folder: Path) -> None:
    """In no file of any hub is what was taken back, a code, a form's key, an address or a kind of phone."""
    secrets = {one.encode() for one in withdrawn}
    for one in phones:
        secrets |= {one.address.encode(), one.kind.encode()}
        if one.code:
            plain = one.code.replace("-", "")
            secrets |= {text.encode() for text in (one.code, plain, plain.lower(), one.key)}
    files = [one for one in folder.rglob("*") if one.is_file()]
    assert len(files) > 12
    found = [(one.name, secret) for one in files for secret in secrets if secret in one.read_bytes()]
    assert found == []
    kept = next(one.text for one in phones if one.text and one.text not in withdrawn)
    assert any(kept.encode() in one.read_bytes() for one in files)  # the search finds what is there
