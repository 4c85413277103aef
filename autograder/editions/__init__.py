"""The editions: the student's, and for each exercise the kernel that the sandbox holds.

release(to)           the whole kernel, working, with exercised functions sealed
leave_one_out(name)   the kernel without one exercise's functions, in any form
"""

from autograder.editions.leave_out import leave_one_out

__all__ = ["leave_one_out"]
