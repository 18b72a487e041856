import { exportPath } from "../api/rules";
import { actionItem } from "../canvas/CardMenu";
import { t } from "../i18n";
import { Icon } from "../parts/Icon";
import { LinkButton } from "../parts/LinkButton";
import { MenuButton } from "../parts/MenuButton";
import { useEditor } from "../store";
import { ActionButton } from "./ActionButton";
import { Brand } from "./Brand";
import { MoreButton } from "./MoreButton";
import { RuleName } from "./RuleName";
import { SaveState } from "./SaveState";
import { TestButton } from "./test/TestButton";
import { useViews } from "./views";

function OutLinks() {
  const ruleId = useEditor((state) => state.ruleId);
  const dirty = useEditor((state) => state.dirty());
  const id = ruleId ?? "";
  const unsaved = t("Save first: this shows the saved version.");
  return (
    <>
      <LinkButton
        label={t("Preview")}
        icon="eye"
        look="ghost wide-label"
        testId="preview"
        href={`/rules/${encodeURIComponent(id)}/preview/`}
        reason={ruleId === null ? unsaved : null}
      />
      <LinkButton
        label={t("Export")}
        icon="download"
        look="ghost wide-label"
        testId="export"
        download
        href={exportPath(id)}
        reason={ruleId === null || dirty ? t("Save first: this exports the saved version.") : null}
      />
    </>
  );
}

/** Save at once, or with a message. */
function SaveButtons() {
  const editable = useEditor(({ can }) => can.edit);
  return (
    <span className="split">
      <ActionButton id="save" look="primary" />
      {editable && (
        <MenuButton
          label={t("More ways to save")}
          icon="down"
          iconOnly
          look="primary"
          testId="save-more"
          groups={() => [{ id: "save", items: [actionItem("save", "check"), actionItem("save-message", "message")] }]}
        />
      )}
    </span>
  );
}

/** The bar on top: which rule, whether it is saved, and everything that concerns the rule as a whole. */
export function TopBar() {
  const version = useEditor((state) => state.saved?.version ?? null);
  const more = useViews((state) => state.more);
  return (
    <header className={more ? "topbar is-open" : "topbar"}>
      <Brand />
      <a className="crumb" href="/">
        {t("Rules")}
      </a>
      <Icon name="right" className="faint" />
      <RuleName />
      <span className="chip num">{version === null ? t("new") : `v${version}`}</span>
      <span className="state">
        <Icon name="draft" />
        {t("Draft")}
      </span>
      <span className="vr" />
      <SaveState />
      <span className="grow" />
      <span className="btn-set">
        <ActionButton id="undo" icon="undo" iconOnly look="ghost" />
        <ActionButton id="redo" icon="redo" iconOnly look="ghost" />
        <ActionButton id="find" icon="search" iconOnly look="ghost" />
        <ActionButton id="tidy" icon="tidy" look="ghost wide-label" />
        <OutLinks />
      </span>
      <span className="vr" />
      <TestButton />
      <SaveButtons />
      <ActionButton id="submit" />
      <MoreButton />
    </header>
  );
}
