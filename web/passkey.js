// The only script: it hands the server's question to the browser's passkeys and the answer to an ordinary form.
// Without it everything else works; people then sign in by password and code.
"use strict";
(() => {
  const form = document.querySelector("form[data-passkey]");
  if (!form || !window.PublicKeyCredential) return;
  const bytes = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), it => it.charCodeAt(0));
  const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const button = form.querySelector("button");
  const failed = document.getElementById("passkey-failed");
  const options = JSON.parse(form.dataset.options).publicKey;
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const list of [options.excludeCredentials, options.allowCredentials])
    for (const it of list || []) it.id = bytes(it.id);
  document.getElementById("passkey-unable").hidden = true;
  button.hidden = false;
  form.addEventListener("submit", async event => {
    event.preventDefault();
    button.disabled = true;
    failed.hidden = true;
    try {
      const found = await navigator.credentials[form.dataset.passkey]({ publicKey: options });
      const response = {};
      for (const name of ["attestationObject", "authenticatorData", "clientDataJSON", "signature", "userHandle"])
        if (found.response[name]) response[name] = text(found.response[name]);
      form.elements.answer.value =
        JSON.stringify({ id: found.id, rawId: text(found.rawId), type: found.type, response, extensions: {} });
      form.submit();
    } catch {
      failed.hidden = false;
      button.disabled = false;
    }
  });
})();
