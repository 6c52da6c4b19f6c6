"""What processes tell each other over the bus, beside the telemetry for the panel."""
