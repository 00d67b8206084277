"""A convolutional network without any training, as the prediction child hands one over."""

import numpy as np

from fmnist.evaluation.layers import LayeredNetwork


def made_network():
    """Column 1 a convolution of 6 maps, 2 pooling, 3 flatten, 4 and 5 dense."""
    random = np.random.default_rng(4)

    def normal(*shape):
        return random.normal(0, 0.2, shape).astype(np.float32)

    convolution = {"strides": [2, 2], "padding": "same", "activation": "relu"}
    pool = {"pool_size": [2, 2], "strides": [2, 2], "padding": "valid"}
    return LayeredNetwork.of(
        [
            ("reshape", "Reshape", {"target_shape": [28, 28, 1]}, {}),
            ("convolution", "Conv2D", convolution, {"kernel": normal(3, 3, 1, 6), "bias": normal(6)}),
            ("pooling", "MaxPooling2D", pool, {}),
            ("flatten", "Flatten", {}, {}),
            ("dense", "Dense", {"activation": "relu"}, {"kernel": normal(294, 8), "bias": normal(8)}),
            ("dense_1", "Dense", {"activation": "softmax"}, {"kernel": normal(8, 10), "bias": normal(10)}),
        ],
        255.0,
    )
