"""Batch normalisation as Keras has it, by TensorFlow's fused kernel while training."""

import keras
from keras import ops

__all__ = ["BatchNormalization"]


@keras.saving.register_keras_serializable("restorekit")
class BatchNormalization(keras.layers.BatchNormalization):
    """`keras.layers.BatchNormalization`, faster: in training TensorFlow takes mean, variance and the rest in one pass.

    Keras takes them one after the other, and turns bfloat16 into float32 before: on a processor that knows bfloat16, two fifths of a
    training step of DnCNN went there (``experiments/speed_networks.py`` times both). Arguments, weights and results are Keras' own.
    Other backends, masks, and images that are not channels last take Keras' way.

    Examples
    --------
    >>> BatchNormalization(momentum=0.9).momentum
    0.9
    """

    def call(self, inputs, training=None, mask=None):
        """Normalise a batch (N, H, W, C): by its own statistics in training, by the moving ones otherwise."""
        if not (training and self.trainable and mask is None and self._can_be_fused(inputs)):
            return super().call(inputs, training=training, mask=mask)
        import tensorflow as tf

        normal, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=inputs, scale=ops.cast(self.gamma, "float32"), offset=ops.cast(self.beta, "float32"), mean=[], variance=[],
            epsilon=self.epsilon, is_training=True,
        )  # fmt: skip
        n = tf.cast(tf.size(inputs) // inputs.shape[-1], "float32")
        for moving, new in ((self.moving_mean, mean), (self.moving_variance, variance * (n - 1) / n)):
            moving.assign(moving * self.momentum + new * (1 - self.momentum))
        return normal

    def _can_be_fused(self, inputs):
        """Whether the kernel knows the case."""
        return (
            keras.backend.backend() == "tensorflow"
            and keras.backend.standardize_dtype(inputs.dtype) in ("float32", "bfloat16", "float16")
            and len(inputs.shape) == 4
            and self.axis in (-1, 3)
            and self.scale
            and self.center
            and not self.synchronized
            and not getattr(self, "renorm", False)
        )
