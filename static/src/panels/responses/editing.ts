import { createElement } from "react";

import type { PreparedResponse } from "../../model/types";
import { openLayer, type Layer } from "../layers";

/** Opens the form of a response of a card, or of a new one. */
export function editResponse(card: string, response: PreparedResponse | null): void {
  const load = async (): Promise<Layer> => {
    const { ResponseDialog } = await import("./ResponseDialog");
    return function Opened({ typed }) {
      return createElement(ResponseDialog, { card, response, typed });
    };
  };
  void openLayer({ load });
}
