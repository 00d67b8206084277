"""The images: where they come from, checked byte by byte, and what they say before anything is trained."""
