"""The verifier desk: is this passport valid? Uses nothing that a border officer abroad does not have.

In: a text, a picture or the camera. Out: valid, not valid or cannot tell, with the reason. Nothing is stored or logged.
"""
