"""Difficulties and their answers: opened from any page, answered by the branch, then by the ministry's IT department.

In: what the room support tells. Out: pages for units, branches, IT officers, and everybody (state of the system).
"""
