"""Several processors: locks made of nothing but memory (Bach 12)."""
