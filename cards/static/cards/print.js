/* The pages for paper: a button for the browser's print command, which is not there without JavaScript. */
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
