# %% [markdown]
# # What the symbols mean
#
# {{badge}}
#
# One letter, one meaning, in every unit. Images are arrays of floats in [0, 1], rows first, channels last.
#
# | symbol | in code | meaning | unit and range |
# | --- | --- | --- | --- |
# | $x$ | `clean` | the image as it should be | [0, 1] |
# | $y$ | `degraded`, `noisy`, `low` | the image as we have it | about [0, 1]; noise may carry it outside |
# | $\hat{x}$ | `restored` | our estimate of $x$ | [0, 1] |
# | $y - \hat{x}$ | `rk.show.residual(restored, noisy)` | the residual, or method noise: what was taken away | about [-1, 1] |
# | $D$ | `rk.degrade...` | the degradation: $y = D(x)$ | |
# | $n$ | `noise` | what was added: $y = x + n$ | as $x$ |
# | $\sigma$ | `sigma` | standard deviation of the noise | in code of [0, 1]; in papers often of 255 |
# | $\lambda$ | `photons` | expected count of photons | photons |
# | $k$ | `kernel`, `psf` | blur kernel, or point spread function; sums to 1 | per pixel |
# | $k * x$ | `apply_blur(x, k)` | convolution | |
# | $s$ | `scale` | how many times larger (or, in sampling, smaller) in height and width | 2, 3, 4 |
# | $s\!\downarrow$, $s\!\uparrow$ | `resize` | fewer pixels, more pixels | |
# | $y\!\uparrow$ | `rk.upscale(low, s)` | the small image, enlarged by bicubic interpolation | about [0, 1] |
# | $u$ | | a place in the small image, between its pixels | small pixels |
# | $t$, $w(t)$ | `keys(t)` | how far a pixel is from a place, and its weight there in bicubic interpolation | pixels; sum to 1 |
# | $k(u - n)$ | | interpolation: how much pixel $n$ counts at the place $u$ | |
# | $a$ | | slope of the bicubic kernel at a distance of 1: -0.5 (MATLAB), -0.75 (OpenCV) | |
# | $L$ | `data_range` | largest possible value minus the smallest | 1 (or 255) |
# | MSE | `mse` | mean squared error | squared brightness |
# | PSNR | `psnr` | peak signal-to-noise ratio, $10\log_{10}(L^2/\mathrm{MSE})$ | dB, higher is better |
# | SSIM | `ssim` | structural similarity | at most 1 |
# | $\mu, \sigma^2$ | `mean`, `variance` | mean and variance in a window (with an index: of which image) | |
# | $C_1, C_2, C_3$ | `c1`, `c2`, `c3` | SSIM's small constants: $(0.01\,L)^2$, $(0.03\,L)^2$, $C_2/2$ | as a variance |
# | $\alpha$ | `weight` | total variation: how much a jump costs | |
# | $w$ | `weights` | how much a neighbour counts in an average | sum to 1 |
# | $\sigma_s, \sigma_r$ | `width`, `range_width` | width of a filter in space, and in brightness | pixels; [0, 1] |
# | $\varepsilon$ | `eps` | guided filter: a variance below which a window counts as flat | squared brightness |
# | $h$ | `h` | non-local means: how different two patches may be | brightness |
# | $H, W, C$ | `shape` | height, width, channels | pixels |
# | $N$ | `batch` | images (or patches) that go through a network together: arrays of shape $(N, H, W, C)$ | |
# | $f(y)$ | `model(noisy)` | a network's answer: $\hat{x} = f(y)$ | about [0, 1] |
# | $R(y)$ | | the noise as a residual network predicts it: $\hat{x} = y - R(y)$; in super-resolution the detail that is missing: $\hat{x} = y\!\uparrow + R(y\!\uparrow)$ | as $x$ |
# | $d$ | `depth` | number of convolutions; $d$ of them, $3 \times 3$, see $2d + 1$ pixels | |
# | $m, C_\text{in}, C_\text{out}$ | | a convolution: width of its kernel, channels in and out | |
# | $W_i, b_i, F_i$ | | layer $i$: its kernels, its biases, what it makes | |
# | $g, \eta, \tau$ | | training: the gradient, the learning rate, the longest step that is allowed | |
# | $\gamma, \beta$ | | batch normalisation: a learned scale and shift for each channel | |
#
# **Decibels.** 10 dB less error power is a tenth of the mean squared error; 6 dB is half the error in brightness; 0.1 dB is hard
# to see, and 1 dB is easy to see.
#
# **A step, an epoch.** A step changes the weights once, after one batch. An epoch is as many steps as it takes to see every training image once; where patches
# are cut at random, it is a number of steps that we choose.
#
# **What a network costs.** *Parameters* are its weights, counted. *Multiply-adds* are the multiplications for one pixel of the output; time goes with them.
#
# **Small and large.** *Low* is the small image, *high* the large one that it was made from. PSNR of an enlarged picture: on the brightness Y, in 8 bits, without
# $s$ pixels at each border, unless said otherwise.
#
# **Borders.** What a filter sees beyond the edge of the picture: *zero* (black), *replicate* (the edge pixel again and
# again), *symmetric* (a mirror that shows the edge pixel twice), *reflect* (a mirror that shows it once), *wrap* (the other side).
#
# | English | Korean |
# | --- | --- |
# | point spread function | 점확산함수 |
# | low-pass filter | 저주파 통과 필터 |
# | receptive field | 수용 영역 |
# | residual learning | 잔차 학습 |
# | skip connection | 스킵 연결 |
# | bottleneck | 병목 |
# | pixel shuffle | 픽셀 셔플 |
# | super-resolution | 초해상도 |
# | blind | 블라인드(열화를 모르는) |
#
# Back to [Start here](lecture:00_start_here).
