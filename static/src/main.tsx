import "@xyflow/react/dist/base.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/canvas.css";
import "./styles/panels.css";
import "./styles/outline.css";
import "./styles/frame.css";
import "./styles/compare.css";
import "./styles/test.css";
import "./styles/responses.css";
import "./styles/layers.css";
import "./styles/narrow.css";
import "./styles/contrast.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { followLinks, openLink } from "./canvas/links";
import { setCatalog } from "./i18n";
import { Frame } from "./panels/Frame";
import { DraftOffer, LATE_PARTS } from "./panels/late";
import { keepDrafts, keptDraft } from "./panels/localDraft";
import { beginTesting } from "./panels/test/testing";
import { followViews } from "./panels/views";
import { watchRule } from "./panels/watching";
import { preloadWhenIdle } from "./parts/later";
import { openEditor, type Bootstrap } from "./store";

function readBootstrap(): Bootstrap {
  const text = document.getElementById("bootstrap")?.textContent;
  if (!text) throw new Error("The page carries no rule to open.");
  return JSON.parse(text) as Bootstrap;
}

const bootstrap = readBootstrap();
setCatalog(bootstrap.catalog);
const store = openEditor(bootstrap);
const kept = bootstrap.can.edit ? keptDraft(store) : null;
if (kept) void DraftOffer.preload();
if (bootstrap.can.edit) keepDrafts(store);
watchRule(store);
followViews(store);
beginTesting(store, bootstrap.assumptions ?? {});
const linked = openLink();
followLinks();

const root = document.getElementById("app");
if (!root) throw new Error("The page has no place for the editor.");
createRoot(root).render(
  <StrictMode>
    <Frame kept={kept} linked={linked} />
  </StrictMode>,
);
preloadWhenIdle(LATE_PARTS);
