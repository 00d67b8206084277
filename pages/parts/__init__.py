"""What the pages are made of: what they share, and the sections too long for one file."""
