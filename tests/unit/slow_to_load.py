"""A module that takes as long to load as TensorFlow does on a bad day."""

import time

time.sleep(60)
