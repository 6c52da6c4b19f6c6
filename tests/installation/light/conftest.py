"""A busy machine must not fail a property: Hypothesis gives no deadline to an example here."""

from hypothesis import settings

settings.register_profile("light", deadline=None)
settings.load_profile("light")
