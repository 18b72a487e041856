import react from "@vitejs/plugin-react";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Lays a smaller form beside every text file; the server sends it to browsers that understand it. */
function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    async writeBundle({ dir = "" }, bundle) {
      const files = Object.keys(bundle).filter((file) => /\.(js|css)$/.test(file));
      await Promise.all(files.map((file) => compress(join(dir, file))));
    },
  };
}

async function compress(path: string): Promise<void> {
  const text = await readFile(path);
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  await writeFile(`${path}.gz`, await promisify(gzip)(text, { level: constants.Z_BEST_COMPRESSION }));
  await writeFile(`${path}.br`, await promisify(brotliCompress)(text, { params }));
}

/** Late parts are brought by a function of our own, which can try again. */
function broughtAgain(): Plugin {
  return {
    name: "brought-again",
    apply: "build",
    enforce: "pre",
    load: {
      filter: { id: /^\0vite\/preload-helper\.js$/ },
      handler: () => `export { bring as __vitePreload } from "/src/parts/bring.ts";`,
    },
  };
}

/** What rolldown tells of a module. */
type Graph = { getModuleInfo: (id: string) => { importedIds: readonly string[] } | null };

/** The modules that `entry` imports, and what those import, but for what comes late. */
function importedBy(entry: string, graph: Graph): Set<string> {
  const found = new Set<string>();
  const open = [join(import.meta.dirname, entry)];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    open.push(...(graph.getModuleInfo(id)?.importedIds ?? []));
  }
  return found;
}

/**
 * Which file a module belongs to that is needed for the first picture of the canvas. By itself every set of pages and late
 * parts would have a file of what they share, and the picture would wait for a dozen of them: each takes its turn, and
 * most a connection of their own.
 */
function fileOf(id: string, graph: Graph): string | null {
  const needs = (entry: string): boolean => importedBy(entry, graph).has(id);
  if (!needs("src/main.tsx")) return null;
  const isShared = id.endsWith(".css") || id.includes("/node_modules/");
  return isShared || needs("src/compare.tsx") || needs("src/alarms.tsx") ? "common" : "edit";
}

export default defineConfig({
  base: "/static/",
  plugins: [react(), broughtAgain(), compressed()],
  build: {
    outDir: "dist",
    // A strict content security policy admits neither inline scripts nor data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  builder: {},
  environments: {
    client: {
      build: {
        manifest: true,
        rolldownOptions: {
          input: ["src/main.tsx", "src/compare.tsx", "src/alarms.tsx"],
          output: {
            codeSplitting: { includeDependenciesRecursively: false, groups: [{ debugName: "first", name: fileOf }] },
          },
        },
      },
    },
    // Built apart: what the plain pages share with the canvas comes with each, since it is less than a file costs.
    pages: {
      consumer: "client",
      build: { manifest: ".vite/pages.json", emptyOutDir: false, rolldownOptions: { input: "src/pages.ts" } },
    },
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    unstubGlobals: true,
  },
});
