import { totalsOf } from "../canvas/derived";
import { t } from "../i18n";
import { Badges } from "../parts/Badges";
import { editor, useEditor } from "../store";
import { showView, useViews, type View } from "./views";

/** The panels cannot be all closed while they are what the page shows. */
function choose(view: View): void {
  const { drawer, setDrawer } = editor.getState();
  if (view === "panels" && drawer === null) setDrawer("problems");
  else showView(view);
}

function ViewTab({ view, label }: { view: View; label: string }) {
  const shown = useViews((state) => state.view === view);
  const totals = useEditor(({ findings }) => totalsOf(findings));
  return (
    <button type="button" aria-pressed={shown} data-testid={`view-${view}`} onClick={() => { choose(view); }}>
      {label}
      {view === "panels" && <Badges {...totals} />}
    </button>
  );
}

/** On a narrow page: which part of the editor fills it. */
export function ViewTabs() {
  return (
    <nav className="views" aria-label={t("Views")}>
      <h2 className="hide">{t("Views")}</h2>
      <ViewTab view="outline" label={t("Outline")} />
      <ViewTab view="canvas" label={t("Canvas")} />
      <ViewTab view="details" label={t("Details")} />
      <ViewTab view="panels" label={t("Panels")} />
    </nav>
  );
}
