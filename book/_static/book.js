// What scrolls sideways must be reachable by keyboard: wide tables, formulas and outputs take the focus when they overflow.
function reachable() {
  document.querySelectorAll(".cell_output, .cell_output pre, .highlight pre, div.math, mjx-container[display=true], .pst-scrollable-table-container").forEach((box) => {
    if (box.scrollWidth > box.clientWidth + 1) {
      box.setAttribute("tabindex", "0");
      if (!box.hasAttribute("role")) {
        box.setAttribute("role", "region");
        box.setAttribute("aria-label", box.closest(".cell_output") ? "output" : box.querySelector("table") ? "table" : "formula or code");
      }
    }
  });
}
window.addEventListener("load", () => {
  const typeset = window.MathJax && window.MathJax.startup ? window.MathJax.startup.promise : Promise.resolve();
  Promise.resolve(typeset).then(reachable);
});
window.addEventListener("resize", reachable);

// What the tool chain leaves out for those who hear the page: names for the menu's arrows, no link within a button, no list without items.
document.querySelectorAll(".bd-sidebar-primary details > summary").forEach((arrow) => {
  const link = arrow.parentElement.parentElement.querySelector("a");
  if (link) arrow.setAttribute("aria-label", link.textContent.trim());
});
document.querySelectorAll(".bd-article summary a").forEach((link) => link.replaceWith(...link.childNodes));
document.querySelectorAll(".citation-list[role=list]").forEach((list) => list.removeAttribute("role"));

// From disk a browser does not let the search read the other pages, so it lists the titles alone.
if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
