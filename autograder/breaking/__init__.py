"""Break it yourself: a student's scenarios, and how many wrong kernels they tell from a right one.

claims.py    what students write: calls, and what they claim to come of them
practice.py  the wrong kernels that everybody gets, sealed, to try scenarios on
notebook.py  the check in the notebook, on these
kernels.py   the right and wrong kernels that graded scenarios are tried on
judge.py     runs scenarios on them, in a sandbox of its own, where no student's code is
asking.py    asks it: one child for the scenarios of many students
grade.py     the grade: how many of an exercise's mutants are told apart
"""
