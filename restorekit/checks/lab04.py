"""Lab 04, the graded assignment: seven exercises without references. Checks: learning, architecture, fitting and restoring.

Nothing stands in for an unfinished part, so there is no right answer in here: a check builds the learner's network and reads it.
"""

from restorekit.checks import architecture, fitting, learning, restoring
from restorekit.exercises import Exercise

EXERCISES = [
    Exercise(
        "04.scaled",
        "4.1",
        "images in [0, 1]",
        None,
        learning.check_scaled,
        (
            "8 bits count from 0 (black) to 255 (white). Which one operation makes 1 of 255, and a fraction of everything between?",
            "Turn the array into float32 first (`astype`), then divide. The same number for every image, whatever is in it.",
        ),
    ),
    Exercise(
        "04.noisy_pair",
        "4.2",
        "validation with noise",
        None,
        learning.check_noisy_pair,
        (
            "Make a generator from `rng`, draw one number for every value of the array, and add.",
            "`np.random.default_rng(rng)` has a method `normal(mean, standard deviation, size)`; the size is the shape of the images.",
            "Do not clip: GaussianNoise in the network doesn't either. Return two arrays, the noisy one first.",
        ),
    ),
    Exercise(
        "04.model_1",
        "4.3",
        "Model 1",
        None,
        architecture.check_model_1,
        (
            "Begin with a keras.Input for colour images of any size, and end with keras.Model(first tensor, last tensor). "
            "In between, each layer is called on what the one before returned.",
            "Any size: the shape is (None, None, 3). The noise is a layer, layers.GaussianNoise, and comes first. "
            "The four hidden convolutions are alike: a loop.",
            "layers.Conv2D takes the channels, the kernel's width, padding= and activation=. Which padding keeps the size? "
            "The last convolution has 3 channels and no activation, for a colour is no ReLU's business.",
        ),
    ),
    Exercise(
        "04.train",
        "4.4",
        "training that survives",
        None,
        fitting.check_train,
        (
            "Two calls: model.compile says what to minimise and how, model.fit does it. Which array is the target, when the image itself "
            "is the answer?",
            "The network adds its noise itself, so fit gets the clean images twice. The pair `validation` is for validation_data=.",
            "keras.callbacks.BackupAndRestore wants a folder of its own inside `folder`, and delete_checkpoint=False; "
            "keras.callbacks.CSVLogger wants a file name, and append=True. Both go into the list callbacks=.",
        ),
    ),
    Exercise(
        "04.restore_file",
        "4.5",
        "from noisy.png to a restored file",
        None,
        restoring.check_restore_file,
        (
            "Read with rk.load, save with rk.save: they take care of 8 bits and [0, 1]. Between them, the network.",
            "A network wants a batch: an axis in front, noisy[None]. Its answer is a batch of one: [0].",
            "model.predict(..., verbose=0) leaves the training noise off. Clip its answer to [0, 1], save, return.",
        ),
    ),
    Exercise(
        "04.model_2",
        "4.6",
        "Model 2",
        None,
        architecture.check_model_2,
        (
            "Model 1, and one more layer at its end. Which tensor will be needed again there? Give it a name of its own.",
            "layers.Add takes a list of two tensors. One is the output of the last convolution.",
            "The other is what GaussianNoise returned, not what keras.Input returned: with the clean image at hand, there would be "
            "nothing to learn.",
        ),
    ),
    Exercise(
        "04.model_3",
        "4.7",
        "Model 3",
        None,
        architecture.check_model_3,
        (
            "Model 2, where each turn of the loop now has three lines: convolution, batch normalisation, ReLU.",
            'So the convolutions of the loop lose their activation="relu"; a layer layers.ReLU() takes its place, after '
            "layers.BatchNormalization().",
            "It is right so. If it learns slowly, look at the last convolution: lecture 04 shows what kernel_initializer= does there.",
        ),
    ),
]
