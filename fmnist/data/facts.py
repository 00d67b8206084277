"""What is known about Fashion-MNIST without any file of it: classes, sizes, how well people do."""

import math

CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
CLASSES = len(CLASS_NAMES)
TRAIN_IMAGES, TEST_IMAGES = 60_000, 10_000  # equally many of each class
IMAGE_SHAPE = (28, 28)
PIXELS = math.prod(IMAGE_SHAPE)
HOME_PAGE = "https://github.com/zalandoresearch/fashion-mnist"
HUMAN_ACCURACY = 0.835
"""Share of images that people without fashion training name rightly: majority of three answers, 1,000 images.

Source: README of https://github.com/zalandoresearch/fashion-mnist, "Crowd-sourced evaluation of human
performance".
"""
