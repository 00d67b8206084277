"""A stroke or a photo becomes 28×28; and drawings made by the program, to learn from."""
