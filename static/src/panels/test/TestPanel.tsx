import { useEffect, useRef, type DragEvent, type KeyboardEvent } from "react";

import { t } from "../../i18n";
import { AlarmSection } from "./AlarmSection";
import { Assumptions } from "./Assumptions";
import { Cases } from "./Cases";
import { importSuite } from "./suiteFile";
import { useTest } from "./testing";
import { Verdict } from "./Verdict";
import { WaySteps } from "./WaySteps";

const FIRST_FIELD = ".alarm-fields :is(input, select), .alarm-json textarea";

function onKeyDown(event: KeyboardEvent): void {
  if (event.key !== "Escape" || event.defaultPrevented || event.nativeEvent.isComposing) return;
  event.preventDefault();
  document.querySelector<HTMLElement>('.react-flow__node[tabindex="0"]')?.focus();
}

function allowFile(event: DragEvent): void {
  if (event.dataTransfer.types.includes("Files")) event.preventDefault();
}

function takeFile(event: DragEvent): void {
  const file = event.dataTransfer.files[0];
  if (!file) return;
  event.preventDefault();
  void importSuite(file);
}

function useFocusWish() {
  const ref = useRef<HTMLDivElement>(null);
  const wish = useTest((state) => state.focusWish);
  useEffect(() => {
    if (!wish) return;
    ref.current?.querySelector<HTMLElement>(FIRST_FIELD)?.focus();
    useTest.setState({ focusWish: false });
  }, [wish]);
  return ref;
}

/** Where an alarm would go, and why: the alarm, the answer, every step, what it rests on, and the saved cases. */
export function TestPanel() {
  const ref = useFocusWish();
  return (
    <div ref={ref} role="group" aria-label={t("Test an alarm")} className="test-panel" data-testid="test-panel">
      {/* Heard here for everything inside: Escape leads back to the canvas, and a suite may be dropped anywhere. */}
      <div role="presentation" className="test-parts" onKeyDown={onKeyDown} onDragOver={allowFile} onDrop={takeFile}>
        <div className="test-part">
          <AlarmSection />
        </div>
        <div className="test-part">
          <Verdict />
          <WaySteps />
        </div>
        <div className="test-part">
          <Assumptions />
          <Cases />
        </div>
      </div>
    </div>
  );
}
