// The review with less handwork: answers are saved as they are given, and nothing leaves the page before them.
// Without this file each card has its own button, and nothing else is lost. Nothing of a chart is kept in the browser.
(() => {
  "use strict";
  const room = document.getElementById("review");
  if (!room) return;
  const saved = document.getElementById("saved");
  const waiting = new Set();
  const timers = new Map();
  const edits = new WeakMap();
  let step = room.dataset.step;
  let csrf = room.dataset.csrf;
  let busy = false;
  let stopped = false;
  let goOn = null;
  let latest = null;
  let leaving = null;

  const cards = () => [...room.querySelectorAll(".item")];
  const openCards = () => cards().filter((card) => !card.classList.contains("answered"));
  const cardOf = (element) => element && element.closest && element.closest(".item");
  const unsaved = () => [...room.querySelectorAll("form[data-dirty]")];
  const signedOut = () => [...room.querySelectorAll("form.answer[data-away]")];
  const pause = (wait) => new Promise((done) => setTimeout(done, wait));

  function say(words, wrong = false) {
    saved.textContent = words;
    saved.classList.toggle("wrong", wrong);
  }

  // From here until the service has kept it, and nothing was changed since, the card counts as unsaved.
  function touched(form) {
    form.dataset.dirty = "";
    delete form.dataset.held;
    delete form.dataset.lacks;
    edits.set(form, (edits.get(form) || 0) + 1);
    latest = form;
    const undo = document.querySelector("#undo button");
    if (undo) undo.disabled = false;
    if (!stopped) say("Not saved yet");
  }

  function later(form, wait) {
    touched(form);
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => now(form), wait));
  }

  function now(form) {
    clearTimeout(timers.get(form));
    timers.delete(form);
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
    fields.set("expected", form.dataset.seen || step);
    const edit = edits.get(form);
    let answer;
    try {
      answer = await fetch(form.getAttribute("action"), {
        method: "POST",
        body: fields,
        headers: { Accept: "application/json", "HX-Request": "true", "X-CSRF-Token": csrf },
        signal: AbortSignal.timeout(30000),
      });
    } catch {
      say("Not saved: the service cannot be reached. Trying again.", true);
      setTimeout(() => { if (form.dataset.dirty !== undefined) now(form); }, 4000);
      return;
    }
    await heard(form, answer, edit);
  }

  async function heard(form, answer, edit) {
    const told = (answer.headers.get("content-type") || "").includes("json") ? await answer.json() : {};
    const here = form.querySelector(".problem-here");
    here.textContent = "";
    delete form.dataset.seen;
    if (answer.ok || answer.status === 422 || answer.status === 409) {
      delete form.dataset.away;
      form.querySelector(".elsewhere").replaceChildren();
    }
    if (answer.ok) return kept(form, told, edit);
    if (answer.status === 422) {
      if (edits.get(form) === edit) form.dataset.lacks = "";
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

  function kept(form, told, edit) {
    if (edits.get(form) === edit) delete form.dataset.dirty;
    const card = cardOf(form);
    card.classList.toggle("answered", told.answered_here);
    counted(told);
    card.querySelector(".tick").textContent = told.answered_here ? "✓ answered" : "open";
    const open = document.getElementById(`open-${card.id}`);
    if (open) open.hidden = told.answered_here;
    const until = document.getElementById("until");
    if (until && told.until) until.textContent = told.until;
    say(unsaved().length ? "Not saved yet" : `Saved, step ${told.step}`);
    if (goOn === form) {
      goOn = null;
      card.dispatchEvent(new Event("gone-on", { bubbles: true }));
    }
    // Whoever is signed in again for one card is so for all: each keeps its words until it is saved itself.
    for (const other of signedOut()) now(other);
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
      takenUp(told);
      place.replaceChildren();
      now(form);
    });
    const theirs = document.createElement("a");
    theirs.href = location.pathname;
    theirs.textContent = "Show what is kept there instead";
    theirs.addEventListener("click", (event) => {
      event.preventDefault();
      void giveUp(form, told);
    });
    place.append(mine, " ", theirs);
    mine.focus();
  }

  // Of what was changed elsewhere the reader has seen one card: those that waited for a sign-in are still asked about.
  function takenUp(told) {
    for (const other of signedOut()) other.dataset.seen = other.dataset.seen || step;
    counted(told);
    stopped = false;
  }

  // What was entered on this card is left; what was entered on others is saved before the page is loaded anew.
  async function giveUp(form, told) {
    clearTimeout(timers.get(form));
    timers.delete(form);
    waiting.delete(form);
    delete form.dataset.dirty;
    takenUp(told);
    form.querySelector(".elsewhere").replaceChildren();
    if (await flush()) location.assign(location.pathname);
    else if (!stopped) say("Not saved: see the other cards that you changed", true);
  }

  // The session ended: after signing in elsewhere the page takes its new form token and goes on.
  async function away(form, status) {
    const place = form.querySelector(".elsewhere");
    const words = document.createElement("p");
    form.dataset.away = "";
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
        now(form);
      } else {
        say("Not saved: you are still signed out, or this chart is not yours now", true);
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
    touched(form);
    now(form);
  });
  // What is begun of a missed finding is not saved before it is added.
  room.addEventListener("input", (event) => {
    const form = event.target.closest("form.add");
    if (!form) return;
    if ([...form.querySelectorAll("select, textarea")].some((field) => field.value)) form.dataset.dirty = "";
    else delete form.dataset.dirty;
  });

  // Every answer that waits is sent; whether all that was entered is kept.
  async function flush() {
    for (const form of unsaved()) if (form.matches(".answer") && form.dataset.held === undefined) now(form);
    for (;;) {
      for (const form of [...timers.keys()]) now(form);
      if (stopped || (!busy && waiting.size === 0)) break;
      await pause(40);
    }
    return unsaved().length === 0;
  }

  // What changes the review or leaves it comes after what was entered before it.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.matches("form.answer") || form === leaving) return;
    if (form.matches("form.add")) delete form.dataset.dirty;
    if (!leaving && unsaved().length === 0 && !busy) return;
    event.preventDefault();
    if (!leaving) void after(form, event.submitter);
  });

  async function after(form, button) {
    leaving = form;
    say("Saving what you entered first");
    const all = await flush();
    if (all || goesOn(form)) form.requestSubmit(button);
    leaving = null;
  }

  // Some of what was entered is not kept.
  function goesOn(form) {
    const left = unsaved();
    if (form.id === "undo" && latest && latest.dataset.lacks !== undefined && left.includes(latest)) {
      delete latest.dataset.dirty; // it was never kept: the page has what is
      location.assign(`${location.pathname}?told=undone&at=${cardOf(latest).id}`);
      return false;
    }
    if (form.id === "undo" && left.every((one) => one.dataset.lacks !== undefined || one.matches(".add"))) return true;
    if (form.id !== "undo" && form.id !== "lock") return true;
    const named = left.map((one) => (one.matches(".add") ? "the missed finding that you began" : `question ${cardOf(one).id.replace("item-", "")}`));
    const told = `${form.id === "undo" ? "Nothing taken back" : "Not signed off"}: ${named.join(", ")} ${named.length === 1 ? "is" : "are"} not saved.`;
    say(told, true);
    const place = form.querySelector(".problem-here");
    if (place) place.textContent = `${told} See there what lacks, then sign off again.`;
    return false;
  }

  window.addEventListener("beforeunload", (event) => {
    if (room.querySelector("[data-dirty]")) event.preventDefault();
  });
})();
