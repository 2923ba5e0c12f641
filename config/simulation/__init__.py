"""A fleet that lives: agents of several kinds that work over the HTTP API, as a real one would.

The story (`cast`, `tools`, `past`, `plots`) is pure: who does what is decided by the seed, the
lane and the step. The shell (`wire`, `lanes`, `reviewer`) knows HTTP and nothing of Countersign's
insides.
"""
