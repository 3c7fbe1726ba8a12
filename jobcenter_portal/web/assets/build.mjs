// SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
// SPDX-License-Identifier: EUPL-1.2

// Builds what browsers load into build/static/: one style sheet, the scripts, six font files, the icons of home screens,
// the licences of all of them;
// and into build/letters/ the whole typefaces that printed letters are set in, which no browser is ever given.
// Nothing of it is committed; packages come from package-lock.json.

import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import * as sass from "sass";

const assets = dirname(fileURLToPath(import.meta.url));
const root = resolve(assets, "../../..");
// Made beside and put in place at the end: what runs meanwhile keeps what it has, and two builds at once cannot mix.
const draft = join(root, `build/.draft-${process.pid}`);
const target = join(draft, "static");
const print = join(draft, "letters");
const packageFolder = (name) => dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
const kern = packageFolder("@kern-ux/native");
const fira = packageFolder("@fontsource/fira-sans");

const PRINTED = { "fira-sans": "FiraSans", vazirmatn: "Vazirmatn" };
const WEIGHTS = [400, 600];
const SUBSETS = ["latin", "cyrillic"]; // a name with "ğ" would bring 97 KB of "latin-ext": the phone has that letter

// KERN knows left and right only. Turned into start and end, the same sheet serves Arabic and Persian.
const PHYSICAL_TO_LOGICAL = [
  [/\b(margin|padding)-left:/g, "$1-inline-start:"],
  [/\b(margin|padding)-right:/g, "$1-inline-end:"],
  [/\bborder-left(-\w+)?:/g, "border-inline-start$1:"],
  [/\bborder-right(-\w+)?:/g, "border-inline-end$1:"],
  [/\b(float|clear):left\b/g, "$1:inline-start"],
  [/\b(float|clear):right\b/g, "$1:inline-end"],
  [/\btext-align:left\b/g, "text-align:start"],
  [/\btext-align:right\b/g, "text-align:end"],
  [/([;{])left:/g, "$1inset-inline-start:"],
  [/([;{])right:/g, "$1inset-inline-end:"],
];

const logical = (css) => PHYSICAL_TO_LOGICAL.reduce((text, [from, to]) => text.replace(from, to), css);

// KERN defines some thousand custom properties. Those that nothing reads any more go, until none is left to go.
function withoutUnreadProperties(css) {
  const read = new Set([...css.matchAll(/var\(\s*(--[\w-]+)/g)].map((match) => match[1]));
  const smaller = css.replace(/(--kern-[\w-]+):[^;{}]*(;|(?=\}))/g, (whole, name) => (read.has(name) ? whole : ""));
  return smaller.length === css.length ? css : withoutUnreadProperties(smaller);
}

// Optional: who has a slow network reads the first page at once in the letters of their phone, and nothing jumps when
// ours arrive; from the second page on they are there. Preloaded, they would keep the style sheet waiting.
function fontFaces() {
  const ranges = JSON.parse(readFileSync(join(fira, "unicode.json"), "utf8"));
  return WEIGHTS.flatMap((weight) =>
    SUBSETS.map(
      (subset) =>
        `@font-face{font-family:"Fira Sans";font-style:normal;font-display:optional;font-weight:${weight};` +
        `src:url("fonts/fira-sans-${subset}-${weight}.woff2") format("woff2");unicode-range:${ranges[subset]}}`,
    ),
  ).join("");
}

function styles() {
  const compiled = sass.compile(join(assets, "styles/portal.scss"), {
    loadPaths: [join(kern, "src/scss/core")],
    style: "compressed",
    charset: false,
    quietDeps: true,
    silenceDeprecations: ["if-function"],
  });
  return fontFaces() + withoutUnreadProperties(logical(compiled.css));
}

// Home screens want PNG. A maskable icon is cut to the shape of the device, a circle say: the ground reaches to the
// edges, and the drawing stays inside the inner four fifths.
async function icons() {
  const drawing = readFileSync(join(assets, "icon.svg"), "utf8");
  const [, ground, lines] = /(<rect[^>]*\/>)(<path[^>]*\/>)/.exec(drawing);
  const whole = ground.replace(/ rx="\d+"/, "");
  const maskable =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${whole}` +
    `<g transform="translate(3.2 3.2) scale(.8)">${lines}</g></svg>`;
  await initWasm(readFileSync(createRequire(import.meta.url).resolve("@resvg/resvg-wasm/index_bg.wasm")));
  const png = (svg, width) => new Resvg(svg, { fitTo: { mode: "width", value: width } }).render().asPng();
  writeFileSync(join(target, "icon-180.png"), png(maskable, 180));
  writeFileSync(join(target, "icon-192.png"), png(drawing, 192));
  writeFileSync(join(target, "icon-512.png"), png(drawing, 512));
  writeFileSync(join(target, "icon-maskable-512.png"), png(maskable, 512));
}

mkdirSync(join(target, "fonts"), { recursive: true });
for (const weight of WEIGHTS) {
  for (const subset of SUBSETS) {
    cpSync(
      join(fira, `files/fira-sans-${subset}-${weight}-normal.woff2`),
      join(target, `fonts/fira-sans-${subset}-${weight}.woff2`),
    );
  }
}
mkdirSync(print, { recursive: true });
for (const [name, family] of Object.entries(PRINTED)) {
  const folder = packageFolder(`@expo-google-fonts/${name}`);
  for (const style of ["400Regular", "600SemiBold"]) {
    cpSync(join(folder, style, `${family}_${style}.ttf`), join(print, `${family}_${style}.ttf`));
  }
  cpSync(join(folder, "LICENSE_FONT"), join(print, `${family}.txt`));
}
const sheet = styles();
writeFileSync(join(target, "portal.css"), sheet);
cpSync(join(assets, "scripts"), target, { recursive: true });
cpSync(join(assets, "icon.svg"), join(target, "icon.svg"));
await icons();
mkdirSync(join(target, "licences"));
cpSync(join(kern, "LICENSE.md"), join(target, "licences/kern-ux-native.md"));
cpSync(join(fira, "LICENSE"), join(target, "licences/fira-sans.txt"));
// Sent in place of the file itself: an eighth of the style sheet's weight, a sixth to who asks for gzip.
for (const name of readdirSync(target)) {
  if (/\.(css|js|svg)$/.test(name)) {
    const whole = readFileSync(join(target, name));
    writeFileSync(join(target, `${name}.br`), brotliCompressSync(whole));
    writeFileSync(join(target, `${name}.gz`), gzipSync(whole, { level: 9 }));
  }
}
for (const name of ["static", "letters"]) {
  const place = join(root, "build", name);
  if (existsSync(place)) renameSync(place, join(draft, `${name}.old`));
  renameSync(join(draft, name), place);
}
rmSync(draft, { recursive: true });
console.log(`build/static/portal.css: ${sheet.length} bytes, ${gzipSync(sheet, { level: 9 }).length} compressed`);
