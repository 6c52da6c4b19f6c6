"""Boards that BrainFlow drives: EEG headsets and biosensing boards of many makers."""

from hardware.brainflow.adapter import BrainFlowInput, BrainFlowSettings

__all__ = ["BrainFlowInput", "BrainFlowSettings"]
