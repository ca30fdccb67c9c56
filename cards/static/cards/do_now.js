/* Do Now by keyboard: space or right opens the answer, then goes on; left goes back; Esc leaves. Links do without it. */
(() => {
  "use strict";
  const board = document.querySelector(".board");
  const slides = [...board.querySelectorAll(".slide")];
  for (const hint of board.querySelectorAll("[data-keys]")) {
    hint.hidden = false;
  }
  const current = () =>
    Math.max(0, slides.findIndex((slide) => slide.getBoundingClientRect().bottom > window.innerHeight / 2));
  const show = (place) => {
    const slide = slides[place];
    if (slide) {
      slide.scrollIntoView();
      slide.focus({ preventScroll: true });
    }
  };
  const next = () => {
    const answer = slides[current()].querySelector("details");
    if (answer && !answer.open) {
      answer.open = true;
      answer.scrollIntoView({ block: "nearest" });
    } else {
      show(current() + 1);
    }
  };
  const back = () => {
    const answer = slides[current()].querySelector("details");
    if (answer && answer.open) {
      answer.open = false;
    } else {
      show(current() - 1);
    }
  };
  const leave = () => window.location.assign(board.dataset.leave);
  const steps = { " ": next, ArrowRight: next, ArrowLeft: back, Escape: leave };
  document.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (step && !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      step();
    }
  });
})();
