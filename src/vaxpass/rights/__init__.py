"""Rights: what a person may demand under the data-protection law (Luật 91/2025/QH15), and the answers in time.

In: demands for a copy, for restriction, objection, deletion; consents. Out: the copy, or an answer that says why not.
Here works: the data-protection officer.
"""
