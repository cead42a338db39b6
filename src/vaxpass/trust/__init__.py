"""Trust: which keys verifiers are told to believe.

In: the ministry's own certificates, foreign lists (EU gateway, WHO GDHCN). Out: every accepted key with its window, its
origin, and whether it was withdrawn. Here work: one officer of the ministry who proposes, another who accepts.
"""
