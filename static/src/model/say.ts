/** Values for the "{name}" places of a message. */
export type Params = Record<string, string | number>;

declare const known: unique symbol;
/** A message that stands in the catalogue, kept in a table until it is said. */
export type Message = string & { readonly [known]: true };

/** Makes a message of a table known to the catalogue; it is said later. */
export function mark(message: string): Message {
  return message as Message;
}

/** Turns an English message into the reader's language and fills its places. `t` of the i18n module is one. */
export type Say = (message: string, params?: Params) => string;

/** Fills "{name}" places; a place without a value stays as it is. */
export function fill(message: string, params: Params = {}): string {
  return message.replace(/\{(\w+)\}/g, (place, name: string) =>
    Object.hasOwn(params, name) ? String(params[name]) : place,
  );
}

/** The English reader: messages as they are written. */
export const english: Say = fill;
