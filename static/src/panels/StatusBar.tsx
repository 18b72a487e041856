import { actionOf, keysOf, perform } from "../actions";
import { totalsOf } from "../canvas/derived";
import { problemWords } from "../canvas/spoken";
import { useUi } from "../canvas/ui";
import { n, t } from "../i18n";
import { LIMITS } from "../model/limits";
import { edgesOf, kindOf, nodesOf } from "../model/rule";
import { Icon } from "../parts/Icon";
import { useEditor } from "../store";
import { LanguageButton } from "./LanguageButton";
import { CaseStatus } from "./test/CaseTotals";
import { useUnsaved } from "./typedJson";

function Found() {
  const { errors, warnings } = useEditor(({ findings }) => totalsOf(findings));
  const setDrawer = useEditor((state) => state.setDrawer);
  const icon = errors > 0 ? "error" : warnings > 0 ? "warning" : "ok";
  return (
    <button type="button" className={`row status-found ${icon}`} onClick={() => { setDrawer("problems"); }}>
      <Icon name={icon} />
      {problemWords(errors, warnings)}
    </button>
  );
}

function Size() {
  const document = useEditor(({ history }) => history.present.document);
  const nodes = nodesOf(document);
  const used = nodes.filter((node) => kindOf(node) === "condition").length;
  return (
    <span className="num clip">
      {n(nodes.length, "{count} node", "{count} nodes")} · {n(edgesOf(document).length, "{count} edge", "{count} edges")}
      {t(", ")}
      {t("{used} of {most} condition cards", { used, most: LIMITS.conditionCards })}
    </span>
  );
}

function Zoom() {
  const zoom = useUi((state) => state.zoom);
  return (
    <span className="row zoom">
      <button type="button" aria-label={t("Zoom out")} onClick={() => { perform(actionOf("zoom-out")); }}>
        <Icon name="minus" />
      </button>
      <button type="button" className="num" onClick={() => { perform(actionOf("fit")); }}>
        <span className="hide">{t("Show the whole rule")} </span>
        {t("{percent} %", { percent: Math.round(zoom * 100) })}
      </button>
      <button type="button" aria-label={t("Zoom in")} onClick={() => { perform(actionOf("zoom-in")); }}>
        <Icon name="plus" />
      </button>
    </span>
  );
}

function PaletteButton() {
  return (
    <button type="button" className="row" data-testid="palette" onClick={() => { perform(actionOf("palette")); }}>
      <kbd>{keysOf("palette")}</kbd>
      {actionOf("palette").label()}
    </button>
  );
}

/** The line at the bottom: what the check found, how large the rule is, the zoom, and the way to the shortcuts. */
export function StatusBar() {
  const unsaved = useUnsaved();
  return (
    <footer className="status" data-testid="status">
      <Found />
      <CaseStatus />
      <Size />
      <span className="grow" />
      <span className="status-save">{unsaved ? t("Unsaved changes") : t("Saved")}</span>
      <Zoom />
      <LanguageButton />
      <PaletteButton />
      <button type="button" className="row" onClick={() => { perform(actionOf("help")); }}>
        <kbd>{keysOf("help")}</kbd>
        {t("Shortcuts")}
      </button>
    </footer>
  );
}
