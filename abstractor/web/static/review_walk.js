// The way through a review: every step has a key. Without this file Tab and the mouse go everywhere.
(() => {
  "use strict";
  const room = document.getElementById("review");
  if (!room) return;
  const keysOff = document.getElementById("keys-off");
  const help = document.getElementById("keys");
  const cards = () => [...room.querySelectorAll(".item")];
  const openCards = () => cards().filter((card) => !card.classList.contains("answered"));
  const cardOf = (element) => element && element.closest && element.closest(".item");

  function go(card) {
    if (!card) return;
    const folded = card.closest("details");
    if (folded) folded.open = true;
    const first = card.querySelector("input[type=radio]:checked") || card.querySelector("input[type=radio], select, textarea, button");
    card.scrollIntoView({ block: "nearest" });
    if (first) first.focus({ preventScroll: true });
  }

  function toOpen(from) {
    const all = cards();
    const at = from ? all.indexOf(from) : -1;
    const isOpen = (card) => !card.classList.contains("answered") && card !== from;
    const found = all.slice(at + 1).find(isOpen) || all.find(isOpen);
    if (found) go(found);
    else {
      const end = document.getElementById("sign-off-title");
      end.focus();
    }
  }

  function beside(from, by) {
    const all = cards();
    const at = from ? all.indexOf(from) + by : 0;
    go(all[Math.min(Math.max(at, 0), all.length - 1)]);
  }

  // A key that comes while an answer is being saved is meant for the question after it: it waits for that one. Where
  // the answer lacks something, or is not kept, the reader stays, and what waited is dropped and said.
  let awaited = null;
  let early = [];

  function goOn(card) {
    const at = document.activeElement;
    const elsewhere = at && at !== document.body && cardOf(at) !== card;
    if (!elsewhere) toOpen(card);
  }

  room.addEventListener("gone-on", (event) => {
    if (event.target === awaited) awaited = null;
    goOn(event.target);
    while (!awaited && early.length) pressed(early.shift());
  });
  room.addEventListener("stayed", (event) => {
    if (event.target !== awaited) return;
    awaited = null;
    if (early.length) event.target.querySelector(".problem-here").textContent = `Not used, since this answer is not saved yet: ${early.join(", ")}.`;
    early = [];
  });
  room.addEventListener("pointerdown", () => { awaited = null; early = []; });

  function pressed(key) {
    if (/^[1-9]$/.test(key)) choose(current(), Number(key));
    else singles[key]();
  }

  function choose(card, number) {
    const choice = card.querySelectorAll("fieldset.choices-of input[type=radio]")[number - 1];
    if (!choice || choice.disabled) return;
    choice.checked = true;
    choice.focus();
    awaited = card;
    choice.form.requestSubmit();
  }

  function press(selector) {
    const button = document.querySelector(selector);
    if (button) button.click();
  }

  const singles = {
    n: () => toOpen(here()),
    j: () => beside(here(), 1),
    k: () => beside(here(), -1),
    e: () => { const link = current() && current().querySelector("a.evidence"); if (link) { const folded = link.closest("details"); if (folded) folded.open = true; link.focus(); link.click(); } },
    m: () => { const missed = document.getElementById("missed"); if (missed) { missed.open = true; const field = missed.querySelector("select"); if (field) field.focus(); } },
    u: () => press("#undo button"),
    l: () => document.getElementById("sign-off-title").focus(),
  };

  let last = null;
  const here = () => cardOf(document.activeElement) || last;
  const current = () => here() || openCards()[0] || cards()[0];
  room.addEventListener("focusin", (event) => { last = cardOf(event.target) || last; });

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      const form = event.target.closest && event.target.closest("form.answer");
      if (form) { event.preventDefault(); form.requestSubmit(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])")) return;
    if (help.open || keysOff.checked) return;
    if (event.key === "?") { event.preventDefault(); help.showModal(); return; }
    if (!(event.key in singles) && !(/^[1-9]$/.test(event.key) && current())) return;
    event.preventDefault();
    if (awaited && /^[1-9njke]$/.test(event.key)) early.push(event.key);
    else pressed(event.key);
  });

  for (const opener of document.querySelectorAll("[data-opens=keys]")) opener.addEventListener("click", () => help.showModal());
  keysOff.checked = localStorage.getItem("abstractor.single-keys") === "off";
  keysOff.addEventListener("change", () => { localStorage.setItem("abstractor.single-keys", keysOff.checked ? "off" : "on"); });
  const shown = document.getElementById("next-open");
  if (shown) shown.addEventListener("click", () => toOpen(here()));
  const asked = room.dataset.at && document.getElementById(room.dataset.at);
  // After the browser has gone to the fragment, which takes the focus away.
  const arrive = () => { if (asked.classList.contains("answered")) toOpen(asked); else go(asked); };
  if (asked) window.addEventListener("load", () => setTimeout(arrive, 0));
})();
