import { t } from "../i18n";
import { Button } from "../parts/Button";
import { Choice } from "../parts/Choice";
import { isJob, stepsFrom, type Extra, type Form, type Parameter } from "./form";
import { Input, TextArea } from "./Input";
import { edit, useAlarms } from "./state";
import { PartHead } from "./TaskPart";

function changeParameter(at: number, change: Partial<Parameter>): void {
  const { parameters } = useAlarms.getState().form;
  edit({ parameters: parameters.map((each, place) => (place === at ? { ...each, ...change } : each)) });
}

function changeExtra(at: number, change: Partial<Extra>): void {
  const { extra } = useAlarms.getState().form;
  edit({ extra: extra.map((each, place) => (place === at ? { ...each, ...change } : each)) });
}

function addParameter(): void {
  const { parameters } = useAlarms.getState().form;
  const order = Math.max(0, ...parameters.map((each) => each.order)) + 1;
  edit({ parameters: [...parameters, { name: "", value: "", description: "", order, sensitive: false, known: false }] });
}

function addExtra(): void {
  edit({ extra: [...useAlarms.getState().form.extra, { name: "", value: "", sensitive: false }] });
}

function removeAt<T>(list: readonly T[], at: number): T[] {
  return list.filter((_, place) => place !== at);
}

function Known({ parameter, at }: { parameter: Parameter; at: number }) {
  const { name, value, description, sensitive } = parameter;
  return (
    <Input
      field={`parameter-${at}`}
      label={name}
      aside={sensitive ? t("kept nowhere") : undefined}
      help={description}
      value={value}
      type={sensitive ? "password" : "text"}
      onChange={(text) => { changeParameter(at, { value: text }); }}
    />
  );
}

type Pair = { name: string; value: string; sensitive: boolean };

/** A name and a value that no definition asks for. */
function PairRow({ kind, at, pair, onChange, onRemove }: { kind: "parameter" | "extra"; at: number; pair: Pair; onChange: (change: Partial<Pair>) => void; onRemove: () => void }) {
  const label = pair.name === "" ? t("Remove this line") : t("Remove {name}", { name: pair.name });
  return (
    <div className="pair">
      <Input field={`${kind}-name-${at}`} label={t("Name")} value={pair.name} mono onChange={(name) => { onChange({ name }); }} />
      <Input field={`${kind}-${at}`} label={t("Value")} value={pair.value} type={pair.sensitive ? "password" : "text"} onChange={(value) => { onChange({ value }); }} />
      <Choice kind="checkbox" label={t("secret")} checked={pair.sensitive} onChange={(sensitive) => { onChange({ sensitive }); }} />
      <Button label={label} icon="x" iconOnly look="ghost" onPress={onRemove} />
    </div>
  );
}

function ScriptFields({ form }: { form: Form }) {
  return (
    <>
      <div className="params">
        {form.parameters.map((parameter, at) => parameter.known && <Known key={parameter.name} parameter={parameter} at={at} />)}
        <Input field="user" label={t("Run as")} value={form.user} onChange={(user) => { edit({ user }); }} />
        <Input field="timeout" label={t("Time limit")} aside={t("5 to 1800")} value={form.timeout} unit="s" onChange={(timeout) => { edit({ timeout }); }} />
        <Rate rate={form.rate} />
      </div>
      {form.parameters.map((parameter, at) => !parameter.known && (
        <PairRow
          // Only added and removed at known places; a name changes while it is typed.
          key={at}
          kind="parameter"
          at={at}
          pair={parameter}
          onChange={(change) => { changeParameter(at, change); }}
          onRemove={() => { edit({ parameters: removeAt(form.parameters, at) }); }}
        />
      ))}
    </>
  );
}

function Rate({ rate }: { rate: string }) {
  return <Input field="rate" label={t("Stop below")} aside={t("1 to 100")} value={rate} unit={t("% success")} onChange={(text) => { edit({ rate: text }); }} />;
}

function JobFields({ form }: { form: Form }) {
  const changeTasks = (tasks: string): void => { edit({ tasks, steps: stepsFrom(tasks, form.steps) }); };
  return (
    <>
      <div className="params"><Rate rate={form.rate} /></div>
      <TextArea
        field="tasks"
        label={t("The job's steps as JSON")}
        help={t("What COC calls execute_atomic_tasks: copy it from its own page; no published list tells how it follows from the job.")}
        value={form.tasks}
        mono
        rows={6}
        onChange={changeTasks}
      />
      <TextArea field="vars" label={t("Variables as JSON")} value={form.vars} mono rows={1} onChange={(vars) => { edit({ vars }); }} />
    </>
  );
}

/** 2: what it is told. */
export function Parameters() {
  const form = useAlarms((state) => state.form);
  const definer = form.kind === "PLAN" ? form.sub.name : form.name;
  const job = isJob(form);
  const isOfPlan = form.kind === "PLAN" && form.sub.id === "";
  return (
    <section aria-label={t("Parameters")} data-field="parameters">
      <PartHead number={2} title={t("Parameters")} aside={definer === "" || isOfPlan ? undefined : t("of {name}", { name: definer })} />
      <div className="in stack">
        {job ? <JobFields form={form} /> : <ScriptFields form={form} />}
        {form.extra.map((extra, at) => (
          <PairRow
            // Only added and removed at known places; a name changes while it is typed.
            key={at}
            kind="extra"
            at={at}
            pair={extra}
            onChange={(change) => { changeExtra(at, change); }}
            onRemove={() => { edit({ extra: removeAt(form.extra, at) }); }}
          />
        ))}
        <div className="row wrap">
          {!job && <Button label={t("Parameter")} icon="plus" look="sm" testId="add-parameter" onPress={addParameter} />}
          <Button label={t("Other member")} icon="plus" look="sm ghost" testId="add-extra" onPress={addExtra} />
        </div>
      </div>
    </section>
  );
}
