import { useCallback, useState } from "react";

import { listResources, type Listing, type Resource } from "../api/alarms";
import { n, t } from "../i18n";
import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { Icon } from "../parts/Icon";
import type { Machine } from "./form";
import { rove } from "./roving";
import { addressOf } from "./spots";
import { useAlarms } from "./state";
import { ListEnd, SearchField } from "./TaskList";
import { useListing } from "./useListing";

function stateWords({ can_run, agent_state }: Resource): string {
  if (can_run) return t("agent online");
  return agent_state === "" ? t("cannot run: it has no agent") : t("cannot run: its agent is {state}", { state: agent_state });
}

function Row({ resource, chosen, taken, first, onToggle }: { resource: Resource; chosen: boolean; taken: boolean; first: boolean; onToggle: () => void }) {
  const isOff = !resource.can_run || taken;
  return (
    <label className={`opt ${chosen ? "on" : ""} ${isOff ? "off" : ""}`}>
      <input type="checkbox" className="hide" tabIndex={first ? 0 : -1} checked={chosen || taken} disabled={isOff} onChange={onToggle} />
      <span className={`check ${chosen || taken ? "on" : ""}`} aria-hidden="true"><Icon name="check" /></span>
      <span className="nm"><b>{resource.name}</b><span className="mono faint">{addressOf(resource)}</span></span>
      <span className="dim what">{resource.region}</span>
      <span className="small dim end">{taken ? t("chosen already") : stateWords(resource)}</span>
    </label>
  );
}

/** The machines of the connection, to choose some of. */
export function MachineDialog({ taken, onAdd, onClose }: { taken: ReadonlySet<string>; onAdd: (machines: Machine[]) => void; onClose: () => void }) {
  const place = useAlarms((state) => state.connection);
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<ReadonlyMap<string, Resource>>(new Map());
  const read = useCallback((listing: Listing) => listResources(place, listing), [place]);
  const { shown, more, again } = useListing(read, search.trim());
  const toggle = (resource: Resource): void => {
    const next = new Map(chosen);
    if (!next.delete(resource.resource_id)) next.set(resource.resource_id, resource);
    setChosen(next);
  };
  const firstFree = shown.items.find(({ can_run, resource_id }) => can_run && !taken.has(resource_id))?.resource_id;
  const add = (): void => { onAdd([...chosen.values()]); };
  const footer = (
    <>
      <Button label={t("Cancel")} look="ghost" onPress={onClose} />
      <Button
        label={n(chosen.size, "Add {count} machine", "Add {count} machines")}
        look="primary"
        testId="add-machines"
        reason={chosen.size === 0 ? t("Choose at least one machine.") : null}
        onPress={add}
      />
    </>
  );
  return (
    <Dialog title={t("Machines")} testId="machines" wide footer={footer} onClose={onClose}>
      <div className="choosing">
        <SearchField label={t("Search machines")} value={search} onChange={setSearch} />
        {/* Keys of the inputs within it. */}
        {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
        <div className="opts machines" role="group" aria-label={t("Machines")} onKeyDown={rove}>
          {shown.items.map((resource) => (
            <Row
              key={resource.resource_id}
              resource={resource}
              chosen={chosen.has(resource.resource_id)}
              taken={taken.has(resource.resource_id)}
              first={resource.resource_id === firstFree}
              onToggle={() => { toggle(resource); }}
            />
          ))}
          <ListEnd shown={shown} empty={t("No machine fits.")} onMore={more} onAgain={again} />
        </div>
      </div>
    </Dialog>
  );
}
