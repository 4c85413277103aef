"""What runs inside: the server, and everything it does to itself and its children.

These modules import the standard library and each other, nothing else: the server loads them
without the package around them.
"""
