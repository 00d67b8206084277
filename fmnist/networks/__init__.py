"""What can be trained: settings, layers as plain data, and the same as a program to take home."""
