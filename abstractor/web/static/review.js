// The review with less handwork: answers are saved as they are given, and every step has a key.
// Without this file each card has its own button, and nothing else is lost. Nothing of a chart is kept in the browser.
(() => {
  "use strict";
  const room = document.getElementById("review");
  if (!room) return;
  const saved = document.getElementById("saved");
  const keysOff = document.getElementById("keys-off");
  const help = document.getElementById("keys");
  const waiting = new Set();
  const timers = new Map();
  let step = room.dataset.step;
  let csrf = room.dataset.csrf;
  let busy = false;
  let stopped = false;
  let goOn = null;

  const cards = () => [...room.querySelectorAll(".item")];
  const openCards = () => cards().filter((card) => !card.classList.contains("answered"));
  const formOf = (card) => card && card.querySelector("form.answer");
  const cardOf = (element) => element && element.closest && element.closest(".item");

  function say(words, wrong = false) {
    saved.textContent = words;
    saved.classList.toggle("wrong", wrong);
  }

  function later(form, wait) {
    form.dataset.dirty = "";
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => now(form), wait));
    if (!stopped) say("Not saved yet");
  }

  function now(form) {
    clearTimeout(timers.get(form));
    waiting.add(form);
    void next();
  }

  async function next() {
    if (busy || stopped || waiting.size === 0) return;
    const [form] = waiting;
    waiting.delete(form);
    busy = true;
    try {
      await send(form);
    } finally {
      busy = false;
    }
    await next();
  }

  async function send(form) {
    const fields = new URLSearchParams(new FormData(form));
    fields.set("expected", step);
    delete form.dataset.dirty;
    let answer;
    try {
      answer = await fetch(form.getAttribute("action"), {
        method: "POST",
        body: fields,
        headers: { Accept: "application/json", "HX-Request": "true", "X-CSRF-Token": csrf },
      });
    } catch {
      form.dataset.dirty = "";
      say("Not saved: the service cannot be reached. Trying again.", true);
      setTimeout(() => now(form), 4000);
      return;
    }
    await heard(form, answer);
  }

  async function heard(form, answer) {
    const told = (answer.headers.get("content-type") || "").includes("json") ? await answer.json() : {};
    const here = form.querySelector(".problem-here");
    here.textContent = "";
    if (answer.ok) return kept(form, told);
    form.dataset.dirty = "";
    if (answer.status === 422) {
      here.textContent = begun(form) ? told.detail || "This answer is not complete." : "";
      say("Not saved yet: an answer is not complete");
      if (goOn === form) {
        goOn = null;
        const first = [...form.querySelectorAll("select, textarea, input[type=checkbox]")].find((field) => field.offsetParent && lacks(field));
        if (first) first.focus();
      }
    } else if (answer.status === 409) {
      stale(form, told);
    } else if (answer.status === 401 || answer.status === 403) {
      away(form, answer.status);
    } else {
      here.textContent = told.detail || "The service could not keep this.";
      say("Not saved: see the card", true);
    }
  }

  // Of ticks one is enough.
  function lacks(field) {
    if (field.type !== "checkbox") return !field.value;
    return !field.form.querySelector(`[name="${field.name}"]:checked`);
  }

  // Who has only just chosen is not yet told what lacks.
  function begun(form) {
    const fields = [...form.querySelectorAll("select, textarea, input[type=checkbox]")];
    return fields.some((field) => field.offsetParent && (field.type === "checkbox" ? field.checked : field.value));
  }

  function kept(form, told) {
    room.querySelectorAll(".elsewhere").forEach((place) => place.replaceChildren());
    const card = cardOf(form);
    card.classList.toggle("answered", told.answered_here);
    counted(told);
    card.querySelector(".tick").textContent = told.answered_here ? "✓ answered" : "open";
    const open = document.getElementById(`open-${card.id}`);
    if (open) open.hidden = told.answered_here;
    say(`Saved, step ${told.step}`);
    if (goOn === form) {
      goOn = null;
      toOpen(card);
    }
  }

  function counted(told) {
    step = String(told.step);
    room.dataset.step = step;
    const undo = document.querySelector("#undo button");
    if (undo) undo.disabled = false;
    document.querySelectorAll("input[name=expected]").forEach((field) => { field.value = step; });
    const left = openCards().length;
    document.getElementById("answered").textContent = cards().length - left;
    document.getElementById("open-count").textContent = left;
  }

  // Somebody, or another tab, changed the review. What is typed here stays; the reader says which holds.
  function stale(form, told) {
    stopped = true;
    say("Not saved: this review was changed elsewhere", true);
    const place = form.querySelector(".elsewhere");
    const words = document.createElement("p");
    words.textContent = `${told.detail || "This review was changed in another tab, or by another person."} Kept there: ${told.kept || "no answer"}. What you entered here still stands and is not saved.`;
    place.replaceChildren(words);
    if (told.step === undefined) return;
    const mine = document.createElement("button");
    mine.type = "button";
    mine.textContent = "Save what stands here";
    mine.addEventListener("click", () => {
      counted(told);
      stopped = false;
      place.replaceChildren();
      now(form);
    });
    const theirs = document.createElement("a");
    theirs.href = location.pathname;
    theirs.textContent = "Show what is kept there instead";
    theirs.addEventListener("click", () => { room.querySelectorAll("[data-dirty]").forEach((one) => delete one.dataset.dirty); });
    place.append(mine, " ", theirs);
    mine.focus();
  }

  // The session ended: after signing in elsewhere the page takes its new form token and goes on.
  async function away(form, status) {
    const place = form.querySelector(".elsewhere");
    const words = document.createElement("p");
    words.textContent = status === 401
      ? "You are signed out, so this is not saved. What you entered stands here. Sign in in another tab, then save again."
      : "This form is too old to be saved as it is. What you entered stands here. Save again; if that fails, load the page anew.";
    const again = document.createElement("button");
    again.type = "button";
    again.textContent = "Save again";
    const signing = document.createElement("a");
    signing.href = "/signin";
    signing.target = "_blank";
    signing.rel = "noopener";
    signing.textContent = "Sign in in a new tab";
    again.addEventListener("click", async () => {
      const page = await fetch(location.pathname, { headers: { "HX-Request": "true" } });
      const fresh = new DOMParser().parseFromString(await page.text(), "text/html").getElementById("review");
      if (fresh) {
        csrf = fresh.dataset.csrf;
        document.querySelectorAll("input[name=csrf]").forEach((field) => { field.value = csrf; });
        place.replaceChildren();
        now(form);
      }
    });
    place.replaceChildren(words, again, " ", signing);
    say("Not saved: you are signed out", true);
    again.focus();
  }

  room.addEventListener("change", (event) => {
    const form = event.target.closest("form.answer");
    if (form) later(form, 250);
  });
  room.addEventListener("input", (event) => {
    const form = event.target.closest("form.answer");
    if (form && event.target.matches("textarea, input[type=text], input[type=date]")) later(form, 1200);
  });
  room.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form.answer")) return;
    event.preventDefault();
    goOn = form;
    now(form);
  });
  window.addEventListener("beforeunload", (event) => {
    if (room.querySelector("[data-dirty]")) event.preventDefault();
  });

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

  function choose(card, number) {
    const choice = card.querySelectorAll("fieldset.choices-of input[type=radio]")[number - 1];
    if (!choice || choice.disabled) return;
    choice.checked = true;
    choice.focus();
    goOn = formOf(card);
    now(goOn);
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
      if (form) { event.preventDefault(); goOn = form; now(form); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])")) return;
    if (help.open || keysOff.checked) return;
    if (event.key === "?") { event.preventDefault(); help.showModal(); return; }
    if (/^[1-9]$/.test(event.key) && current()) { event.preventDefault(); choose(current(), Number(event.key)); return; }
    const act = singles[event.key];
    if (act) { event.preventDefault(); act(); }
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
