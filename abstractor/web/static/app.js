// Without this file every page works; with it a source opens beside the chart, and the keyboard finds its way.
(() => {
  "use strict";
  document.documentElement.classList.add("js");
  const panel = document.getElementById("source-panel");
  const hint = panel ? panel.innerHTML : "";
  let opener = null;
  let asked = 0;

  function close() {
    asked += 1;
    panel.innerHTML = hint;
    panel.classList.remove("open");
    if (opener) {
      opener.removeAttribute("aria-current");
      opener.focus();
    }
    opener = null;
  }

  // The source without the page round it; a page that is no source (signed out, abstracted again) is gone to.
  async function open(link) {
    const mine = (asked += 1);
    const href = link.getAttribute("href");
    let view = null;
    try {
      const answer = await fetch(href, { headers: { "HX-Request": "true", Accept: "text/html" }, redirect: "manual" });
      if (answer.ok) view = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("source-view");
    } catch {
      view = null;
    }
    if (mine !== asked) return;
    if (!view) {
      location.assign(href);
      return;
    }
    panel.replaceChildren(document.importNode(view, true));
    panel.classList.add("open");
    panel.querySelector("#source-title").focus({ preventScroll: true });
    const lines = panel.querySelector(".source");
    const hit = panel.querySelector("#element");
    if (lines && hit) {
      const above = hit.getBoundingClientRect().top - lines.getBoundingClientRect().top;
      lines.scrollTop += above - lines.clientHeight / 3;
    }
  }

  // A mark of the drawing stands for the same link in the tables.
  function named(target) {
    const link = target.closest("a.evidence");
    if (link) return link;
    const mark = target.closest("a.mark");
    const href = mark && mark.getAttribute("href");
    if (!href || href.startsWith("#")) return null;
    return [...document.querySelectorAll("a.evidence")].find((each) => each.getAttribute("href").split("#")[0] === href) || null;
  }

  function unfold(element) {
    for (let at = element; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  }

  document.addEventListener("click", (event) => {
    if (!panel || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (panel.contains(event.target) && event.target.closest("a.close")) {
      event.preventDefault();
      close();
      return;
    }
    const link = named(event.target);
    if (!link) return;
    event.preventDefault();
    if (opener) opener.removeAttribute("aria-current");
    opener = link;
    link.setAttribute("aria-current", "true");
    unfold(link);
    void open(link);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel && panel.classList.contains("open")) close();
  });

  function arrived() {
    const there = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!there) return;
    unfold(there);
    there.scrollIntoView({ block: "nearest" });
  }
  window.addEventListener("hashchange", arrived);
  arrived();

  window.addEventListener("beforeprint", () => {
    for (const folded of document.querySelectorAll("details")) folded.open = true;
  });
})();
