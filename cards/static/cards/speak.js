// Reads the card aloud: the question, and after the reveal the answer. Only with a voice of the device's own that speaks
// the card's language: a voice from elsewhere would send what is read to its maker.
(() => {
  "use strict";

  const speech = window.speechSynthesis;
  if (!speech || !window.SpeechSynthesisUtterance) return;

  const page = document.getElementById("review");
  const keysOn = document.getElementById("keys-on");
  const marks = document.documentElement.classList; // outside of what htmx swaps
  let spoken = null;

  // --- what there is to read with

  const tagOf = (voice) => voice.lang.replace("_", "-").toLowerCase();

  function ownVoice() {
    const wanted = document.getElementById("question")?.lang || document.documentElement.lang;
    const [language] = wanted.split("-");
    const able = speech.getVoices().filter((voice) => voice.localService && tagOf(voice).split("-")[0] === language);
    return able.find((voice) => tagOf(voice).startsWith(wanted)) ?? able[0];
  }

  function offer() {
    marks.toggle("can-speak", Boolean(ownVoice()));
  }

  offer();
  speech.onvoiceschanged = offer; // browsers find their voices some time after the page

  // --- what there is to read

  const textsOf = (selector) => [...page.querySelectorAll(selector)].map((element) => element.innerText);

  function isAnswered() {
    const answer = page.querySelector(".back");
    return Boolean(answer) && !answer.closest("details:not([open])");
  }

  function cardAsText() {
    const texts = isAnswered() ? textsOf(".back[lang], .back [lang]") : textsOf("#question, .options button");
    return texts.map((text) => text.replace(/\s+/g, " ").trim()).join("\n");
  }

  // --- read and stop

  function stop() {
    spoken = null;
    marks.remove("speaking");
    speech.cancel();
  }

  function read() {
    speech.cancel();
    const utterance = new SpeechSynthesisUtterance(cardAsText());
    utterance.voice = ownVoice();
    utterance.lang = utterance.voice.lang.replace("_", "-");
    utterance.onend = utterance.onerror = () => utterance === spoken && stop();
    spoken = utterance; // also keeps it from being collected while it is read
    marks.add("speaking");
    speech.speak(utterance);
  }

  function press() {
    if (!ownVoice() || !page.querySelector("[data-speak]")) return false;
    if (spoken) stop();
    else read();
    return true;
  }

  // The next card, a revealed answer and another page all end what is being read.
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== page) return;
    stop();
    offer(); // the next card may be in another language
  });
  page.addEventListener("toggle", (event) => event.target.id === "reveal" && stop(), true);
  window.addEventListener("pagehide", stop);

  page.addEventListener("click", (event) => event.target.closest("[data-speak]") && press());

  document.addEventListener("keydown", (event) => {
    if (event.key !== "r" && event.key !== "R") return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || !keysOn.checked) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    if (press()) event.preventDefault();
  });
})();
