"""What Linux does otherwise: each function here takes the place of the classic one of its name."""
