import { ACTIONS } from "../actions";
import { useUi } from "../canvas/ui";
import { chordWords } from "../chords";
import { t } from "../i18n";
import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";

function canvasKeys(): [string, string][] {
  return [
    [t("To the true branch"), "←"],
    [t("To the false branch"), "→ ↓"],
    [t("Back to the card before"), "↑"],
    [t("From a merge card to the other branch"), "← →"],
    [t("To Start, to End"), "Home End"],
    [t("Move the card"), t("Shift and arrows")],
    [t("Choose the card"), "Enter"],
    [t("Walk on and keep the selection"), t("Ctrl and arrows")],
    [t("Add the card to the selection, or take it out"), "Shift Enter"],
    [t("Connect from an exit, then list its targets"), "Enter Enter"],
    [t("Menu of the card"), "Shift F10"],
    [t("Give up a connection or a drag"), "Esc"],
    [t("From the test of an alarm back to the canvas"), "Esc"],
  ];
}

function outlineKeys(): [string, string][] {
  return [
    [t("From row to row"), "↑ ↓ Home End"],
    [t("Fold, or back to the card before"), "←"],
    [t("Unfold, or into the true branch"), "→"],
    [t("To a row by its first letters"), t("letters")],
    [t("To the fields of a card, and back"), "Enter, Esc"],
    [t("Continue an open branch"), "Enter"],
    [t("Insert a condition before it"), "Insert"],
    [t("Select several rows"), "Shift ↑ ↓"],
  ];
}

function Row({ words, keys }: { words: string; keys: string }) {
  return (
    <div className="fact">
      <dt>{words}</dt>
      <dd>
        <kbd>{keys}</kbd>
      </dd>
    </div>
  );
}

/** All keys, read from the same list the buttons and the keyboard use. */
export function ShortcutsDialog() {
  const close = (): void => { useUi.setState({ dialog: null }); };
  return (
    <Dialog title={t("Keyboard shortcuts")} testId="shortcuts" onClose={close} footer={<Button label={t("Close")} look="primary" onPress={close} />}>
      <div className="shortcuts">
        <section>
          <h2>{t("Everywhere")}</h2>
          <dl>
            {ACTIONS.filter(({ chords }) => chords.length > 0).map((action) => (
              <Row key={action.id} words={action.label()} keys={action.chords.map(chordWords).join(" / ")} />
            ))}
          </dl>
        </section>
        <section>
          <h2>{t("On a card")}</h2>
          <dl>
            {canvasKeys().map(([words, keys]) => (
              <Row key={words} words={words} keys={keys} />
            ))}
          </dl>
        </section>
        <section>
          <h2>{t("In the outline")}</h2>
          <dl>
            {outlineKeys().map(([words, keys]) => (
              <Row key={words} words={words} keys={keys} />
            ))}
          </dl>
        </section>
      </div>
    </Dialog>
  );
}
