// The desk without it: previews at the press of a button, cards moved by buttons, words counted when saved.
"use strict";

const PAUSE_MS = 500;

function countWords(text) {
  return text.trim() ? text.trim().split(/\s+/).length : 0;
}

function showWords(field) {
  const limit = Number(field.dataset.words);
  const words = countWords(field.value);
  field.counter.textContent = limit ? `${words} / ${limit}` : `${words}`;
  field.counter.classList.toggle("over", limit > 0 && words > limit);
}

for (const field of document.querySelectorAll("textarea[data-words]")) {
  field.counter = document.createElement("span");
  field.counter.className = "words";
  field.after(field.counter);
  field.addEventListener("input", () => showWords(field));
  showWords(field);
}

// --- the part for a kind of card opens with the kind

const kind = document.getElementById("id_kind");
if (kind) {
  kind.addEventListener("change", () => {
    const part = document.querySelector(`fieldset.of-${kind.value} details`);
    if (part) part.open = true;
  });
}

// --- the preview follows what is being written

const previewButton = document.getElementById("live-preview");
if (previewButton) {
  const form = previewButton.form;
  let timer = 0;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => form.requestSubmit(previewButton), PAUSE_MS);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  later();
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", (event) => { if (event.submitter !== previewButton) changed = false; });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}

// --- cards are dragged into another order, which is then sent as the form above them would

const order = document.getElementById("order");
if (order) {
  let dragged = null;
  order.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("li");
    dragged.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
  });
  order.addEventListener("dragover", (event) => {
    const over = event.target.closest("li");
    if (!dragged || !over || over === dragged) return;
    event.preventDefault();
    const { top, height } = over.getBoundingClientRect();
    over.parentNode.insertBefore(dragged, event.clientY > top + height / 2 ? over.nextSibling : over);
  });
  order.addEventListener("drop", (event) => event.preventDefault());
  order.addEventListener("dragend", () => {
    dragged.classList.remove("dragged");
    const list = dragged.parentNode;
    const from = Number(dragged.dataset.place);
    const to = list.start + [...list.children].indexOf(dragged);
    dragged = null;
    if (from === to) return;
    order.elements.place.value = from;
    order.elements.to.value = to;
    order.submit();
  });
}
