import type { KeyboardEvent, ReactElement } from "react";

import { totalsOf } from "../canvas/derived";
import { t } from "../i18n";
import { Badges } from "../parts/Badges";
import { Button } from "../parts/Button";
import { useEditor } from "../store";
import { JsonPanel, TestPanel } from "./late";
import { Problems } from "./Problems";
import { CaseTotals } from "./test/CaseTotals";
import { DockButton } from "./test/DockButton";
import { useDocked } from "./test/useDocked";

const TABS = ["problems", "test", "json"] as const;
type Tab = (typeof TABS)[number];

function move(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const tabs = [...event.currentTarget.querySelectorAll<HTMLElement>("[role=tab]")];
  const at = tabs.findIndex((tab) => tab === document.activeElement);
  if (step === undefined || at < 0) return;
  event.preventDefault();
  tabs.at((at + step) % tabs.length)?.focus();
}

function Tabs({ open, docked }: { open: Tab | null; docked: boolean }) {
  const setDrawer = useEditor((state) => state.setDrawer);
  const totals = useEditor(({ findings }) => totalsOf(findings));
  const names: Record<Tab, string> = { problems: t("Problems"), test: t("Test"), json: t("JSON") };
  return (
    <div className="tabs">
      <div role="tablist" tabIndex={-1} aria-label={t("Panels")} className="tab-row" onKeyDown={move}>
        {TABS.map((tab, index) => (
          <button
            key={tab}
            type="button"
            role="tab"
            id={`tab-${tab}`}
            aria-selected={open === tab}
            aria-controls={`panel-${tab}`}
            tabIndex={open === tab || (open === null && index === 0) ? 0 : -1}
            onClick={() => { setDrawer(open === tab ? null : tab); }}
          >
            {names[tab]}
            {tab === "problems" && <Badges {...totals} />}
            {tab === "test" && <CaseTotals />}
          </button>
        ))}
      </div>
      <span className="end">
        {open === "test" && <DockButton />}
        <Button
          label={open === null ? t("Open the panel") : t("Close the panel")}
          icon={open === null ? "up" : docked ? "x" : "down"}
          iconOnly
          look="ghost sm"
          expanded={open !== null}
          onPress={() => { setDrawer(open === null ? "problems" : null); }}
        />
      </span>
    </div>
  );
}

const BODIES: Record<Tab, ReactElement> = { problems: <Problems />, test: <TestPanel />, json: <JsonPanel /> };

/** The drawer under the canvas, or beside it for a test: what the check found, where an alarm goes, the document. */
export function Drawer() {
  const drawer = useEditor((state) => state.drawer);
  const docked = useDocked();
  const open = TABS.find((tab) => tab === drawer) ?? null;
  return (
    <section className={docked ? "drawer is-beside" : "drawer"} aria-label={t("Panels")}>
      <Tabs open={open} docked={docked} />
      {open && (
        <div id={`panel-${open}`} role="tabpanel" aria-labelledby={`tab-${open}`} className="drawer-body">
          {BODIES[open]}
        </div>
      )}
    </section>
  );
}
