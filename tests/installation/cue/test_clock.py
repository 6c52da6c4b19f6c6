from installation.cue.clock import CueClock


def test_while_a_cue_waits_the_one_before_it_stands() -> None:
    clock = CueClock()
    clock.play("1", 0.0)
    clock.begin()
    clock.play("2", 1.5)

    assert (clock.cue, clock.standing, clock.waiting, clock.elapsed) == ("2", "1", True, -1.5)
    clock.play("3", 0.0)
    assert clock.standing == "1", "what never began never stood"
    clock.begin()
    assert clock.standing == "3"


def test_a_cue_that_has_not_begun_is_withdrawn_for_the_one_that_stands() -> None:
    clock = CueClock()
    clock.play("1", 2.0)
    clock.withdraw()
    assert (clock.cue, clock.waiting) == (None, False)


def test_it_stands_still_while_held_whatever_its_factors() -> None:
    clock = CueClock()
    clock.speed, clock.trim = 2.0, 1.5
    assert clock.rate == 3.0
    clock.hold(True)
    assert clock.rate == 0.0
    clock.hold(False)
    assert clock.rate == 3.0


def test_after_a_restart_it_waits_as_before() -> None:
    clock = CueClock()
    clock.stand("2", "1", -0.5, held=True)
    assert (clock.cue, clock.standing, clock.elapsed, clock.held) == ("2", "1", -0.5, True)
    clock.stand("2", "1", 0.5, held=False)
    assert clock.standing == "2"
    clock.forget()
    assert clock.standing is None
