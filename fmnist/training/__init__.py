"""All that imports TensorFlow: train a run, ask a saved model. Belongs in a child process."""

import os

from fmnist import environment

environment.pin(os.environ)  # for the rest of this process's life: TensorFlow looks at some of them later
with environment.without_a_keras_folder(), environment.without_remarks():
    import keras as _keras  # noqa: F401
