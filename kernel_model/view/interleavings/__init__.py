"""Interleavings by hand: whose turn it is, chosen in the page, and taken back again."""
