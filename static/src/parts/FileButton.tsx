import { useRef } from "react";

import { Button } from "./Button";

/** A button that lets the reader choose a JSON file. */
export function FileButton({ label, iconOnly, testId, onFile }: { label: string; iconOnly?: boolean; testId: string; onFile: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button label={label} icon="upload" iconOnly={iconOnly} look="ghost sm" onPress={() => { input.current?.click(); }} />
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        className="hide"
        tabIndex={-1}
        data-testid={testId}
        aria-label={label}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file) onFile(file);
        }}
      />
    </>
  );
}
