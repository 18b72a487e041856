import { n, t } from "../i18n";
import { setRuleMember } from "../model/commands";
import { LIMITS } from "../model/limits";
import { edgesOf, hasFlow, kindOf, nodesOf } from "../model/rule";
import type { Json } from "../model/types";
import { Field } from "../parts/Field";
import { FieldFinding, FieldMend } from "../parts/FieldFinding";
import { Icon } from "../parts/Icon";
import { useEditor } from "../store";
import { KeptLine } from "./KeptLine";
import { Meter } from "./Meter";

const SHOWN = ["name", "desc", "match_v3"];
const NAME = new RegExp(LIMITS.namePattern);

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function nameError(name: string): string | null {
  if (name === "" || NAME.test(name)) return null;
  if (!/^\w*$/.test(name)) return t("Letters, digits and underscore only");
  if (name.length > LIMITS.nameLength) return t("At most {count} characters", { count: LIMITS.nameLength });
  return t("No underscore first or last");
}

function NameField() {
  const name = useEditor(({ history }) => text(history.present.document.name));
  const apply = useEditor((state) => state.apply);
  const editable = useEditor(({ can }) => can.edit);
  return (
    <div data-pointer="/name">
      <Field
        label={t("Name")}
        aside={t("{used} of {most}", { used: name.length, most: LIMITS.nameLength })}
        help={t("Letters, digits and underscore. The cloud knows the rule by it; it never changes there.")}
        error={nameError(name)}
      >
        {(ids) => (
          <input
            {...ids}
            className={`input ${nameError(name) === null ? "" : "is-error"}`}
            data-testid="rule-name"
            type="text"
            autoComplete="off"
            spellCheck={false}
            readOnly={!editable}
            value={name}
            onChange={(event) => {
              const { value } = event.target;
              apply(t("Rename"), (draft) => setRuleMember(draft, "name", value), "name");
            }}
          />
        )}
      </Field>
      {nameError(name) === null ? <FieldFinding pointer="/name" /> : <FieldMend pointer="/name" />}
    </div>
  );
}

function DescField() {
  const desc = useEditor(({ history }) => text(history.present.document.desc));
  const apply = useEditor((state) => state.apply);
  const editable = useEditor(({ can }) => can.edit);
  const long = desc.length > LIMITS.descLength ? t("At most {count} characters", { count: LIMITS.descLength }) : null;
  return (
    <div data-pointer="/desc">
      <Field label={t("Description")} aside={t("{used} of {most}", { used: desc.length, most: LIMITS.descLength })} error={long}>
        {(ids) => (
          <textarea
            {...ids}
            className={`input area ${long === null ? "" : "is-error"}`}
            rows={4}
            readOnly={!editable}
            value={desc}
            onChange={(event) => {
              const { value } = event.target;
              apply(t("Describe"), (draft) => setRuleMember(draft, "desc", value), "desc");
            }}
          />
        )}
      </Field>
    </div>
  );
}

function Counts() {
  const document = useEditor(({ history }) => history.present.document);
  const nodes = nodesOf(document);
  const count = (kind: string): number => nodes.filter((node) => kindOf(node) === kind).length;
  return (
    <>
      <div className="sec-head">
        <h3>{t("Condition cards")}</h3>
        <span className="grow" />
        <Meter used={count("condition")} most={LIMITS.conditionCards} />
      </div>
      <p className="dim num">
        {n(count("combine"), "{count} merge card", "{count} merge cards")} · {n(edgesOf(document).length, "{count} edge", "{count} edges")}
      </p>
    </>
  );
}

/** The form of the rule itself, shown while nothing is selected. */
export function RuleForm() {
  const document = useEditor(({ history }) => history.present.document);
  const kept = Object.keys(document).filter((name) => !SHOWN.includes(name));
  return (
    <>
      <div className="panel-head">
        <span className="glyph">
          <Icon name="tidy" />
        </span>
        <h2>{t("Rule")}</h2>
      </div>
      <div className="panel-scroll">
        <div className="sec fields">
          <NameField />
          <DescField />
        </div>
        <div className="sec">{hasFlow(document) && <Counts />}</div>
        {kept.length > 0 && (
          <div className="sec">
            <KeptLine names={kept} />
          </div>
        )}
      </div>
    </>
  );
}
