"""The parts of Train: settings, the run that trains, the table of runs, guided experiments."""
