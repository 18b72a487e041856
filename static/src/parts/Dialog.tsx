import { useId, useLayoutEffect, useRef, type ReactNode } from "react";

/** A modal dialog: the rest of the page is inert, Escape closes, focus returns to where it was. */
export function Dialog({ title, intro, testId, wide = false, footer, onClose, children }: {
  title: string;
  intro?: string;
  testId?: string;
  wide?: boolean;
  footer: ReactNode;
  onClose: () => void;
  children?: ReactNode;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  // Closed while it is still in the page: only then does the browser give the focus back.
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (dialog && !dialog.open) dialog.showModal();
    return () => { dialog?.close(); };
  }, []);
  return (
    <dialog
      ref={ref}
      className={wide ? "dialog wide" : "dialog"}
      data-testid={testId}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header>
        <h1 id={titleId}>{title}</h1>
        {intro && <p className="dim">{intro}</p>}
      </header>
      {children && <div className="body">{children}</div>}
      <footer>{footer}</footer>
    </dialog>
  );
}
