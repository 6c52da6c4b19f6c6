"""The threads that hold the audio devices, and when they are in real time."""
