"""A training run as a folder on disk: its files, the truth about it, and the store of all."""
