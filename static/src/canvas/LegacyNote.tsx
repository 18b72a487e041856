import { t } from "../i18n";
import { NoFlow } from "../parts/NoFlow";
import { useEditor } from "../store";

/** In place of the flow of a legacy rule: what it is and where it can be edited. */
export function LegacyNote() {
  const setDrawer = useEditor((state) => state.setDrawer);
  return (
    <NoFlow words={t("It lists its conditions under “detail”, the older form. Everything in it is kept.")}>
      <button type="button" className="btn" onClick={() => { setDrawer("json"); }}>
        {t("Show its JSON")}
      </button>
    </NoFlow>
  );
}
