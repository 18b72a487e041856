import { t } from "../../i18n";
import { AlarmForm } from "./AlarmForm";
import { AlarmJson } from "./AlarmJson";
import { KeepCase } from "./KeepCase";
import { toForm, toJson, useTest } from "./testing";

function ModeButton({ mode, label, onPress }: { mode: "form" | "json"; label: string; onPress: () => void }) {
  const pressed = useTest((state) => state.mode === mode);
  return (
    <button type="button" aria-pressed={pressed} data-testid={`alarm-as-${mode}`} onClick={() => { if (!pressed) onPress(); }}>
      {label}
    </button>
  );
}

/** The alarm that is tested, as a form or as JSON. */
export function AlarmSection() {
  const mode = useTest((state) => state.mode);
  return (
    <section className="sec" aria-label={t("Alarm")}>
      <div className="sec-head">
        <h3>{t("Alarm")}</h3>
        <span className="grow" />
        <span className="seg sm" role="group" aria-label={t("How the alarm is written")}>
          <ModeButton mode="form" label={t("Form")} onPress={() => void toForm()} />
          <ModeButton mode="json" label={t("JSON")} onPress={toJson} />
        </span>
      </div>
      {mode === "form" ? <AlarmForm /> : <AlarmJson />}
      <KeepCase />
    </section>
  );
}
