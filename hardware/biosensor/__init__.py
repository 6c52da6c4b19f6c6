"""People who are not there: simulated hearts, breaths, alpha rhythms and places on the floor."""

from hardware.biosensor.adapter import VirtualPeople, VirtualPeopleSettings
from hardware.biosensor.mix import MixedCrowd
from hardware.biosensor.people import MOST_PEOPLE, Crowd

__all__ = ["MOST_PEOPLE", "Crowd", "MixedCrowd", "VirtualPeople", "VirtualPeopleSettings"]
