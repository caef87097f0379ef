// Sliders over states drawn beforehand. The other frames are loaded when a reader first turns to the slider.
(() => {
  "use strict";

  function connect(figure) {
    const input = figure.querySelector("input[type=range]");
    const output = figure.querySelector("output");
    const image = figure.querySelector("img.rk-frame");
    if (!input || !output || !image) return;
    const frames = JSON.parse(input.dataset.frames);
    let loaded = [];

    function load() {
      if (loaded.length) return;
      loaded = frames.map((frame) => {
        const one = new Image();
        one.src = frame.src;
        return one;
      });
    }

    function show() {
      const frame = frames[Number(input.value)];
      load();
      image.src = frame.src;
      image.alt = frame.alt;
      output.textContent = frame.label;
      input.setAttribute("aria-valuetext", frame.label);
    }

    for (const event of ["pointerdown", "touchstart", "focus", "keydown"]) {
      input.addEventListener(event, load, { once: true, passive: true });
    }
    input.addEventListener("input", show);
    figure.classList.add("rk-ready");
    // A browser that comes back to the page may have kept the slider where it was.
    if (input.value !== input.getAttribute("value")) show();
  }

  function connectAll() {
    document.querySelectorAll("figure.rk-states:not(.rk-ready)").forEach(connect);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", connectAll);
  else connectAll();
})();
