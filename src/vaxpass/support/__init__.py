"""Support: a unit's difficulty finds an answer, at the operator's branch, then at the ministry's IT department.

In: difficulties opened from any page. Out: answers in time, known problems for everybody, help that grows.
Here work: the operator's branches and the ministry's IT officers; none of them sees personal data unasked.
"""
