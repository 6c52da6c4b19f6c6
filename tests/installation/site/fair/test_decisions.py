"""The ledger of decisions: in words, bounded, the same on all hubs."""

from installation.site.fair.decisions import KEPT, OWN_KEPT, Decision, Ledger, Noting, Standing, words


class Desk:
    """A hub and what is noted of it, ten looks a second."""

    def __init__(self, unit: str = "watts", share: float = 100.0, need: float = 100.0) -> None:
        self.noting, self.now = Noting("ziva", unit), 0.0
        self.stand(1.0, share=share, need=need)

    def stand(self, seconds: float, flows: dict[str, int] | None = None, **changes: object) -> list[str]:
        """Stand so for a while; the words of what was noted."""
        found = []
        self.noting.moved(self.now, flows or {})
        for _ in range(round(seconds * 10)):
            self.now += 0.1
            made = self.noting.look(self.now, self.now, Standing(**changes))  # type: ignore[arg-type]
            found += [words(made)] if made is not None else []
        return found


def test_it_says_who_was_dimmed_for_whom_and_why() -> None:
    gave = {"kai": 10, "ada": 4}

    assert Desk().stand(5.0, gave, share=62.0, need=100.0, owed={"ziva": -8.0, "kai": 9.0}) == [
        "ziva dimmed to 62 %: kai asked for more and had had less"
    ]
    assert Desk().stand(5.0, gave, share=50.0, need=100.0) == ["ziva dimmed to 50 %: kai asked for more"]
    assert (
        Desk("lumens")
        .stand(5.0, gave, share=50.0, need=100.0)[0]
        .startswith("ziva dimmed to 50 % for the light")
    )


def test_only_who_counts_for_more_is_called_privileged() -> None:
    more, equal = {"kai": 2.0, "ziva": 1.0}, {"kai": 1.0, "ziva": 1.0}

    def dimmed(privilege: dict[str, float]) -> list[str]:
        desk = Desk()
        desk.stand(20.0, share=100.0, need=100.0, reform=0.1)
        return desk.stand(5.0, {"kai": 10}, share=50.0, need=100.0, reform=0.1, privilege=privilege)

    assert dimmed(more) == ["ziva dimmed to 50 %: kai is privileged"]
    assert dimmed(equal) == ["ziva dimmed to 50 %: kai asked for more"]


def test_who_asks_for_more_itself_is_not_said_to_be_dimmed_for_another() -> None:
    own = Desk(share=60.0, need=50.0).stand(5.0, {"kai": 10}, share=60.0, need=100.0)
    cut = Desk(share=60.0, need=50.0).stand(5.0, {}, share=60.0, need=100.0, cut=["kai"])
    both = Desk(share=60.0, need=60.0).stand(5.0, {"kai": 10}, share=40.0, need=70.0)

    assert own == ["ziva dimmed to 60 %: it asks for more than its share"]
    assert cut == ["ziva dimmed to 60 %: kai is not reached, and what it has stays reserved"]
    assert both == ["ziva dimmed to 57 %: kai asked for more"]


def test_what_another_got_long_ago_is_no_cause() -> None:
    desk = Desk(share=100.0, need=50.0)
    desk.stand(30.0, {"kai": 10}, share=80.0, need=50.0)

    assert desk.stand(5.0, {}, share=30.0, need=50.0) == [
        "ziva dimmed to 60 %: it asks for more than its share"
    ]


def test_it_says_who_rose_and_why() -> None:
    desk = Desk()
    desk.stand(5.0, {"kai": 10}, share=30.0, need=100.0)
    desk.stand(60.0, share=30.0, need=100.0)

    assert desk.stand(60.0, {"kai": -10}, share=60.0, need=100.0) == ["ziva rose to 60 %: kai asks for less"]
    assert desk.stand(60.0, {"kai": -9}, share=80.0, need=100.0, owed={"ziva": 20.0}) == [
        "ziva rose to 80 %: it had had less than kai"
    ]
    assert desk.stand(60.0, {"kai": -9}, share=100.0, need=100.0, gone=["kai"]) == [
        "ziva has all that it asks for: kai said goodbye or was released"
    ]
    desk.stand(60.0, {"kai": 10}, share=50.0, need=100.0)
    assert desk.stand(60.0, {"kai": 0}, share=50.0, need=60.0) == ["ziva rose to 83 %: it asks for less"]


def test_a_reform_is_named_as_the_cause() -> None:
    desk = Desk()
    less = desk.stand(60.0, {"kai": 10}, share=40.0, need=100.0, reform=0.0)
    more = desk.stand(60.0, {"kai": -10}, share=60.0, need=100.0, reform=1.0)

    assert less == ["ziva dimmed to 40 %: the site divides more by privilege"]
    assert more == ["ziva rose to 60 %: the site divides more fairly"]


def test_small_changes_are_not_noted_and_slow_ones_are() -> None:
    desk = Desk()
    small = desk.stand(5.0, share=97.0, need=100.0)
    slow = [line for level in range(97, 80, -1) for line in desk.stand(20.0, share=float(level), need=100.0)]

    assert small == []
    assert len(slow) == 3


def test_a_movement_under_way_is_noted_once_it_is_over() -> None:
    desk = Desk()
    during = [desk.stand(0.1, share=100.0 - 2.0 * k, need=100.0, settled=False) for k in range(30)]

    assert not any(during)
    assert desk.stand(5.0, share=40.0, need=100.0) == ["ziva dimmed to 40 %: it asks for more than its share"]


def test_a_level_that_swings_all_night_does_not_flood_the_ledger() -> None:
    desk, lines = Desk(), 0
    for _ in range(8 * 60):
        lines += len(desk.stand(30.0, {"kai": 10}, share=50.0, need=100.0))
        lines += len(desk.stand(30.0, {"kai": -10}, share=80.0, need=100.0))
    desk.stand(3600.0, share=80.0, need=100.0)

    assert 10 < lines < 60, "eight hours"
    assert len(desk.stand(5.0, {"kai": 10}, share=50.0, need=100.0)) == 1, "it is told at once again"


def test_every_hub_has_the_same_ledger_whatever_it_heard_first() -> None:
    said = {
        hub: [Decision(at=10.0 * n + k, hub=hub, number=n, level=0.5, rises=False) for n in range(3)]
        for k, hub in enumerate(("a", "b", "c"))
    }
    one, other = Ledger(), Ledger()
    for hub in ("a", "b", "c"):
        one.hear(hub, said[hub])
    for hub in ("c", "a", "b", "a", "c"):
        other.hear(hub, said[hub][:2])
        other.hear(hub, said[hub])

    assert one.decisions() == other.decisions()
    assert [each.hub for each in one.decisions()[:4]] == ["a", "b", "c", "a"]


def test_it_is_bounded() -> None:
    ledger, noting = Ledger(), Noting("a")
    for hub in range(10):
        many = [Decision(at=float(n), hub=f"h{hub}", number=n, level=0.5, rises=False) for n in range(100)]
        ledger.hear(f"h{hub}", many)
    for number in range(200_000):
        noting.look(0.0, number * 10.0, Standing(share=0.2 if number // 100 % 2 else 0.9, need=1.0))

    assert len(ledger.decisions()) == KEPT
    assert ledger.decisions()[-1].at == 99.0
    assert len(noting.kept) == OWN_KEPT
