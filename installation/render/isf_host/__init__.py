"""The ISF host: shaders compiled, fed and drawn pass by pass."""
