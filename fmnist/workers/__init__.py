"""The child processes that train and predict, their queue, and who may start what."""
