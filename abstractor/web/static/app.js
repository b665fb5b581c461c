// Without this file every page works; with it a source opens beside the chart, and the keyboard finds its way.
(() => {
  "use strict";
  document.documentElement.classList.add("js");
  const panel = document.getElementById("source-panel");
  const hint = panel ? panel.innerHTML : "";
  let opener = null;

  function close() {
    panel.innerHTML = hint;
    panel.classList.remove("open");
    if (opener) {
      opener.removeAttribute("aria-current");
      opener.focus();
    }
    opener = null;
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.evidence");
    if (link && panel) {
      if (opener) opener.removeAttribute("aria-current");
      opener = link;
      link.setAttribute("aria-current", "true");
    }
    if (panel && panel.contains(event.target) && event.target.closest("a.close")) {
      event.preventDefault();
      close();
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel && panel.classList.contains("open")) close();
  });

  document.addEventListener("htmx:after:swap", () => {
    const title = panel && panel.querySelector("#source-title");
    if (!title) return;
    panel.classList.add("open");
    title.focus({ preventScroll: true });
    const lines = panel.querySelector(".source");
    const hit = panel.querySelector("#element");
    if (lines && hit) {
      const above = hit.getBoundingClientRect().top - lines.getBoundingClientRect().top;
      lines.scrollTop += above - lines.clientHeight / 3;
    }
  });

  window.addEventListener("beforeprint", () => {
    for (const folded of document.querySelectorAll("details")) folded.open = true;
  });
})();
