/** Shows the box that ticks every box of a form on this page, and keeps it true to them. */
export function checkAll(root) {
  for (const label of root.querySelectorAll("[data-check-all]")) {
    if (label.dataset.ready) continue;
    label.dataset.ready = "1";
    label.hidden = false;
    const all = label.querySelector("input");
    const boxes = [...document.getElementById(label.dataset.checkAll).elements].filter(
      (box) => box.type === "checkbox",
    );
    all.addEventListener("change", () => {
      for (const box of boxes) box.checked = all.checked;
    });
    for (const box of boxes) {
      box.addEventListener("change", () => {
        all.checked = boxes.every((other) => other.checked);
      });
    }
  }
}
