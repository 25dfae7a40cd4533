// Small comforts on pages that work without any script.

import { checkAll } from "./check-all.js";
import { confirmForms } from "./confirm.js";
import { fileDrops } from "./files.js";
import { menus } from "./menus.js";
import { sliders } from "./sliders.js";

/** Gives the elements below `root` their behaviour; called again for what htmx brings in. */
function enhance(root) {
  checkAll(root);
  fileDrops(root);
  sliders(root);
}

menus(document);
confirmForms(document);
enhance(document);
document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));
