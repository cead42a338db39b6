"""Records: the spine.

In: people as declared and doses as entered, version by version.
Out: the state of every version, its history, who has looked at whom.
Here works: nobody; every station moves records through the verbs of this room.
"""
