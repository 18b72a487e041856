import { t } from "../../i18n";
import { taskWords } from "../../model/responseChanges";
import type { FilledResponse, Walk } from "../../model/way";
import { Icon } from "../../parts/Icon";
import { LinkButton } from "../../parts/LinkButton";
import { useEditor } from "../../store";

function Form({ form }: { form: NonNullable<FilledResponse["form"]> }) {
  const { targets } = form;
  const machines = targets.by === "list" ? targets.resource_ids.join(t(", ")) : targets.by === "none" ? t("none of its own") : (targets.value ?? "");
  const rows: [string, string][] = [...Object.entries(form.parameters), [t("machines"), machines]];
  return (
    <>
      <p className="small dim">{taskWords(form, t)}</p>
      <table className="group-key">
        <tbody>
          {rows.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value === "" ? <span className="faint">{t("empty")}</span> : value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** Only a saved response can be opened elsewhere, and only by what it is called: nothing of the alarm is in the address. */
function useLink(card: string, id: string): { href: string; reason: string | null } {
  const ruleId = useEditor((state) => state.ruleId);
  const clean = useEditor((state) => !state.dirty());
  const href = `/alarms/?${new URLSearchParams({ rule: String(ruleId), card, response: id }).toString()}`;
  return { href, reason: ruleId !== null && clean ? null : t("Save first: what is handled is a saved version.") };
}

function Response({ card, filled }: { card: string; filled: FilledResponse }) {
  const link = useLink(card, filled.id);
  return (
    <li data-testid={`filled-${filled.id}`}>
      <b>{filled.title}</b>
      {filled.form && <Form form={filled.form} />}
      {filled.missing.map(({ pointer, attribute, detail }) => (
        <p key={`${pointer} ${attribute}`} className="note warn">
          <Icon name="warning" />
          <span>{detail}</span>
        </p>
      ))}
      <LinkButton label={t("Open in Handle an alarm")} icon="play" look="sm" testId={`handle-${filled.id}`} {...link} />
    </li>
  );
}

/** What is prepared for the alarm where it goes, filled with its values. */
export function FilledResponses({ walk }: { walk: Walk }) {
  const { leaf, responses = [] } = walk;
  if (leaf === null || responses.length === 0) return null;
  return (
    <section className="sec verdict-more" aria-label={t("Prepared for this alarm")} data-testid="test-responses">
      <h3>{t("Prepared for this alarm")}</h3>
      <ul className="filled">
        {responses.map((filled) => (
          <Response key={filled.id} card={leaf} filled={filled} />
        ))}
      </ul>
    </section>
  );
}
