"""All that imports TensorFlow: train a run, ask a saved model. Belongs in a child process."""
