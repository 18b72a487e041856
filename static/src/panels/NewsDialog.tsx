import { useMemo } from "react";

import type { RuleBody } from "../api/rules";
import { ChangeList } from "../compare/ChangeList";
import { compare, rowsOf, summaryOf } from "../compare/rows";
import { t } from "../i18n";
import type { Draft } from "../model/types";
import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { editor, storedDraft, useEditor } from "../store";
import { timeOf } from "./times";
import { useVersion } from "./useVersion";
import { VersionWait } from "./VersionWait";
import { useNews } from "./watching";

function close(): void {
  useNews.setState({ reading: false });
}

/** Theirs becomes the draft, in one step that undo takes back. */
function takeOver(newer: RuleBody): void {
  editor.setState({ conflict: newer });
  editor.getState().takeTheirs();
  close();
}

/** Both are put together before anything is saved. */
function putTogether(newer: RuleBody): void {
  editor.setState({ conflict: newer });
  close();
}

function Onward({ newer }: { newer: RuleBody }) {
  const editable = useEditor(({ can }) => can.edit);
  const dirty = useEditor((state) => state.dirty());
  const version = newer.version;
  if (!editable) return <Button label={t("Show v{version}", { version })} look="primary" onPress={() => { window.location.reload(); }} />;
  return dirty ? (
    <Button label={t("Put together with my draft")} look="primary" testId="news-merge" onPress={() => { putTogether(newer); }} />
  ) : (
    <Button label={t("Show v{version}", { version })} look="primary" testId="news-take" onPress={() => { takeOver(newer); }} />
  );
}

function Changed({ before, newer }: { before: Draft; newer: RuleBody }) {
  const comparison = useMemo(
    () => compare(before, storedDraft(newer)),
    [before, newer],
  );
  const rows = useMemo(() => rowsOf(comparison), [comparison]);
  if (rows.length === 0) return <p className="dim">{t("Nothing differs")}</p>;
  return (
    <>
      <p className="dim">{summaryOf(comparison.changes)}</p>
      <ChangeList rows={rows} />
    </>
  );
}

function Opened({ newer, version }: { newer: RuleBody; version: number }) {
  const stored = useVersion(newer.id, version);
  const params = { author: newer.author, time: timeOf(newer.created), version: newer.version, base: version };
  return (
    <Dialog
      title={t("What changed in v{version}", params)}
      intro={t("{author} saved it at {time}, on top of v{base} or a version after it. Nothing of yours is overwritten.", params)}
      testId="news"
      onClose={close}
      footer={
        <>
          <Button label={t("Close")} onPress={close} />
          <Onward newer={newer} />
        </>
      }
    >
      {stored.draft ? <Changed before={stored.draft} newer={newer} /> : <VersionWait stored={stored} version={version} />}
    </Dialog>
  );
}

/** What somebody else changed since the version this page works on. */
export function NewsDialog() {
  const newer = useNews((state) => state.newer);
  const version = useEditor(({ saved }) => saved?.version ?? 0);
  return newer ? <Opened newer={newer} version={version} /> : null;
}
