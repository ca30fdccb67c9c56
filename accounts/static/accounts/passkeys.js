/* Passkeys: forms that are there only where the browser can do it. Their button asks the device, whose answer is sent. */
(() => {
  const { webauthnJSON } = window;

  /** What the device is asked: written in the page, or for a log-in fetched when it is wanted. */
  async function optionsOf(form) {
    const inPage = document.getElementById("js_data");
    if (inPage) return JSON.parse(inPage.textContent);
    const response = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(`passkey options: ${response.status}`);
    return response.json();
  }

  async function ask(form) {
    const options = await optionsOf(form);
    if (!options.creation_options) return webauthnJSON.get(options.request_options);
    const choice = options.creation_options.publicKey.authenticatorSelection;
    Object.assign(choice, { residentKey: "required", requireResidentKey: true, userVerification: "required" });
    return webauthnJSON.create(options.creation_options);
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential || !webauthnJSON.supported()) continue;
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const said = form.querySelector("[role=status]");
      said.textContent = "";
      try {
        form.elements.credential.value = JSON.stringify(await ask(form));
        form.submit();
      } catch {
        said.textContent = form.dataset.passkey; // she changed her mind, or the device did not know her
      }
    });
  }
})();
