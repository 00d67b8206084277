"""What tests, benchmarks and pictures share: a real server, and visitors for it."""
