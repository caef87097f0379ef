"""Muon, an optimiser that learns such networks in fewer steps than Adam, and SOAP, for small ones."""

import math

import keras
from keras import ops

__all__ = ["Muon", "Soap"]


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


@keras.saving.register_keras_serializable("restorekit")
class Soap(keras.optimizers.Optimizer):
    """SOAP: Adam's step, taken along the directions in which a kernel's gradients really vary.

    Neighbouring pixels are alike, so the numbers of a kernel pull together: steeply along a few directions, hardly along the others.
    Adam scales each number by itself and can't tell these directions apart. SOAP turns the gradient, a matrix of all inputs by all
    outputs, onto the eigenvectors of its mean products with itself, takes Adam's step there, and turns the step back.

    Parameters
    ----------
    learning_rate : float or keras.optimizers.schedules.LearningRateSchedule
        About 0.003.
    momentum : float
        Of the gradient's running mean, from 0 to 1.
    memory : float
        Of the running means of its products and squares, from 0 to 1.
    refresh : int
        Steps after which the eigenvectors are renewed, by one round of orthogonal iteration.
    **kwargs
        Of `keras.optimizers.Optimizer`.

    Notes
    -----
    A kernel with n inputs (9 times the channels, where it is 3x3) needs matrices of n x n: meant for small networks, whose steps are
    cheap and which must use each number well. The recipe of `espcn-x3` ends with it.

    References
    ----------
    N. Vyas et al., "SOAP: Improving and Stabilizing Shampoo using Adam", ICLR 2025, arXiv:2409.11321.

    Examples
    --------
    >>> Soap(0.003).get_config()["refresh"]
    10
    """

    def __init__(self, learning_rate=0.003, momentum=0.9, memory=0.99, refresh=10, name="soap", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.momentum, self.memory, self.refresh = momentum, memory, refresh

    def build(self, variables):
        """Make, for each variable, running means of its gradient, and for both sides its products' mean and their eigenvectors."""
        if self.built:
            return
        super().build(variables)
        self.first = [self.add_variable_from_reference(variable, "momentum") for variable in variables]
        self.second = [self.add_variable_from_reference(variable, "velocity") for variable in variables]
        self.sides = [
            [
                (
                    self.add_variable((length, length), "zeros", variable.dtype, name=f"{name}_products"),
                    self.add_variable((length, length), "identity", variable.dtype, name=f"{name}_directions"),
                )
                for name, length in zip(("inputs", "outputs"), _matrix_shape(variable), strict=True)
            ]
            for variable in variables
        ]

    def update_step(self, gradient, variable, learning_rate):
        """Move one variable."""
        place = self._get_variable_index(variable)
        rate, gradient = ops.cast(learning_rate, variable.dtype), ops.cast(gradient, variable.dtype)
        first, second, time = self.first[place], self.second[place], ops.cast(self.iterations + 1, variable.dtype)
        gradient = ops.reshape(gradient, _matrix_shape(variable))
        inputs, outputs = (
            self._directions(*side, rows)
            for side, rows in zip(self.sides[place], (gradient, ops.transpose(gradient)), strict=True)
        )

        def turned(matrix):
            return ops.transpose(inputs) @ matrix @ outputs

        mean = self.momentum * ops.reshape(first, gradient.shape) + (1 - self.momentum) * gradient
        square = self.memory * ops.reshape(second, gradient.shape) + (1 - self.memory) * ops.square(turned(gradient))
        self.assign(first, ops.reshape(mean, variable.shape))
        self.assign(second, ops.reshape(square, variable.shape))
        scale = ops.sqrt(square / (1 - ops.power(self.memory, time)))
        scale = (
            scale + 1e-5 * ops.max(scale) + 1e-30
        )  # without gradient along a direction there are only rounding errors
        step = inputs @ (turned(mean) / (1 - ops.power(self.momentum, time)) / scale) @ ops.transpose(outputs)
        self.assign_sub(variable, rate * ops.reshape(step, variable.shape))

    def _directions(self, products, directions, rows):
        """Take note of a gradient's rows, and return the eigenvectors of the mean of their products."""
        mean = self.memory * products + (1 - self.memory) * rows @ ops.transpose(rows)
        self.assign(products, mean)
        renewed = ops.cond(
            ops.equal(self.iterations % self.refresh, 0),
            lambda: ops.qr(mean @ directions)[0],
            lambda: ops.convert_to_tensor(directions),
        )
        self.assign(directions, renewed)
        return renewed

    def get_config(self):
        """What is needed to build the optimiser again."""
        return {**super().get_config(), "momentum": self.momentum, "memory": self.memory, "refresh": self.refresh}


def _matrix_shape(variable):
    """All inputs by all outputs; a bias has one row."""
    shape = tuple(variable.shape) or (1,)
    return math.prod(shape[:-1]), shape[-1]


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
