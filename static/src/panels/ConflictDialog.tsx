import { useMemo, useState } from "react";

import { save } from "../actions";
import type { CurrentVersion } from "../api/rules";
import { compare } from "../compare/rows";
import { n, t } from "../i18n";
import { merged, partsOf, undecided, type Choices, type Three } from "../model/merge";
import type { Draft } from "../model/types";
import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { editor, storedDraft, useEditor } from "../store";
import { copyText } from "./copying";
import { writeJson } from "./jsonText";
import { DiffCanvas } from "./late";
import { mergeRows } from "./mergeRows";
import { MergeTable } from "./MergeTable";
import { timeOf } from "./times";
import { useVersion } from "./useVersion";
import { VersionWait } from "./VersionWait";

const NO_CARDS: readonly string[] = [];

function copyMine(): void {
  void copyText(writeJson(editor.getState().history.present.document));
}

/** Only on the reader's word: the draft becomes the version after theirs, which stays in the history. */
function saveOnTop(): void {
  editor.getState().keepMine();
  void save();
}

function close(): void {
  editor.setState({ conflict: null });
}

function Pictures({ mine, theirs }: { mine: Draft; theirs: Draft }) {
  const comparison = useMemo(() => compare(theirs, mine), [theirs, mine]);
  return (
    <div className="merge-picture">
      <DiffCanvas comparison={comparison} shown={NO_CARDS} />
    </div>
  );
}

/** What the reader chose so far, and what is still to choose. */
function useChoices(drafts: Three | null) {
  const [choices, setChoices] = useState<Choices>({});
  const parts = useMemo(() => (drafts ? partsOf(drafts) : []), [drafts]);
  const rows = useMemo(() => (drafts ? mergeRows(drafts, parts) : []), [drafts, parts]);
  const open = undecided(parts, choices).length;
  const take = (): void => {
    if (drafts) editor.getState().takeMerged(merged(drafts, parts, choices));
  };
  return { parts, rows, choices, setChoices, open, take };
}

function useThree(conflict: CurrentVersion, base: Draft | null): Three | null {
  const mine = useEditor(({ history }) => history.present);
  const theirs = useMemo(() => storedDraft(conflict), [conflict]);
  return useMemo(() => base && { base, mine, theirs }, [base, mine, theirs]);
}

type Merging = ReturnType<typeof useChoices>;

function Footer({ merging, ready, version }: { merging: Merging; ready: boolean; version: number }) {
  const { open, take } = merging;
  const left = open === 0 ? null : n(open, "{count} choice left to make", "{count} choices left to make");
  const reason = ready ? left : t("The version both began from is not here yet.");
  const takeAndSave = (): void => {
    take();
    void save();
  };
  return (
    <>
      <Button label={t("Back to my draft")} look="ghost" onPress={close} />
      <Button label={t("Take theirs")} testId="conflict-take" onPress={() => { editor.getState().takeTheirs(); }} />
      <Button label={t("Save mine over theirs")} testId="conflict-keep" onPress={saveOnTop} />
      <span className="grow" />
      {left !== null && <span className="small dim">{left}</span>}
      <Button label={t("Keep as my draft")} reason={reason} testId="conflict-merge" onPress={take} />
      <Button label={t("Save as v{version}", { version: version + 1 })} look="primary" reason={reason} testId="conflict-merge-save" onPress={takeAndSave} />
    </>
  );
}

function Conflict({ conflict }: { conflict: CurrentVersion }) {
  const ruleId = useEditor((state) => state.ruleId);
  const version = useEditor(({ saved }) => saved?.version ?? 0);
  const base = useVersion(ruleId ?? "", version);
  const drafts = useThree(conflict, base.draft);
  const merging = useChoices(drafts);
  const [drawn, setDrawn] = useState(false);
  const params = { author: conflict.author, version: conflict.version, time: timeOf(conflict.created), base: version };
  return (
    <Dialog
      title={t("Somebody saved before you")}
      intro={t("{author} saved v{version} at {time} while you worked on v{base}. Nothing is lost; choose for what both changed.", params)}
      testId="conflict"
      wide
      onClose={close}
      footer={<Footer merging={merging} ready={drafts !== null} version={conflict.version} />}
    >
      {drafts ? (
        <>
          {merging.rows.length === 0 ? (
            <p className="dim">{t("Both versions mean the same. Places of cards are kept as you have them.")}</p>
          ) : (
            <MergeTable
              {...merging}
              base={version}
              theirs={conflict.version}
              onChoose={(part, choice) => { merging.setChoices({ ...merging.choices, [part.key]: choice }); }}
            />
          )}
          <div className="row">
            <Button label={t("Both pictures")} icon="eye" look="ghost" expanded={drawn} onPress={() => { setDrawn(!drawn); }} />
            <Button label={t("Copy my JSON")} icon="copy" look="ghost" onPress={copyMine} />
          </div>
          {drawn && <Pictures mine={drafts.mine} theirs={drafts.theirs} />}
        </>
      ) : (
        <VersionWait stored={base} version={version} />
      )}
    </Dialog>
  );
}

/** Somebody saved in between: what they changed beside what I changed, and ways on that lose nothing. */
export function ConflictDialog() {
  const conflict = useEditor((state) => state.conflict);
  return conflict && <Conflict key={conflict.version} conflict={conflict} />;
}
