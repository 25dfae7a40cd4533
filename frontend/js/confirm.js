/**
 * Asks before a form or button that carries `data-confirm` is sent; without a script, or in a
 * browser without dialogs, the form is simply sent.
 */
export function confirmForms(root) {
  const dialog = root.getElementById("confirm");
  if (!dialog || typeof dialog.showModal !== "function") return;
  const sentence = dialog.querySelector("[data-sentence]");
  let waiting = null;

  root.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      const text = event.submitter?.dataset.confirm || form.dataset.confirm;
      if (!text || form.dataset.confirmed) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      waiting = { form, submitter: event.submitter };
      sentence.textContent = text;
      dialog.returnValue = "";
      dialog.showModal();
    },
    true,
  );

  dialog.addEventListener("close", () => {
    const { form, submitter } = waiting ?? {};
    waiting = null;
    if (!form || dialog.returnValue !== "yes") return;
    form.dataset.confirmed = "1";
    form.requestSubmit(submitter);
    delete form.dataset.confirmed;
  });
}
