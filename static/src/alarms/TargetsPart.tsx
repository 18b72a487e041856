import { useState } from "react";

import { n, t } from "../i18n";
import { Button } from "../parts/Button";
import { Batches, RotationPick } from "./Batches";
import { allMachines, batchesOf, machinesOf, stepsUsed, targetsAt, withMachines, withStrategy, withTargets, type At, type Form, type Machine, type Mode, type Targets } from "./form";
import { FaultLine, Input, Segments } from "./Input";
import { MachineDialog } from "./MachineDialog";
import { edit, say, useAlarms } from "./state";
import { PartHead } from "./TaskPart";

function change(targets: Targets): void {
  const { form, at } = useAlarms.getState();
  edit(withTargets(form, at, targets));
}

function stepWords(name: string, number: string): string {
  return name === "" ? t("Step {number}", { number }) : `${number} ${name}`;
}

/** The places whose targets can be chosen, the steps and those within them. */
function placesOf(form: Form): { at: At; label: string }[] {
  return stepsUsed(form).flatMap(({ name, within }, step) => [
    { at: { step, within: null }, label: stepWords(name, String(step + 1)) },
    ...within.map((inner, place) => ({ at: { step, within: place }, label: stepWords(inner.name, `${step + 1}.${place + 1}`) })),
  ]);
}

function addStep(): void {
  const { form } = useAlarms.getState();
  const [first] = form.steps;
  if (first) edit({ steps: [...form.steps, { name: "", targets: { ...first.targets, batches: [{ machines: [], rotation: "CONTINUE" }] }, within: [] }] });
}

function removeLastStep(): void {
  const { form } = useAlarms.getState();
  useAlarms.setState({ at: { step: 0, within: null } });
  edit({ steps: form.steps.slice(0, -1) });
}

function StepPick({ form }: { form: Form }) {
  const at = useAlarms((state) => state.at);
  const places = placesOf(form);
  const chosen = places.findIndex((place) => place.at.step === at.step && place.at.within === at.within);
  const options = places.map(({ label }, number) => ({ value: String(number), label }));
  const choose = (value: string): void => { useAlarms.setState({ at: places[Number(value)]?.at ?? { step: 0, within: null } }); };
  return (
    <div className="row wrap">
      <Segments name="step" label={t("Targets of")} options={options} value={String(Math.max(0, chosen))} onChange={choose} />
      <Button label={t("Step")} icon="plus" look="sm ghost" onPress={addStep} />
      {form.steps.length > 1 && <Button label={t("Remove the last step")} icon="x" iconOnly look="sm ghost" onPress={removeLastStep} />}
    </div>
  );
}

function JobMode({ form }: { form: Form }) {
  const modes: { value: Mode; label: string }[] = [
    { value: "SAME", label: t("The same for all steps") },
    { value: "DIFF", label: t("Each step its own") },
    { value: "MIXED", label: t("Mixed") },
  ];
  const choose = (mode: Mode): void => {
    useAlarms.setState({ at: { step: 0, within: null } });
    edit({ mode });
  };
  return (
    <>
      <Segments name="mode" label={t("Targets of the steps")} options={modes} value={form.mode} onChange={choose} />
      {form.mode !== "SAME" && <StepPick form={form} />}
    </>
  );
}

function Selection({ targets }: { targets: Targets }) {
  const many = useAlarms(({ boot }) => boot.can.handle_many);
  const options = [
    { value: "MANUAL" as const, label: t("Chosen here") },
    ...(many || targets.selection === "ALL" ? [{ value: "ALL" as const, label: t("All that COC selects") }] : []),
    { value: "NONE" as const, label: t("No machine") },
  ];
  return <Segments name="selection" label={t("Machines")} options={options} value={targets.selection} onChange={(selection) => { change({ ...targets, selection }); }} />;
}

function Strategy({ targets }: { targets: Targets }) {
  const options = [
    { value: "NONE" as const, label: t("All at once") },
    { value: "AUTO_BATCH" as const, label: t("Automatic") },
    { value: "MANUAL_BATCH" as const, label: t("By hand") },
  ];
  return (
    <div className="strategy">
      <Segments name="strategy" label={t("Batches")} options={options} value={targets.strategy} onChange={(strategy) => { change(withStrategy(targets, strategy)); }} />
      {targets.strategy === "AUTO_BATCH" && (
        <>
          <Input field="per-batch" label={t("Machines at a time")} value={targets.perBatch} onChange={(perBatch) => { change({ ...targets, perBatch }); }} />
          <span className="field">
            <span className="lbl" aria-hidden="true">{t("Between batches")}</span>
            <RotationPick label={t("Between batches")} value={targets.rotation} onChange={(rotation) => { change({ ...targets, rotation }); }} />
          </span>
        </>
      )}
    </div>
  );
}

function Chosen({ targets }: { targets: Targets }) {
  const [picking, setPicking] = useState(false);
  const add = (machines: Machine[]): void => {
    setPicking(false);
    change(withMachines(targets, machines));
    say(n(machines.length, "{count} machine added", "{count} machines added"));
  };
  const taken = new Set(machinesOf(targets).map(({ resource_id }) => resource_id));
  return (
    <>
      <Strategy targets={targets} />
      <Batches targets={targets} onChange={change} />
      <FaultLine field="machines" />
      <div className="row wrap" data-field="machines">
        <Button label={t("Machines")} icon="plus" look="sm" testId="pick-machines" onPress={() => { setPicking(true); }} />
        {targets.strategy === "MANUAL_BATCH" && (
          <Button label={t("Batch")} icon="plus" look="sm" testId="add-batch" onPress={() => { change({ ...targets, batches: [...targets.batches, { machines: [], rotation: "CONTINUE" }] }); }} />
        )}
      </div>
      {picking && <MachineDialog taken={taken} onAdd={add} onClose={() => { setPicking(false); }} />}
    </>
  );
}

function countWords(form: Form, targets: Targets): string {
  const count = allMachines(form).length;
  const machines = n(count, "{count} machine", "{count} machines");
  const batches = targets.selection === "MANUAL" ? batchesOf(targets).length : 0;
  return batches > 1 ? `${machines}, ${n(batches, "{count} batch", "{count} batches")}` : machines;
}

/** 3: on which machines, in which order. */
export function TargetsPart() {
  const form = useAlarms((state) => state.form);
  const at = useAlarms((state) => state.at);
  const targets = targetsAt(form, at);
  return (
    <section aria-label={t("Targets")}>
      <PartHead number={3} title={t("Targets")} aside={countWords(form, targets)} />
      <div className="in stack">
        {form.kind === "RUNBOOK" && <JobMode form={form} />}
        <Selection targets={targets} />
        {targets.selection === "MANUAL" && <Chosen targets={targets} />}
        {targets.selection === "ALL" && <p className="note warn">{t("Nobody knows before how many machines this runs on. It takes the role admin, and a reason.")}</p>}
        <div className="params">
          <Input field="region" label={t("Region")} aside={t("optional")} value={form.region} mono onChange={(text) => { edit({ region: text.trim() }); }} />
          <Input field="enterprise-project" label={t("Enterprise project")} aside={t("optional")} value={form.enterpriseProject} mono onChange={(text) => { edit({ enterpriseProject: text.trim() }); }} />
        </div>
      </div>
    </section>
  );
}
