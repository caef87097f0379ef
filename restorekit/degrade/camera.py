"""A camera from light to file, one stage after the other, each of which can be looked at.

scene light -> electrons -> dark current -> read noise -> analog gain (ISO) -> A/D converter -> demosaicing ->
white balance -> colour -> tone -> JPEG. What happens before the gain is amplified with it; what comes after is not.
"""

import dataclasses

import numpy as np

from ..arguments import generator, in_range, whole_number
from ..arrays import require
from .bayer import PATTERNS, demosaic, mosaic
from .compression import jpeg
from .exposure import linear_to_srgb, srgb_to_linear
from .sensor import dark_electrons, defect_map

__all__ = ["STAGES", "Camera", "Photo", "photograph", "sample_trace"]

#: What each stage of a `Photo` holds, in the order of the camera.
STAGES = {
    "scene": "linear light (H, W, 3); 1 is scene white",
    "electrons": "electrons that light has freed (H, W), one colour a photosite",
    "dark": "electrons, with those that heat has freed",
    "read": "electrons, with the noise of reading them out (before the gain)",
    "gain": "amplified signal in digital numbers above black, not yet rounded",
    "digital": "digital numbers (H, W), whole, from 0 to 2**bits - 1: the raw file",
    "demosaiced": "camera colours (H, W, 3); 0 is black, 1 a full converter",
    "white balance": "camera colours with equal channels for gray; clipped at 1",
    "colour": "linear sRGB",
    "tone": "sRGB-encoded, [0, 1], after the contrast curve",
    "jpeg": "the file as it opens again, [0, 1]",
}

_RANGES = {  # field: lowest, highest, lowest itself excluded, what it is
    "iso": (0, 1e7, True, "100 is the base: a full photosite just fills the converter."),
    "exposure": (0, 1e6, True, "It is in seconds: 1/100 is 0.01."),
    "temperature": (-273.15, 200, False, "It is in degrees Celsius."),
    "full_well": (0, 1e12, True, "It is in electrons."),
    "quantum_efficiency": (0, 1, True, "It is the fraction of the photons that free an electron."),
    "prnu": (0, 1, False, "It is a fraction: 1 % is 0.01."),
    "dark_rate": (0, 1e9, False, "It is in electrons a second at 20 degrees Celsius."),
    "read_noise": (0, 1e9, False, "It is in electrons."),
    "adc_noise": (0, 1e9, False, "It is in electrons at ISO 100."),
    "hot_rate": (0, 1e12, False, "It is in electrons a second at 20 degrees Celsius."),
    "black_level": (0, 0.5, False, "It is a fraction of the converter's range."),
    "contrast": (0, 1, False, "0 leaves the tones as they are."),
}


@dataclasses.dataclass(frozen=True)
class Camera:
    """A digital camera: its settings, its sensor, its processing. All numbers can be changed; the defaults are a phone's.

    Parameters
    ----------
    iso : float
        Analog gain. At 100 a full photosite fills the converter; at 800 an eighth of it does.
    exposure : float
        Seconds.
    temperature : float
        Of the sensor, degrees Celsius.
    full_well : float
        Electrons that a photosite can hold; more are lost.
    quantum_efficiency : float
        Fraction of the photons that free an electron.
    shot_noise : bool
        False: light frees exactly the expected number of electrons (to see what the other noises do).
    prnu : float
        Photo-response non-uniformity: relative spread of the photosites' sensitivity, 0.01 is 1 %.
    dark_rate : float
        Electrons a second that heat frees in a photosite at 20 degrees Celsius; doubles every 6.5 degrees.
    dead, hot : float
        Fraction of the photosites that collect nothing, and that leak `hot_rate` electrons a second.
    hot_rate : float
        Dark rate of a hot photosite, electrons a second at 20 degrees Celsius.
    read_noise : float
        Noise before the gain, standard deviation in electrons. It is amplified with the ISO.
    adc_noise : float
        Noise after the gain, standard deviation in electrons at ISO 100. In digital numbers it is the same at every ISO.
    bits : int
        Of the A/D converter, 4 to 16.
    black_level : float
        Reading of a black pixel as a fraction of the converter's range, so that noise below black is not cut off.
    bayer : "RGGB", "BGGR", "GRBG" or "GBRG"
        Colour filters, see `mosaic`.
    demosaicing : "malvar" or "bilinear"
        See `demosaic`.
    white_balance : 3 floats
        Gains for red, green, blue that make gray gray: the sensor sees green best.
    colour_matrix : 3 x 3 floats
        From the camera's balanced colours to linear sRGB. Rows sum to 1, so that gray stays gray.
    contrast : float
        0 to 1: how much of an S-shaped curve the tones get.
    jpeg_quality : int or None
        1 to 100; None keeps the picture uncompressed.
    serial : int
        Which camera of its kind. Its sensitive, dead and hot photosites are the same in every picture it takes.

    Raises
    ------
    TypeError, ValueError
        A setting outside its range.

    Examples
    --------
    >>> camera = Camera(iso=400)
    >>> camera.black, camera.white, round(camera.gain, 3)
    (256, 4095, 0.768)
    """

    iso: float = 100
    exposure: float = 0.01
    temperature: float = 20
    full_well: float = 20_000
    quantum_efficiency: float = 0.5
    shot_noise: bool = True
    prnu: float = 0.01
    dark_rate: float = 2.0
    dead: float = 0.0
    hot: float = 1e-4
    hot_rate: float = 20_000
    read_noise: float = 2.0
    adc_noise: float = 8.0
    bits: int = 12
    black_level: float = 1 / 16
    bayer: str = "RGGB"
    demosaicing: str = "malvar"
    white_balance: tuple = (2.0, 1.0, 1.6)
    colour_matrix: tuple = ((1.50, -0.40, -0.10), (-0.20, 1.45, -0.25), (0.02, -0.52, 1.50))
    contrast: float = 0.0
    jpeg_quality: int | None = 90
    serial: int = 0

    def __post_init__(self):
        """Check every setting."""
        for name, (low, high, above, hint) in _RANGES.items():
            in_range(getattr(self, name), name, low, high, above=above, hint=hint)
        if not 4 <= whole_number(self.bits, "bits") <= 16:
            raise ValueError(f"bits is {self.bits}; A/D converters of cameras have 8 to 16 (here: 4 to 16).")
        whole_number(self.serial, "serial", least=0)
        if self.bayer not in PATTERNS:
            raise ValueError(f"bayer is {self.bayer!r}; it must be one of {', '.join(map(repr, PATTERNS))}.")
        if np.shape(self.white_balance) != (3,) or min(self.white_balance) <= 0:
            raise ValueError(f"white_balance is {self.white_balance}; it must be three gains above 0.")
        matrix = np.asarray(self.colour_matrix, float)
        if matrix.shape != (3, 3) or abs(np.linalg.det(matrix)) < 1e-6:
            raise ValueError("colour_matrix must be 3 x 3 and have an inverse.")

    @property
    def white(self):
        """The largest digital number."""
        return 2**self.bits - 1

    @property
    def black(self):
        """The digital number of no light."""
        return round(self.black_level * self.white)

    @property
    def gain(self):
        """Digital numbers an electron makes at this ISO."""
        return self.iso / 100 * (self.white - self.black) / self.full_well


@dataclasses.dataclass(frozen=True)
class Photo:
    """What `photograph` returns: the picture, all stages on the way, and the trace that repeats it.

    Parameters
    ----------
    image : ndarray (H, W, 3), float32, [0, 1]
    stages : dict of str to float32 ndarray
        By name and in order; `STAGES` says what each holds.
    limits : dict of str to (float, float)
        What to show as black and as white at each stage.
    trace : dict
        The random draws; JSON can store it.
    """

    image: np.ndarray
    stages: dict
    limits: dict
    trace: dict

    def view(self, stage):
        """A stage scaled to its limits, so that it can be shown: 0 is black, 1 is white.

        >>> photo = photograph(np.full((4, 4), 0.5, np.float32), rng=0)
        >>> photo.stages["digital"].max() > 100, photo.view("digital").max() < 1
        (np.True_, np.True_)
        """
        if stage not in self.stages:
            raise KeyError(f"{stage!r} is not a stage; the stages are: {', '.join(self.stages)}.")
        low, high = self.limits[stage]
        return (self.stages[stage] - np.float32(low)) / np.float32(high - low)


def sample_trace(shape, *, rng):
    """Draw the randomness of one photograph: a seed for each kind of noise that changes from shot to shot.

    Parameters
    ----------
    shape : tuple of int
        (H, W) of the picture; of (H, W, C) the first two are taken.
    rng : int or numpy.random.Generator

    Returns
    -------
    dict
        "shape" and the seeds "shot", "dark", "read" and "adc"; `json.dumps` can store it.

    Examples
    --------
    >>> trace = sample_trace((4, 6), rng=0)
    >>> list(trace), trace["shape"]
    (['shape', 'shot', 'dark', 'read', 'adc'], [4, 6])
    """
    seeds = generator(rng).integers(2**32, size=4).tolist()
    return {"shape": [int(n) for n in shape[:2]], **dict(zip(("shot", "dark", "read", "adc"), seeds, strict=True))}


def photograph(scene, camera=None, *, light=4e6, exposure=None, iso=None, rng=None, trace=None):
    """Take a picture of a picture: what this camera would have made of that scene.

    Parameters
    ----------
    scene : ndarray (H, W) or (H, W, 3), float, [0, 1], sRGB-encoded
        At least 2 x 2 pixels. A gray scene is photographed in colour. Highlights may exceed 1.
    camera : Camera, optional
        Default: `Camera()`.
    light : float
        Photons a second that scene white sends to a green photosite. With the default, 0.01 s at ISO 100 is the right
        exposure of the default camera: 20,000 electrons, a full photosite. 4e6 / 64 is an evening indoors.
    exposure : float, optional
        Seconds, instead of `camera.exposure`.
    iso : float, optional
        Instead of `camera.iso`.
    rng : int or numpy.random.Generator
        Draws a new trace.
    trace : dict
        Instead of rng: the trace of an earlier photo. The same scene, camera and light then give the same picture, bit
        for bit; another ISO or exposure is met by the same fate.

    Returns
    -------
    Photo
        With image, stages, limits and trace.

    Raises
    ------
    ValueError
        Negative light in the scene, not 1 or 3 channels, neither or both of rng and trace, or a trace of another shape.

    References
    ----------
    G. E. Healey and R. Kondepudy, "Radiometric CCD camera calibration and noise estimation", IEEE TPAMI 16(3), 1994.
    J. R. Janesick, "Photon Transfer", SPIE Press, 2007.

    Examples
    --------
    >>> scene = np.full((64, 64, 3), 0.5, np.float32)
    >>> day = photograph(scene, rng=0)
    >>> evening = photograph(scene, light=4e6 / 64, iso=6400, rng=0)
    >>> print(f"noise: {day.image.std() * 255:.0f} levels of 255 by day, {evening.image.std() * 255:.0f} in the evening")
    noise: 1 levels of 255 by day, 10 in the evening
    >>> again = photograph(scene, trace=day.trace)
    >>> bool((again.image == day.image).all())
    True
    """
    scene = _colour_scene(scene)
    changes = {name: value for name, value in (("exposure", exposure), ("iso", iso)) if value is not None}
    camera = dataclasses.replace(camera or Camera(), **changes)
    light = in_range(light, "light", 0, 1e15, hint="It is in photons a second at scene white.")
    if (rng is None) == (trace is None):
        raise ValueError("Give either rng (a new photograph) or trace (an earlier one again), for example rng=0.")
    trace = sample_trace(scene.shape, rng=rng) if trace is None else dict(trace)
    if list(trace["shape"]) != list(scene.shape[:2]):
        raise ValueError(f"The trace is for {trace['shape']} pixels (height, width), the scene has {scene.shape[:2]}.")
    stages = {"scene": srgb_to_linear(scene)}
    _sensor(stages, camera, light, {name: np.random.default_rng(trace[name]) for name in list(trace)[1:]})
    _processing(stages, camera)
    electrons = 0.0, (camera.white - camera.black) / camera.gain
    limits = dict.fromkeys(STAGES, (0.0, 1.0)) | dict.fromkeys(("electrons", "dark", "read"), electrons)
    limits |= {"gain": (0.0, float(camera.white - camera.black)), "digital": (0.0, float(camera.white))}
    return Photo(stages["jpeg"], stages, limits, trace)


def _colour_scene(scene):
    """Check a scene; a gray one gets three equal channels."""
    scene = require(scene, "scene")
    channels = scene.shape[2] if scene.ndim == 3 else 1
    if channels not in (1, 3):
        raise ValueError(f"scene has {channels} channels; a camera sees gray or RGB. Drop transparency: scene[..., :3]")
    if scene.min() < 0:
        raise ValueError(f"The scene holds negative light (its smallest value is {scene.min():.3g}): clip it first.")
    return scene if channels == 3 else np.repeat(scene.reshape(*scene.shape[:2], 1), 3, axis=2)


def _sensor(stages, camera, light, rngs):
    """From light to the raw file: adds the stages electrons, dark, read, gain and digital."""
    size = stages["scene"].shape[:2]
    sensitivity = np.random.default_rng((camera.serial, 1)).normal(1, camera.prnu, size)
    defects = defect_map(size, dead=camera.dead, hot=camera.hot, rng=np.random.default_rng((camera.serial, 2)))
    # What the colour filters let through: the colour matrix and the white balance, undone.
    seen = stages["scene"] @ np.linalg.inv(camera.colour_matrix).T / camera.white_balance
    expected = mosaic(np.maximum(seen, 0), camera.bayer) * (light * camera.exposure * camera.quantum_efficiency)
    expected = expected * np.maximum(sensitivity, 0) * (defects >= 0)
    electrons = rngs["shot"].poisson(expected) if camera.shot_noise else expected
    electrons = np.minimum(electrons, camera.full_well)

    rate = np.where(defects > 0, camera.hot_rate, camera.dark_rate) * (defects >= 0)
    heat = dark_electrons(camera.exposure, camera.temperature, rate_at_20=1.0) * rate
    dark = np.minimum(electrons + rngs["dark"].poisson(heat), camera.full_well)

    read = dark + camera.read_noise * rngs["read"].standard_normal(size)
    gain = camera.gain * read
    adc_noise = camera.adc_noise * dataclasses.replace(camera, iso=100).gain  # in digital numbers: whatever the ISO
    digital = np.floor(camera.black + gain + adc_noise * rngs["adc"].standard_normal(size) + 0.5)
    digital = np.clip(digital, 0, camera.white)
    made = {"electrons": electrons, "dark": dark, "read": read, "gain": gain, "digital": digital}
    stages |= {name: stage.astype(np.float32) for name, stage in made.items()}


def _processing(stages, camera):
    """From the raw file to the picture (the ISP): adds the stages demosaiced, white balance, colour, tone and jpeg."""
    raw = (stages["digital"] - camera.black) / np.float32(camera.white - camera.black)
    # Malvar's filters take a gray edge to be equally high in all colours, so they work on balanced values, and the
    # balance is taken out again for its own stage. (On the bundled photographs worth 0.7 to 2 dB.)
    gains = np.float32(camera.white_balance)
    even = mosaic(np.ones_like(stages["scene"]) * gains, camera.bayer)
    camera_colours = demosaic(raw * even, camera.bayer, camera.demosaicing) / gains
    balanced = np.minimum(camera_colours * gains, 1)
    colour = balanced @ np.float32(camera.colour_matrix).T
    tone = linear_to_srgb(np.clip(colour, 0, 1))
    tone = tone + np.float32(camera.contrast) * (tone * tone * (3 - 2 * tone) - tone)
    file = tone if camera.jpeg_quality is None else jpeg(tone, camera.jpeg_quality)
    stages |= {"demosaiced": camera_colours, "white balance": balanced, "colour": colour, "tone": tone, "jpeg": file}
