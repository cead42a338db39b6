"""Citizens: somebody shows who they are, and is led to what is kept about them.

In: a name, a birth date and a number with a one-time code, or a sign-in with VNeID. Out: a proven citizen, the people
that are he or his child, and a row for each visit. Here works: nobody; the same answer whether somebody exists or not.
"""
