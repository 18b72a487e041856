import { t } from "../i18n";
import { Icon } from "../parts/Icon";
import { useEditor } from "../store";

/** In place of the flow of a legacy rule: what it is and where it can be edited. */
export function NoFlow() {
  const setDrawer = useEditor((state) => state.setDrawer);
  return (
    <div className="no-flow">
      <Icon name="info" />
      <p>
        <b>{t("This rule has no flow.")}</b>
      </p>
      <p className="dim">{t("It lists its conditions under “detail”, the older form. Everything in it is kept.")}</p>
      <button type="button" className="btn" onClick={() => { setDrawer("json"); }}>
        {t("Show its JSON")}
      </button>
    </div>
  );
}
