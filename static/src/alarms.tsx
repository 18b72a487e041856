import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/pages.css";
import "./styles/alarms.css";
import "./styles/contrast.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { AlarmsPage } from "./alarms/AlarmsPage";
import { followAlarm } from "./alarms/deeds";
import { followLooks } from "./alarms/responding";
import { openAlarms, type Bootstrap } from "./alarms/state";
import { setCatalog } from "./i18n";

const text = document.getElementById("bootstrap")?.textContent;
const root = document.getElementById("app");
if (!text || !root) throw new Error("The page carries nothing to begin with.");
const bootstrap = JSON.parse(text) as Bootstrap;
setCatalog(bootstrap.catalog);
followLooks();
followAlarm();
openAlarms(bootstrap, new URLSearchParams(window.location.search));
createRoot(root).render(
  <StrictMode>
    <AlarmsPage />
  </StrictMode>,
);
