/** Lists the chosen files, lets each be taken out again, and takes files dropped on the box. */
export function fileDrops(root) {
  for (const drop of root.querySelectorAll("[data-drop]")) {
    const input = drop.querySelector("input[type=file]");
    const list = drop.parentElement.querySelector("[data-files]");
    if (!input || !list || drop.dataset.ready) continue;
    drop.dataset.ready = "1";

    const replace = (files) => {
      const transfer = new DataTransfer();
      for (const file of files) transfer.items.add(file);
      input.files = transfer.files;
      show(input, list, replace);
    };
    input.addEventListener("change", () => show(input, list, replace));
    for (const type of ["dragenter", "dragover"]) {
      drop.addEventListener(type, (event) => {
        event.preventDefault();
        drop.classList.add("is-over");
      });
    }
    for (const type of ["dragleave", "drop"]) {
      drop.addEventListener(type, () => drop.classList.remove("is-over"));
    }
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      const dropped = [...event.dataTransfer.files];
      replace(input.multiple ? [...input.files, ...dropped] : dropped.slice(0, 1));
    });
  }
}

function show(input, list, replace) {
  list.replaceChildren(
    ...[...input.files].map((file, index) => {
      const row = document.createElement("li");
      const name = document.createElement("span");
      name.textContent = file.name;
      const size = document.createElement("small");
      size.textContent = `${Math.max(1, Math.round(file.size / 1024))} KB`;
      const remove = document.createElement("button");
      remove.type = "button";
      remove.className = "btn btn-small btn-link";
      remove.textContent = list.dataset.remove;
      remove.setAttribute("aria-label", `${list.dataset.remove} ${file.name}`);
      remove.addEventListener("click", () => {
        replace([...input.files].filter((_, other) => other !== index));
        input.focus();
      });
      row.append(name, size, remove);
      return row;
    }),
  );
}
