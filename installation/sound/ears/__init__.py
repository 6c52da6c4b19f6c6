"""What the room is heard to do: loudness, bands, onsets, beat, voice and applause, hop by hop.

Pure: blocks of samples in, numbers out. It knows neither devices nor the bus.
"""
