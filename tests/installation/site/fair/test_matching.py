"""Every hub works out the same gifts, so that together they are exactly the division."""

from hypothesis import given, settings
from hypothesis import strategies as st

from installation.site.fair import PARTS, Agreement, Wish
from installation.site.fair.matching import gifts_of, targets

NAMES = ("a", "b", "c", "d", "e")
PART = st.integers(0, PARTS // len(NAMES))


@st.composite
def sites(draw):
    wishes = [
        Wish(
            need=draw(PART) * 2, floor=draw(PART) // 9, cap=draw(PART) * 4,
            credit=draw(st.integers(-60_000, 60_000)), privilege=draw(st.floats(0.1, 10.0)),
            reform=draw(st.integers(0, 1000)), alpha=draw(st.floats(0.5, 32.0)),
        )
        for _ in NAMES
    ]  # fmt: skip
    hubs = [Agreement(name, draw(PART), lambda: 1) for name in NAMES]
    for hub, wish in zip(hubs, wishes, strict=True):
        hub.wish = wish
    for hub in hubs:
        for other in draw(st.permutations(hubs)):
            if other is not hub:
                hub.hear(other.statement(), 0.0)
    return hubs, draw(st.sampled_from(("", *NAMES)))


@settings(max_examples=25, deadline=None)
@given(sites())
def test_gifts_of_all_hubs_fit_together(made) -> None:
    hubs, leader = made
    has = {hub.account.identity: hub.account.held for hub in hubs}
    members = [hub.others.members(NAMES) for hub in hubs]
    rule = next((hub.wish for hub in hubs if hub.hub == leader), hubs[0].wish)
    wanted = dict(zip(members[0], targets([hub.wish for hub in hubs], sum(has.values()), rule), strict=True))

    gifts = [gifts_of(hub.account.identity, hub.wish, members[0], hub.others, leader) for hub in hubs]

    assert all(one == members[0] for one in members)
    assert len({gap for _, gap in gifts}) == 1, "all see the same gap"
    for hub, (given_away, _) in zip(hubs, gifts, strict=True):
        one = hub.account.identity
        got = sum(each.get(one, 0) for each, _ in gifts)
        spare = max(has[one] - wanted[one], 0)
        assert sum(given_away.values()) <= spare, "nobody gives more than it has too much"
        assert got <= max(wanted[one] - has[one], 0), "nobody gets more than is missing"
    missing = sum(max(wanted[one] - has[one], 0) for one in wanted)
    assert sum(sum(each.values()) for each, _ in gifts) == min(
        missing, sum(max(has[one] - wanted[one], 0) for one in wanted)
    )
