import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  base: "/static/",
  plugins: [react()],
  build: {
    outDir: "dist",
    manifest: true,
    // A strict content security policy admits neither inline scripts nor data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // React, React Flow and the editor, in kB before compression; what is seldom used is loaded when asked for.
    chunkSizeWarningLimit: 640,
    rolldownOptions: { input: ["src/main.tsx", "src/compare.tsx", "src/pages.ts"] },
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    unstubGlobals: true,
  },
});
