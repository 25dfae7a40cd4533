// Builds the web pages' static files into tracker/static/dist/: one stylesheet, one script, and one
// sprite that holds only the icons named in icons.json. Run from anywhere: `node frontend/build.mjs`.

import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, parse } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const out = join(root, "tracker", "static", "dist");
const tabler = join(root, "node_modules", "@tabler", "icons", "icons", "outline");

// Office machines run browsers a few years old.
const target = ["chrome87", "edge88", "firefox78", "safari15"];

/** Turns one SVG file into a symbol that takes its colour from the text around it. */
function symbol(id, svg, stroked) {
  const body = svg.replace(/<!--[\s\S]*?-->/g, "").match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1];
  const shape = body.replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "");
  const paint = stroked
    ? 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"'
    : 'fill="currentColor" stroke="none"';
  return `<symbol id="${id}" viewBox="0 0 24 24" ${paint}>${shape.replace(/\s*\n\s*/g, "")}</symbol>`;
}

async function sprite() {
  const names = JSON.parse(await readFile(join(here, "icons.json"), "utf8"));
  const own = (await readdir(join(here, "icons"))).filter((file) => file.endsWith(".svg")).sort();
  const symbols = [];
  for (const name of names) {
    symbols.push(symbol(name, await readFile(join(tabler, `${name}.svg`), "utf8"), true));
  }
  for (const file of own) {
    symbols.push(symbol(parse(file).name, await readFile(join(here, "icons", file), "utf8"), false));
  }
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await build({
  entryPoints: [join(here, "css", "app.css"), join(here, "js", "app.js")],
  entryNames: "[name]",
  outdir: out,
  bundle: true,
  minify: true,
  target,
  logLevel: "warning",
});
await writeFile(join(out, "icons.svg"), await sprite());
await writeFile(join(out, "favicon.svg"), await readFile(join(here, "favicon.svg"), "utf8"));
