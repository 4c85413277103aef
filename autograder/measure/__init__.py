"""Copy or map, measured on this machine: pipe, message queue, socket and shared memory.

    result = copy_or_map(quick=True)    # under three seconds; all sizes take about two minutes
    result.crossovers()                 # from which size on shared memory is the cheaper one
    result.figure()                     # both panels, for a notebook
    result = Measured.read("01_copy_or_map.csv")

Also as a command: `kernelbook measure copy-or-map`.
"""

from autograder.measure.result import Crossover, Measured, Row, crossover
from autograder.measure.run import copy_or_map

__all__ = ["Crossover", "Measured", "Row", "copy_or_map", "crossover"]
