"""Speed and accuracy, measured against what a user would otherwise do: python -m benchmarks.NAME."""
