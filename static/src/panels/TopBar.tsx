import { pageOfRule } from "../actions";
import { exportPath } from "../api/rules";
import { actionItem } from "../canvas/CardMenu";
import { t } from "../i18n";
import { Icon } from "../parts/Icon";
import { LinkButton } from "../parts/LinkButton";
import { MenuButton } from "../parts/MenuButton";
import { useEditor } from "../store";
import { ActionButton } from "./ActionButton";
import { Brand } from "./Brand";
import { DriftChip } from "./DriftChip";
import { MoreButton } from "./MoreButton";
import { RuleName } from "./RuleName";
import { SaveState } from "./SaveState";
import { TestButton } from "./test/TestButton";
import { useReason } from "./useReason";
import { useViews } from "./views";

const EXPORTS = [
  ["export-svg", "download"],
  ["export-png", "download"],
  ["copy-picture", "copy"],
] as const;

/** The stored document as a file; beside it the pictures of what is on the screen. */
function ExportButtons() {
  const ruleId = useEditor((state) => state.ruleId);
  const reason = useReason("export");
  return (
    <span className="split">
      <LinkButton label={t("Export")} icon="download" look="ghost wide-label" testId="export" download href={exportPath(ruleId ?? "")} reason={reason} />
      <MenuButton
        label={t("More to export")}
        icon="down"
        iconOnly
        look="ghost"
        testId="export-more"
        groups={() => [
          { id: "document", items: [actionItem("export", "download")] },
          { id: "picture", title: t("Picture of what is on the screen"), items: EXPORTS.map(([id, icon]) => actionItem(id, icon)) },
        ]}
      />
    </span>
  );
}

function OutLinks() {
  const reason = useReason("preview");
  return (
    <>
      <LinkButton label={t("Preview")} icon="eye" look="ghost wide-label" testId="preview" href={pageOfRule("preview")} reason={reason} />
      <ExportButtons />
    </>
  );
}

/** Save at once, or with a message. */
function SaveButtons() {
  const editable = useEditor(({ can }) => can.edit);
  const reason = useReason("save-message");
  return (
    <span className="split">
      <ActionButton id="save" look="primary" />
      {editable && (
        <MenuButton
          label={t("More ways to save")}
          icon="down"
          iconOnly
          look="primary"
          reason={reason}
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
      <DriftChip />
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
