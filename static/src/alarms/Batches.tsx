import { useState, type DragEvent } from "react";

import { n, t } from "../i18n";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { machinesOf, movedMachine, steppedMachine, withoutBatch, withoutMachine, type Batch, type Machine, type Rotation, type Targets } from "./form";
import { addressOf, zoneOf } from "./spots";
import { say } from "./state";

type Change = (targets: Targets) => void;
type Place = { targets: Targets; batch: number; at: number };

const CARRIED = "application/x-machine";

/** Where a machine stands now, for those who cannot see it. */
function placeWords(targets: Targets, id: string): string {
  const batch = targets.batches.findIndex(({ machines }) => machines.some(({ resource_id }) => resource_id === id));
  const at = targets.batches[batch]?.machines.findIndex(({ resource_id }) => resource_id === id) ?? 0;
  const name = targets.batches[batch]?.machines[at]?.name ?? "";
  return t("{name}: batch {batch}, place {place}", { name, batch: batch + 1, place: at + 1 });
}

/** The same button of the same machine keeps the focus, wherever the machine went. */
function keepFocus(id: string, act: string): void {
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>(`[data-machine="${CSS.escape(id)}"] .${act} button`)?.focus();
  });
}

function StepButtons({ machine, place, onChange }: { machine: Machine; place: Place; onChange: Change }) {
  const { targets } = place;
  const stepped = (delta: 1 | -1): void => {
    const next = steppedMachine(targets, machine.resource_id, delta);
    onChange(next);
    say(placeWords(next, machine.resource_id));
    keepFocus(machine.resource_id, delta === 1 ? "go-down" : "go-up");
  };
  const isEnd = (delta: 1 | -1): boolean => steppedMachine(targets, machine.resource_id, delta) === targets;
  return (
    <>
      <span className="go-up">
        <Button label={t("{name} earlier", { name: machine.name })} icon="up" iconOnly look="ghost sm" reason={isEnd(-1) ? t("It is the first one.") : null} onPress={() => { stepped(-1); }} />
      </span>
      <span className="go-down">
        <Button label={t("{name} later", { name: machine.name })} icon="down" iconOnly look="ghost sm" reason={isEnd(1) ? t("It is the last one.") : null} onPress={() => { stepped(1); }} />
      </span>
    </>
  );
}

function BatchPick({ machine, place, onChange }: { machine: Machine; place: Place; onChange: Change }) {
  const { targets, batch } = place;
  const move = (number: number): void => {
    const next = movedMachine(targets, machine.resource_id, number, targets.batches[number]?.machines.length ?? 0);
    onChange(next);
    say(placeWords(next, machine.resource_id));
  };
  return (
    <select className="input sm" aria-label={t("Batch of {name}", { name: machine.name })} value={batch} onChange={(event) => { move(Number(event.target.value)); }}>
      {targets.batches.map((_, number) => <option key={number} value={number}>{t("Batch {number}", { number: number + 1 })}</option>)}
      <option value={targets.batches.length}>{t("A new batch")}</option>
    </select>
  );
}

function MachineRow({ machine, place, byHand, onChange }: { machine: Machine; place: Place; byHand: boolean; onChange: Change }) {
  const { targets, batch, at } = place;
  const drop = (event: DragEvent): void => {
    const id = event.dataTransfer.getData(CARRIED);
    if (id === "") return;
    event.preventDefault();
    event.stopPropagation();
    onChange(movedMachine(targets, id, batch, at));
  };
  return (
    // A pointer may carry machines; buttons and the list of batches do the same for the keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li
      className="mach"
      data-machine={machine.resource_id}
      data-testid="machine"
      draggable
      onDragStart={(event) => { event.dataTransfer.setData(CARRIED, machine.resource_id); }}
      onDragOver={(event) => { event.preventDefault(); }}
      onDrop={drop}
    >
      <Icon name="grip" className="faint grip" />
      <b className="clip">{machine.name}</b>
      <span className="mono faint">{addressOf(machine)}</span>
      <span className="dim z">{zoneOf(machine) || machine.region}</span>
      <span className="grow" />
      <span className="tools">
        {byHand && <BatchPick machine={machine} place={place} onChange={onChange} />}
        <StepButtons machine={machine} place={place} onChange={onChange} />
        <Button label={t("Take {name} out", { name: machine.name })} icon="x" iconOnly look="ghost sm" onPress={() => { onChange(withoutMachine(targets, machine.resource_id)); }} />
      </span>
    </li>
  );
}

/** What comes between batches. */
export function RotationPick({ label, value, onChange }: { label: string; value: Rotation; onChange: (rotation: Rotation) => void }) {
  return (
    <select className="input sm" aria-label={label} value={value} onChange={(event) => { onChange(event.target.value as Rotation); }}>
      <option value="CONTINUE">{t("continue")}</option>
      <option value="PAUSE">{t("pause and ask")}</option>
    </select>
  );
}

function BatchHead({ targets, number, onChange }: { targets: Targets; number: number; onChange: Change }) {
  const batch = targets.batches[number];
  const isLast = number === targets.batches.length - 1;
  const setRotation = (rotation: Rotation): void => {
    onChange({ ...targets, batches: targets.batches.map((each, at) => (at === number ? { ...each, rotation } : each)) });
  };
  return (
    <header className="row">
      <h3>{t("Batch {number}", { number: number + 1 })}</h3>
      <span className="faint num">{n(batch?.machines.length ?? 0, "{count} machine", "{count} machines")}</span>
      <span className="grow" />
      <span className="small dim">{isLast ? t("then it is finished") : t("then")}</span>
      {!isLast && <RotationPick label={t("After batch {number}", { number: number + 1 })} value={batch?.rotation ?? "CONTINUE"} onChange={setRotation} />}
      {targets.batches.length > 1 && (
        <Button label={t("Remove batch {number}; its machines join the batch before", { number: number + 1 })} icon="x" iconOnly look="ghost sm" onPress={() => { onChange(withoutBatch(targets, number)); }} />
      )}
    </header>
  );
}

function BatchBox({ batch, number, targets, byHand, onChange }: { batch: Batch; number: number; targets: Targets; byHand: boolean; onChange: Change }) {
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent): void => {
    setOver(false);
    const id = event.dataTransfer.getData(CARRIED);
    if (id === "") return;
    event.preventDefault();
    onChange(movedMachine(targets, id, number, batch.machines.length));
  };
  return (
    // A pointer may carry machines; buttons and the list of batches do the same for the keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      className={`batch ${over ? "over" : ""}`}
      data-testid="batch"
      aria-label={byHand ? t("Batch {number}", { number: number + 1 }) : t("Machines")}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => { setOver(false); }}
      onDrop={drop}
    >
      {byHand && <BatchHead targets={targets} number={number} onChange={onChange} />}
      {batch.machines.length === 0 && <p className="list-end faint">{t("No machine in it: an empty batch is left out.")}</p>}
      <ul>
        {batch.machines.map((machine, at) => (
          <MachineRow key={machine.resource_id} machine={machine} place={{ targets, batch: number, at }} byHand={byHand} onChange={onChange} />
        ))}
      </ul>
    </section>
  );
}

/** The chosen machines in the order in which they run. */
export function Batches({ targets, onChange }: { targets: Targets; onChange: Change }) {
  const byHand = targets.strategy === "MANUAL_BATCH";
  if (!byHand && machinesOf(targets).length === 0) return null;
  return (
    <div className="batches">
      {targets.batches.map((batch, number) => (
        <BatchBox key={number} batch={batch} number={number} targets={targets} byHand={byHand} onChange={onChange} />
      ))}
    </div>
  );
}
