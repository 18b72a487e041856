import { useState } from "react";

import { t } from "../i18n";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { Cards, Input, Segments } from "./Input";
import { forgetPlan, plansOf, type Plan } from "./plans";
import { chooseKind, define, edit, forgetSub, useAlarms } from "./state";
import { TaskList } from "./TaskList";

/** The head of one of the three parts. */
export function PartHead({ number, title, aside }: { number: number; title: string; aside?: string }) {
  return (
    <header className={number > 1 ? "mid" : ""}>
      <span className="no" aria-hidden="true">{number}</span>
      <h2>{title}</h2>
      {aside !== undefined && <span className="faint num">{aside}</span>}
    </header>
  );
}

function KnownPlans() {
  const connection = useAlarms((state) => state.connection);
  const chosen = useAlarms(({ form }) => form.id);
  const [forgotten, setForgotten] = useState(0);
  const plans = plansOf(connection);
  if (plans.length === 0) return <p className="small faint">{t("COC has no list of plans: copy the id and the name from its page. The last ones you ran are kept in this browser.")}</p>;
  const forget = (plan: Plan): void => {
    forgetPlan(connection, plan.id);
    setForgotten(forgotten + 1);
  };
  return (
    <div className="opts" role="radiogroup" aria-label={t("Plans you ran from this browser")}>
      {plans.map((plan) => (
        <div key={plan.id} className={`opt ${plan.id === chosen ? "on" : ""}`}>
          {/* Its name is what it runs. */}
          {/* eslint-disable-next-line jsx-a11y/label-has-associated-control */}
          <label className="row grow">
            <input type="radio" className="hide" name="known-plan" checked={plan.id === chosen} onChange={() => { edit(plan); }} />
            <span className={`check round ${plan.id === chosen ? "on" : ""}`} aria-hidden="true" />
            <span className="nm"><b>{plan.name}</b><span className="mono faint">{plan.id}</span></span>
          </label>
          <Button label={t("Forget {name}", { name: plan.name })} icon="x" iconOnly look="ghost sm" onPress={() => { forget(plan); }} />
        </div>
      ))}
    </div>
  );
}

type SubKind = "NONE" | "SCRIPT" | "RUNBOOK";

function WhatThePlanRuns() {
  const sub = useAlarms(({ form }) => form.sub);
  const [kind, setKind] = useState<SubKind>(sub.id === "" ? "NONE" : sub.kind);
  const options = [
    { value: "NONE" as const, label: t("Not told") },
    { value: "SCRIPT" as const, label: t("A script") },
    { value: "RUNBOOK" as const, label: t("A job") },
  ];
  const choose = (value: SubKind): void => {
    setKind(value);
    if (sub.id !== "" && value !== sub.kind) forgetSub();
  };
  return (
    <div className="sub-task">
      <div className="row wrap">
        <h3>{t("What the plan runs")}</h3>
        <Segments name="sub-kind" label={t("What the plan runs")} options={options} value={kind} onChange={choose} />
      </div>
      {kind !== "NONE" && <TaskList key={kind} kind={kind} field="sub-task" chosen={sub} />}
    </div>
  );
}

function PlanForm() {
  const { id, name, source } = useAlarms(({ form }) => form);
  const sources = [{ value: "CUSTOMIZATION" as const, label: t("Own") }, { value: "COMMUNAL" as const, label: t("Public") }];
  return (
    <div className="choosing">
      <div className="plan">
        <Input field="plan-id" label={t("Plan id")} value={id} mono onChange={(text) => { edit({ id: text.trim() }); }} />
        <Input field="plan-name" label={t("Plan name")} value={name} onChange={(text) => { edit({ name: text }); }} />
        <Segments name="plan-source" label={t("Whose")} options={sources} value={source} onChange={(value) => { edit({ source: value }); }} />
      </div>
      <KnownPlans />
      <WhatThePlanRuns />
    </div>
  );
}

function DefinitionNote() {
  const { state, reason, content } = useAlarms((all) => all.definition);
  const form = useAlarms((all) => all.form);
  const isPlan = form.kind === "PLAN";
  if (state === "reading") return <p className="small dim" role="status">{t("Reading what it needs…")}</p>;
  if (state === "failed") {
    const kind = isPlan ? form.sub.kind : form.kind === "RUNBOOK" ? "RUNBOOK" : "SCRIPT";
    return (
      <div role="alert">
        <p className="note error"><Icon name="error" />{reason}</p>
        <Button label={t("Try again")} look="sm" onPress={() => void define(kind, isPlan ? form.sub : form)} />
      </div>
    );
  }
  if (content === "") return null;
  return (
    <details className="content">
      <summary>{t("What it does")}</summary>
      {/* Long lines scroll, so the keyboard must get there. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className="code" tabIndex={0} aria-label={t("What it does")}>{content}</pre>
    </details>
  );
}

/** 1: a plan, a script or a job. */
export function TaskPart() {
  const form = useAlarms((state) => state.form);
  const replaced = useAlarms((state) => state.replaced);
  const kinds = [
    { value: "PLAN" as const, label: t("Plan"), hint: t("prepared for incidents") },
    { value: "SCRIPT" as const, label: t("Script"), hint: t("one script on machines") },
    { value: "RUNBOOK" as const, label: t("Job"), hint: t("steps, each with its targets") },
  ];
  return (
    <section aria-label={t("What to run")}>
      <PartHead number={1} title={t("What to run")} />
      <div className="in stack">
        <Cards name="kind" label={t("What to run")} options={kinds} value={form.kind} onChange={chooseKind} />
        {form.kind === "PLAN" ? <PlanForm key={replaced} /> : <TaskList key={`${form.kind} ${replaced}`} kind={form.kind} field="task" chosen={form} />}
        <DefinitionNote />
      </div>
    </section>
  );
}
