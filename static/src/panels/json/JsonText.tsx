import { useEffect, useRef } from "react";

import { extensionsFor } from "./extensions";
import { Foot } from "./Foot";
import { openText } from "./session";

/**
 * The text of the rule and what is told of it. The text stands in a root of its own: there the editor's style sheets
 * need no style element, which the policy of the page forbids.
 */
export function JsonText({ editable }: { editable: boolean }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const host = place.current;
    if (!host) return;
    return openText(host.shadowRoot ?? host.attachShadow({ mode: "open" }), extensionsFor(editable));
  }, [editable]);
  return (
    <>
      <div ref={place} className="json-text json-root" data-takes-text="" />
      <Foot />
    </>
  );
}
