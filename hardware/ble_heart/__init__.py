"""Bluetooth heart-rate sensors: chest straps, arm bands, watches that broadcast."""

from hardware.ble_heart.adapter import BleHeartInput, BleHeartSettings
from hardware.ble_heart.measurement import MEASUREMENT, SERVICE, Measurement, parse

__all__ = ["MEASUREMENT", "SERVICE", "BleHeartInput", "BleHeartSettings", "Measurement", "parse"]
