// What lacks of a card, and what its reader is told and asked in it.

// Of ticks one is enough.
function lacks(field) {
  if (field.type !== "checkbox") return !field.value;
  return !field.form.querySelector(`[name="${field.name}"]:checked`);
}

// The first field in sight that an answer needs and does not have.
export const lacking = (form) => [...form.querySelectorAll("select, input[type=checkbox]")].find((field) => field.offsetParent && lacks(field));

// Who has only just chosen is not yet told what lacks.
export function begun(form) {
  const fields = [...form.querySelectorAll("select, textarea, input[type=checkbox]")];
  return fields.some((field) => field.offsetParent && (field.type === "checkbox" ? field.checked : field.value));
}

// Only of who is nowhere, or has just sent this form: in the middle of a word a key would press what has the focus.
export function takesFocus(form, sent) {
  const at = document.activeElement;
  return !at || at === document.body || sent === form;
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
export function sendAgain(form, told, act) {
  const once = button("Save again", act);
  const signing = link("Sign in in a new tab", "/signin");
  signing.target = "_blank";
  signing.rel = "noopener";
  toldThat(form, told, once, " ", signing);
  return once;
}
