"""The parts of Predict: which run, and one view for each question to it."""
