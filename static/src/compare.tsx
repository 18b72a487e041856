import "@xyflow/react/dist/base.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/canvas.css";
import "./styles/panels.css";
import "./styles/frame.css";
import "./styles/compare.css";
import "./styles/narrow.css";
import "./styles/contrast.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { ComparePage } from "./compare/ComparePage";
import { openCompare, type CompareBootstrap } from "./compare/state";
import { setCatalog } from "./i18n";

const text = document.getElementById("bootstrap")?.textContent;
const root = document.getElementById("app");
if (!text || !root) throw new Error("The page carries no versions to compare.");
const bootstrap = JSON.parse(text) as CompareBootstrap;
setCatalog(bootstrap.catalog);
openCompare(bootstrap);
createRoot(root).render(
  <StrictMode>
    <ComparePage />
  </StrictMode>,
);
