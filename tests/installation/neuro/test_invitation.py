"""Light that invites to breathe, and what comes of it."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from hardware.biosensor import Crowd
from installation.neuro.invitation import FASTEST, Invitation
from tests.installation.neuro.test_shared import QUIET, Gallery, told

LINGER_AND_MORE = 42
INVITED = replace(QUIET, invitation=(1.0, 0.1, 30.0))


def invited(follow: float, count: int = 5, lead: float = 25.0) -> Gallery:
    gallery = Gallery(Crowd(count, 3, walking=0.0, follow=follow))
    gallery.play(lead)
    gallery.controls = INVITED
    return gallery


def test_it_begins_at_the_peoples_own_breath_and_slows_down_to_six_a_minute() -> None:
    gallery = invited(0.0)
    own = 60 * float(gallery.crowd._own_breath.mean())
    first = gallery.play(0.2).invited[-1]
    rates = [first, *(gallery.play(5.0).invited[-1] for _ in range(7))]

    assert first == pytest.approx(own, abs=1.5)
    assert all(after <= before for before, after in itertools.pairwise(rates))
    assert rates[-1] == pytest.approx(6.0)


def test_light_swells_once_in_ten_seconds_and_never_faster_than_a_breath() -> None:
    invitation, swells = Invitation(), []
    for _ in range(1200):
        invitation.advance(1.0, 0.1, 0.0, 0.05, lambda: (0.25, 0.0))
        swells.append(invitation.swell)
    rises = sum(a < 0.5 <= b for a, b in itertools.pairwise(swells))

    assert rises == 6
    assert (min(swells), max(swells)) == pytest.approx((0.0, 1.0), abs=0.01)
    assert np.abs(np.diff(swells)).max() / 0.05 < np.pi * FASTEST
    invitation.advance(0.0, 0.1, 0.0, 0.05, lambda: (0.25, 0.0))
    assert invitation.swell == 0.5
    assert not invitation.standing


def test_a_crowd_that_follows_falls_into_step_and_one_that_does_not_stays_as_it_was() -> None:
    followers, others = invited(0.8, lead=45.0).play(75.0), invited(0.0, lead=45.0).play(75.0)

    step, before, now = followers.shared.effect
    assert step > 0.8
    assert now > before + 0.4
    assert followers.shared.of("invitation/effect") == pytest.approx(now - before, abs=0.06)
    assert followers.shared.of("breath/rate") == pytest.approx(6.0, abs=1.0)
    assert told(followers)["calm"] > told(others)["calm"] + 0.1
    step, before, now = others.shared.effect
    assert step < 0.3
    assert now < before + 0.25


def test_what_begins_at_the_breath_of_few_is_private_until_it_is_nobodys() -> None:
    gallery = invited(0.0, count=2, lead=14.0)

    assert gallery.play(5.0).secretive
    assert not gallery.play(28.0).secretive
    gallery = invited(0.0, lead=30.0)
    assert not gallery.play(1.0).secretive


def test_what_one_breathed_before_an_invitation_does_not_outlast_them() -> None:
    def outlasting(seed: int) -> list[float]:
        gallery = Gallery(Crowd(2, seed, walking=0.0))
        gallery.play(32.0)
        gallery.controls = INVITED
        assert gallery.play(1.0).shared.hides("invitation/before")
        said = [gallery.play(1.0, there=0).shared for _ in range(LINGER_AND_MORE)]
        assert not said[-1].hides("invitation/before")
        return [one.of("invitation/before") for one in said if not one.hides("invitation/before")]

    assert outlasting(3) == outlasting(8)


def test_simulated_presence_follows_so_that_one_person_has_company() -> None:
    gallery = invited(0.9, count=1, lead=14.0)
    before = gallery.room.presence.rate.mean()
    gallery.play(45.0)

    assert gallery.room.presence.rate.mean() < 0.8 * before
