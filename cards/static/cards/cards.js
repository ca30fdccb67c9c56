/* The cards page: say so when a search does not come through; the page works without this file. */
(() => {
  "use strict";
  const notice = document.getElementById("search-failed");
  const failed = () => {
    notice.textContent = notice.dataset.failed;
    notice.hidden = false;
  };
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, failed);
  }
  document.addEventListener("htmx:afterSwap", () => {
    notice.hidden = true;
  });
})();
