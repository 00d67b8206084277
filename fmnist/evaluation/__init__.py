"""What predictions are worth, in NumPy: scores, one image's arithmetic, a game."""
