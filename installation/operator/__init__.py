"""The operator's screen: a window beside the picture, in a process of its own.

It shows what the stage and the keeper tell, and gives commands; it holds no state of the show.
"""
