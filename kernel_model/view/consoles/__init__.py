"""The console: processes, system calls to fill in, what comes of them, and the same on real Linux.

runs        moves on any target, and what came of them as the steps of a scenario
desk        processes, calls, undo, the scenario: all there is to a console, without a page
real        the desk's calls on this machine's kernel, beside the model
forms       the form of a call; filled: what was filled in; words: what is told
widget      the page
"""
