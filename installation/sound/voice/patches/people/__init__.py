"""Patches of what people do: they stand, stop, press, wait, divide, mend and tell."""
