"""Muon: an optimiser that learns such networks in fewer steps than Adam."""

import keras
from keras import ops

__all__ = ["Muon"]


@keras.saving.register_keras_serializable("restorekit")
class Muon(keras.optimizers.Optimizer):
    """Muon for convolutions: take the step whose matrix is orthogonal, so that every direction of a kernel moves equally far.

    The gradient of a kernel (3, 3, in, out) is one matrix of 9 * in rows and `out` columns. A few of its directions are far larger
    than the others, and a plain step follows only these. Muon sets all its singular values to about 1. Kernels with fewer than 32
    channels on either side, and biases, are left to Adam.

    Parameters
    ----------
    learning_rate : float or keras.optimizers.schedules.LearningRateSchedule
        About 0.005.
    momentum : float
        Of the gradient's running sum, from 0 to 1.
    adam_ratio : float
        Adam's learning rate, as a part of Muon's.
    **kwargs
        Of `keras.optimizers.Optimizer`.

    Notes
    -----
    Keras' own Muon (3.10 and later) leaves everything but matrices to Adam, so all convolutions. On DnCNN, 400 steps
    with this one ended above AdamW on held-out images; ``experiments/starts.py`` measures by how much.

    References
    ----------
    K. Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024, kellerjordan.github.io/posts/muon.

    Examples
    --------
    >>> Muon(0.005).get_config()["momentum"]
    0.95
    """

    def __init__(self, learning_rate=0.005, momentum=0.95, adam_ratio=0.2, name="muon", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.momentum, self.adam_ratio = momentum, adam_ratio

    def build(self, variables):
        """Make a momentum for each variable, and a second one for those that Adam moves."""
        if self.built:
            return
        super().build(variables)
        self.first = [self.add_variable_from_reference(variable, "momentum") for variable in variables]
        self.second = [
            None if _is_wide(variable) else self.add_variable_from_reference(variable, "velocity")
            for variable in variables
        ]

    def update_step(self, gradient, variable, learning_rate):
        """Move one variable."""
        place = self._get_variable_index(variable)
        rate, gradient = ops.cast(learning_rate, variable.dtype), ops.cast(gradient, variable.dtype)
        first, second = self.first[place], self.second[place]
        if second is None:
            self.assign(first, self.momentum * first + gradient)
            step = ops.reshape(gradient + self.momentum * first, (-1, variable.shape[-1]))
            rows, columns = step.shape
            step = max(1, rows / columns) ** 0.5 * _orthogonal(step)
            self.assign_sub(variable, rate * ops.reshape(step, variable.shape))
            return
        time = ops.cast(self.iterations + 1, variable.dtype)
        self.assign(first, 0.9 * first + 0.1 * gradient)
        self.assign(second, 0.999 * second + 0.001 * ops.square(gradient))
        mean, square = first / (1 - ops.power(0.9, time)), second / (1 - ops.power(0.999, time))
        self.assign_sub(variable, self.adam_ratio * rate * mean / (ops.sqrt(square) + 1e-7))

    def get_config(self):
        """What is needed to build the optimiser again."""
        return {**super().get_config(), "momentum": self.momentum, "adam_ratio": self.adam_ratio}


def _is_wide(variable):
    """Whether a variable is a kernel with many channels on both sides."""
    return len(variable.shape) == 4 and min(variable.shape[2:]) >= 32


def _orthogonal(matrix, rounds=5):
    """The matrix with all singular values near 1, by Newton and Schulz's iteration (coefficients of Jordan et al.)."""
    tall = matrix.shape[0] > matrix.shape[1]
    x = ops.transpose(matrix) if tall else matrix
    x = x / (ops.norm(x) + 1e-7)
    for _ in range(rounds):
        square = x @ ops.transpose(x)
        x = 3.4445 * x + (-4.7750 * square + 2.0315 * square @ square) @ x
    return ops.transpose(x) if tall else x
