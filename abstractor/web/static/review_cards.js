// What lacks of a card, and what its reader is told and asked in it.

// The reason counts that belongs to the verdict: one for an exception is out of sight beside any other verdict.
function reasonOf(form, right, own) {
  const chosen = form.querySelector("select[name=reason]")?.selectedOptions[0];
  if (!chosen || !chosen.value) return "";
  const excuses = chosen.parentElement.hasAttribute("data-exceptions");
  const apart = own && right !== "exception" && (excuses || chosen.value === "other");
  return apart ? "" : chosen.value;
}

// What the fields of a card say: of them, those that count for what is chosen. Nothing, where nothing is.
export function answerIn(form) {
  const all = new FormData(form);
  const verb = all.get("verb");
  if (!verb) return "";
  const [said, own] = verb.split(":");
  const of = (name) => all.getAll(name).map((value) => value.replaceAll("\r\n", "\n").trim());
  const line = all.get("item").startsWith("line:");
  const told = [verb, ...of("rule"), ...of("line"), ...of("text")];
  if (said === "cannot-tell") return JSON.stringify([...told, of("missing")]);
  if (said === "overrule" && line) return JSON.stringify([...told, of("wrong")]);
  if (said === "agree") return JSON.stringify(told);
  const right = own || all.get("right");
  return JSON.stringify([...told, right, reasonOf(form, right, own !== undefined)]);
}

// The name of the first thing that an answer needs and does not have; null where it is complete.
export function lacks(form) {
  const all = new FormData(form);
  const [said, own] = (all.get("verb") || "").split(":");
  const words = (all.get("text") || "").trim();
  const line = all.get("item").startsWith("line:");
  if (!said) return "verb";
  if (said === "agree") return null;
  const ticks = said === "cannot-tell" ? "missing" : said === "overrule" && line ? "wrong" : null;
  if (ticks && !all.has(ticks)) return ticks;
  if (ticks) return (line && ticks === "wrong" || all.getAll(ticks).includes("other")) && !words ? "text" : null;
  if (all.get("rule") === "") return "rule";
  const right = own || all.get("right");
  if (!right) return "right";
  const reason = reasonOf(form, right, own !== undefined);
  if ((own === undefined || right === "exception") && !fits(form, reason, right)) return "reason";
  return reason === "other" && !words ? "text" : null;
}

function fits(form, reason, right) {
  const chosen = form.querySelector("select[name=reason]").selectedOptions[0];
  return reason === "other" || reason !== "" && chosen.parentElement.hasAttribute("data-exceptions") === (right === "exception");
}

// The field of that, where it is in sight.
export function lacking(form) {
  const name = lacks(form);
  return name && [...form.querySelectorAll(`[name="${name}"]`)].find((field) => field.offsetParent);
}

// What it said as the page came, whatever a browser has put into it since.
export function cameWith(form) {
  const copy = form.cloneNode(true);
  copy.reset();
  return answerIn(copy);
}

// Who has only just chosen is not yet told what lacks.
export function begun(form) {
  const fields = [...form.querySelectorAll("select, textarea, input[type=checkbox]")];
  return fields.some((field) => field.offsetParent && (field.type === "checkbox" ? field.checked : field.value));
}

// The reader is in this card, or in none: nobody is led away from another one.
export function isHere(form) {
  const at = document.activeElement;
  const current = at && at !== document.body ? at.closest(".item") || at : document.querySelector(".item[aria-current]");
  return !current || current === form.closest(".item");
}

// In the middle of a word a key would press what has the focus.
export function mayFocus(form) {
  const at = document.activeElement;
  return isHere(form) && (!at || at === document.body || at.closest(".save") !== null);
}

// In the card's place for what came between, which is read aloud as it appears; without words it is empty.
export function toldThat(form, ...parts) {
  const place = form.querySelector(".elsewhere");
  const [told, ...others] = parts;
  const words = document.createElement("p");
  words.textContent = told;
  place.replaceChildren(...(told ? [words, ...others] : []));
}

function button(words, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = words;
  made.addEventListener("click", act);
  return made;
}

function link(words, href) {
  const made = document.createElement("a");
  made.textContent = words;
  made.href = href;
  return made;
}

// Which of two answers holds; the button of the first.
export function question(form, kept, mine, theirs) {
  const first = button("Save what stands here", mine);
  const second = link("Show what is kept there instead", location.pathname);
  second.addEventListener("click", (event) => {
    event.preventDefault();
    theirs();
  });
  toldThat(form, `This question was changed in another tab, or by another person. Kept there: ${kept}. What you entered here still stands and is not saved.`, first, " ", second);
  return first;
}

// Why it was not saved, with the button that sends it once more.
export function sendAgain(form, told, signs, act) {
  const once = button("Save again", act);
  const signing = link("Sign in in a new tab", "/signin");
  signing.target = "_blank";
  signing.rel = "noopener";
  toldThat(form, told, once, ...(signs ? [" ", signing] : []));
  return once;
}
