import { Fragment, type ReactNode } from "react";

import { t } from "../i18n";

/** A translated message whose "{name}" places hold elements. */
export function Rich({ message, parts }: { message: string; parts: Record<string, ReactNode> }) {
  const pieces = t(message).split(/\{(\w+)\}/);
  return pieces.map((piece, index) => (
    // Pieces alternate between text and the name of a place; their number and order never change.
    <Fragment key={index}>{index % 2 === 1 ? parts[piece] : piece}</Fragment>
  ));
}
