/** Puts a slider beside each percent; the number stays the field that is sent. */
export function sliders(root) {
  for (const number of root.querySelectorAll("[data-slider]")) {
    if (number.dataset.ready) continue;
    number.dataset.ready = "1";
    const slider = document.createElement("input");
    slider.type = "range";
    slider.min = number.min || "0";
    slider.max = number.max || "100";
    slider.step = "5";
    slider.value = number.value || "0";
    slider.setAttribute("aria-label", number.dataset.slider);
    slider.addEventListener("input", () => {
      number.value = slider.value;
    });
    number.addEventListener("input", () => {
      slider.value = number.value;
    });
    number.parentElement.append(slider);
  }
}
