import { findResources, getResponses, listResources, type Candidate, type Reference, type Resource } from "../api/alarms";
import { t } from "../i18n";
import { emptyWords, formFrom, pick, soughtIn, type FilledForm, type Found, type Sought } from "./prepared";
import { define, emptyForm, focusField, placeOf, reasonOf, replaceForm, say, tellAddress, useAlarms, type AlarmsState, type Prepared } from "./state";

const { getState, setState } = useAlarms;

/** So many machines are looked through for one that is named otherwise than by its id. */
const AT_ONCE = 500;
const MOST_PAGES = 4;

export function keyOf({ rule, card, response }: Candidate): string {
  return `${rule} ${card} ${response.id}`;
}

/** Why no form can be filled now; null where one can. */
export function busyReason({ sending, intent }: AlarmsState): string | null {
  return sending || intent !== null ? t("Wait until it is known what came of the run.") : null;
}

/** From now on reads what is prepared whenever an alarm was found, and lets go of what was filled for another one. */
export function followLooks(): () => void {
  return useAlarms.subscribe((now, before) => {
    if (now.alarm !== before.alarm || now.connection !== before.connection) leave(now);
    if (now.looked.state === before.looked.state) return;
    if (now.looked.state === "found") void readPrepared();
    else setState({ prepared: { state: "none" } });
  });
}

/** A form with the values of one alarm must not be run on the next. */
function leave(now: AlarmsState): void {
  const { filling, alarm } = now;
  if (filling === null || filling.alarm === alarm) return;
  setState({ filling: null });
  // Another connection has emptied the form already.
  if (filling.state !== "filled" || alarm === "") return;
  replaceForm(emptyForm(placeOf(now) ?? undefined));
  const text = t("The form was emptied: it was filled for the alarm {alarm}.", { alarm: filling.alarm });
  setState({ filling: { key: "", alarm, state: "over", sentences: [text] } });
}

let reads = 0;

/** Asks what is prepared for the alarm; what the address names is used at once. */
export async function readPrepared(): Promise<void> {
  const { alarm, connection, wanted } = getState();
  reads += 1;
  const mine = reads;
  setState({ prepared: { state: "reading" } });
  const prepared = await asked(alarm, connection, wanted);
  if (mine !== reads || getState().alarm !== alarm || getState().connection !== connection) return;
  setState({ prepared });
  if (wanted && prepared.state === "here") useWanted(wanted, prepared.candidates);
}

async function asked(alarm: string, connection: string, wanted: Reference | null): Promise<Prepared> {
  try {
    const named = wanted ? await getResponses(alarm, connection, wanted) : [];
    const others = await getResponses(alarm, connection);
    const candidates = new Map([...named, ...others].map((each) => [keyOf(each), each]));
    return { state: "here", candidates: [...candidates.values()] };
  } catch (error) {
    return { state: "failed", reason: reasonOf(error) };
  }
}

function useWanted({ rule, card, response }: Reference, candidates: readonly Candidate[]): void {
  const found = candidates.find((each) => each.rule === rule && each.card === card && each.response.id === response);
  if (found?.response.form) {
    void fill(found);
    return;
  }
  const sentences = found ? found.response.missing.map(({ detail }) => detail) : [t("What the link names is prepared no more: its rule was changed or is gone.")];
  if (!found) setState({ wanted: null, filling: { key: "", alarm: getState().alarm, state: "over", sentences } });
  tellAddress();
  say(sentences.join(" "));
}

let fills = 0;

/** Fills the form with a response and the machines it names, and reads what its task needs. Nothing is run. */
export async function fill(candidate: Candidate): Promise<void> {
  const { form, title } = candidate.response;
  const { alarm, connection } = getState();
  if (form === null || busyReason(getState()) !== null) return;
  fills += 1;
  const mine = fills;
  const isMine = (): boolean => mine === fills && getState().alarm === alarm && getState().connection === connection;
  setState({ filling: { key: keyOf(candidate), alarm, state: "filling", sentences: [] } });
  say(t("Looking up its machines…"));
  const { machines, sentences } = await machinesFor(connection, form);
  if (!isMine()) return;
  if (busyReason(getState()) !== null) {
    setState({ filling: null });
    return;
  }
  replaceForm(formFrom(form, machines, emptyForm(placeOf(getState()) ?? undefined)));
  const filled = { key: keyOf(candidate), alarm, state: "filled" as const };
  setState({ wanted: null, filling: { ...filled, sentences } });
  tellAddress();
  await readDefinition(form);
  if (!isMine()) return;
  const told = [...sentences, ...strangers(), ...emptyWords(form)];
  setState({ filling: { ...filled, sentences: told } });
  say([t("The form is filled with {title}. Nothing runs by itself.", { title }), ...told].join(" "));
  focusField("parameters");
}

/** Nobody can be asked what a plan needs. */
async function readDefinition({ task }: FilledForm): Promise<void> {
  if (task.type !== "PLAN") await define(getState().form.kind === "RUNBOOK" ? "RUNBOOK" : "SCRIPT", getState().form);
}

/** Parameters that were prepared and that the script does not ask for. */
function strangers(): string[] {
  const { form, definition } = getState();
  const names = form.parameters.flatMap(({ name, known }) => (known ? [] : [name]));
  if (definition.state !== "here" || names.length === 0) return [];
  return [t("The script asks for no {names}: remove what it does not take.", { names: names.join(t(", ")) })];
}

async function machinesFor(place: string, form: FilledForm): Promise<Found> {
  const sought = soughtIn(form);
  if (sought === null) return { machines: [], sentences: [] };
  try {
    const { listed, isWhole } = await listedFor(place, sought);
    const { machines, sentences } = pick(sought, listed);
    return { machines, sentences: isWhole ? sentences : [...sentences, t("Only {count} machines were looked through; there are more.", { count: listed.length })] };
  } catch (error) {
    return { machines: [], sentences: [t("Its machines could not be looked up, so choose them by hand: {reason}", { reason: reasonOf(error) })] };
  }
}

/** COC finds machines by id and by a part of their name; by their address they are found by looking through the list. */
async function listedFor(place: string, { by, values }: Sought): Promise<{ listed: Resource[]; isWhole: boolean }> {
  if (by === "resource_id") return { listed: await findResources(place, values), isWhole: true };
  const search = by === "resource_name" ? (values[0] ?? "") : "";
  const listed: Resource[] = [];
  let marker = "";
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await listResources(place, { search, marker }, AT_ONCE);
    listed.push(...answer.results);
    marker = answer.marker;
    if (marker === "") return { listed, isWhole: true };
  }
  return { listed, isWhole: false };
}
