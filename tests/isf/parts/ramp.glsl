float ramp(float x) { return clamp(x, 0.0, 1.0); }
