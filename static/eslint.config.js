import js from "@eslint/js";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/** Text from users and from upstream is data: nothing may turn it into markup or into code. */
const textStaysText = [
  { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: "Render text as text." },
  { selector: "Property[key.name='dangerouslySetInnerHTML']", message: "Render text as text." },
  {
    selector: "MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML)$/]",
    message: "Build elements and set textContent.",
  },
  {
    selector: "MemberExpression[property.value=/^(innerHTML|outerHTML|insertAdjacentHTML)$/]",
    message: "Build elements and set textContent.",
  },
  { selector: "MemberExpression[object.name='document'][property.name=/^write/]", message: "Build elements instead." },
];

/** The wall around the model: what a rule is must not depend on how it is drawn, fetched or kept. */
const modelWall = {
  patterns: [
    {
      group: ["react", "react/*", "react-dom", "react-dom/*", "@xyflow/*", "zustand", "zustand/*"],
      message: "src/model is plain TypeScript.",
    },
    {
      regex: "^\\.\\./(api|store|canvas|panels|parts|styles|i18n)(/|$)",
      message: "src/model knows nothing of the rest of the front end.",
    },
  ],
};

export default defineConfig(
  { ignores: ["dist", "node_modules"] },
  js.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "no-restricted-syntax": ["error", ...textStaysText],
      "no-eval": "error",
      "no-implied-eval": "off",
      "@typescript-eslint/no-implied-eval": "error",
      "no-new-func": "error",
      "no-script-url": "error",
      "no-console": "error",
      eqeqeq: "error",
      "max-lines-per-function": ["error", { max: 80, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ["**/*.tsx"],
    extends: [reactHooks.configs.flat.recommended, jsxA11y.flatConfigs.strict],
    // A component's mark-up is longer than a function should be; its hooks and helpers are not.
    rules: { "max-lines-per-function": "off" },
  },
  { files: ["src/model/**/*.ts"], rules: { "no-restricted-imports": ["error", modelWall] } },
  // A suite is one function; its cases are what must stay short.
  { files: ["**/*.test.{ts,tsx}"], rules: { "max-lines-per-function": "off" } },
);
