/** Built from the folder `static`, with the very packages the editor is built with. */
const packages = `${process.cwd()}/node_modules/`;

export default {
  root: import.meta.dirname,
  base: "./",
  resolve: { alias: [{ find: /^(?=react\b|react-dom\b|@xyflow\/react\b)/, replacement: packages }] },
  build: { target: "esnext", emptyOutDir: true, modulePreload: { polyfill: false } },
};
