import type { Machine } from "./form";

function propertyOf({ target_instance }: Pick<Machine, "target_instance">, name: string): string {
  const properties = target_instance.properties as Record<string, unknown> | null | undefined;
  const value = properties?.[name];
  return typeof value === "string" ? value : "";
}

/** Its address within its network, as the list of machines told; empty where it told none. */
export function addressOf(machine: Pick<Machine, "target_instance">): string {
  return propertyOf(machine, "fixedIp");
}

/** The zone it stands in; empty where that is not told. */
export function zoneOf(machine: Pick<Machine, "target_instance">): string {
  return propertyOf(machine, "zoneId");
}
