"""Fashion-MNIST as a first lesson: data, networks, training, runs, predictions; no user interface."""
