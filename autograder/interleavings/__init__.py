"""Exercises over shared cells: every interleaving of a submission's steps is looked at.

In the sandbox a submission only answers what it would do next after having read given values
(`answering`); the search and the verdicts are outside (`told`, `grading`).
"""
