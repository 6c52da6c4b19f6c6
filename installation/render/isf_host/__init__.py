"""The ISF host: compiles shaders, feeds their inputs and draws them pass by pass."""
