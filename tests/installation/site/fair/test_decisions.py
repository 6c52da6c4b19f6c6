"""The ledger of decisions: in words, bounded, the same on all hubs."""

from installation.site.fair.decisions import KEPT, OWN_KEPT, Decision, Ledger, Noting, words


def noted(noting: Noting, level: float, flows: dict[str, int], owed: dict[str, float], **more: object) -> str:
    noting.moved(flows)
    made = noting.look(0.0, level, owed, **more)  # type: ignore[arg-type]
    return words(made) if made is not None else ""


def test_it_says_who_was_dimmed_for_whom_and_why() -> None:
    none = {"ziva": 0.0, "kai": 0.0}
    owed = {"ziva": -8.0, "kai": 9.0}

    assert noted(Noting("ziva"), 0.62, {"kai": 10}, owed) == (
        "ziva dimmed to 62 %: kai asked for more and had had less"
    )
    assert (
        noted(Noting("ziva"), 0.5, {"kai": 10, "ada": 4}, none) == "ziva dimmed to 50 %: kai asked for more"
    )
    assert (
        noted(Noting("ziva"), 0.5, {"kai": 10}, none, reform=0.1) == "ziva dimmed to 50 %: kai is privileged"
    )
    assert noted(Noting("ziva"), 0.5, {}, none, cut=["kai"]) == (
        "ziva dimmed to 50 %: kai is not reached, and what it has stays reserved"
    )
    assert noted(Noting("ziva"), 0.5, {}, none) == "ziva dimmed to 50 %: it asks for more than its share"
    assert noted(Noting("ziva", "lumens"), 0.5, {"kai": 1}, none).startswith(
        "ziva dimmed to 50 % for the light"
    )


def test_it_says_who_rose_and_why() -> None:
    noting = Noting("ziva")
    noted(noting, 0.3, {"kai": 10}, {})

    assert noted(noting, 0.6, {"kai": -10}, {}) == "ziva rose to 60 %: kai asks for less"
    assert noted(noting, 0.8, {"kai": -9}, {"ziva": 20.0}) == "ziva rose to 80 %: it had had less than kai"
    assert noted(noting, 1.0, {"kai": -9}, {}, gone=["kai"]) == (
        "ziva has all that it asks for: kai said goodbye or was released"
    )


def test_small_changes_and_movements_under_way_are_not_noted() -> None:
    noting = Noting("ziva")

    assert noting.look(0.0, 0.97, {}) is None
    assert noting.look(1.0, 0.5, {}, settled=False) is None
    assert noting.look(5.0, 0.4, {}, settled=False) is None
    assert noting.look(6.5, 0.3, {}, settled=False) is not None


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
    for number in range(200):
        noting.look(float(number), 0.2 if number % 2 else 0.9, {})

    assert len(ledger.decisions()) == KEPT
    assert ledger.decisions()[-1].at == 99.0
    assert len(noting.kept) == OWN_KEPT
