"""The way through: its words, experiments and links, and a run in words."""
