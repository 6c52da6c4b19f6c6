"""The parts of the operator's screen, each drawn from the model."""
