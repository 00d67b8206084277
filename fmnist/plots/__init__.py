"""Arrays become pictures, charts and tiles."""
