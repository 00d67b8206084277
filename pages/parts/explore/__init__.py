"""The parts of Explore: sizes, one image, the grid, the classes, the map."""
