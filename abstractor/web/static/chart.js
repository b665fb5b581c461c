// Keys of the chart page: to the next and the former flag or finding, its evidence, the timeline. Reading needs none.
(() => {
  "use strict";
  if (document.getElementById("review")) return; // the review has keys of its own
  const stops = () => [...document.querySelectorAll(".flag h3[tabindex], .finding > summary")];
  const typing = (element) => element.closest && element.closest("input, textarea, select, [contenteditable]");

  function step(by) {
    const all = stops();
    const here = document.activeElement;
    const card = here.closest(".flag, .finding");
    let at = all.findIndex((stop) => stop === here || (card && card.contains(stop)));
    if (at < 0) at = by > 0 ? -1 : all.length;
    const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
    if (!next) return;
    next.focus({ preventScroll: true });
    (next.closest(".flag, .finding") || next).scrollIntoView({ block: "nearest" });
  }

  function evidence() {
    const card = document.activeElement.closest(".flag, .finding") || document.querySelector(".flag");
    const link = card && card.querySelector("a.evidence");
    if (!link) return;
    for (let at = link; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    link.click();
  }

  const keys = {
    n: () => step(1),
    j: () => step(1),
    p: () => step(-1),
    k: () => step(-1),
    e: evidence,
    t: () => {
      const title = document.getElementById("timeline-title");
      title.focus();
      title.scrollIntoView({ block: "nearest" });
    },
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
