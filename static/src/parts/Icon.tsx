import type { ReactElement } from "react";

const SHAPES = {
  condition: (
    <>
      <path d="M8 1.75 14.25 8 8 14.25 1.75 8z" />
      <path d="M6.6 6.7a1.45 1.45 0 1 1 2 1.35c-.4.2-.6.4-.6.85M8 10.6v.1" />
    </>
  ),
  merge: (
    <path d="M2 3.5h2.2c1.8 0 2.3 1 3 2.4l.3.6c.6 1 1.2 1.5 2.3 1.5H14M2 12.5h2.2c1.8 0 2.3-1 3-2.4M11.5 5.5 14 8l-2.5 2.5" />
  ),
  start: <circle cx="8" cy="8" r="5" fill="currentColor" stroke="none" />,
  end: (
    <>
      <circle cx="8" cy="8" r="5.25" />
      <circle cx="8" cy="8" r="2" fill="currentColor" stroke="none" />
    </>
  ),
  plus: <path d="M8 3.5v9M3.5 8h9" />,
  minus: <path d="M3.5 8h9" />,
  x: <path d="m4 4 8 8M12 4l-8 8" />,
  check: <path d="m3 8.5 3.2 3.2L13 4.8" />,
  down: <path d="m4 6 4 4 4-4" />,
  up: <path d="m4 10 4-4 4 4" />,
  right: <path d="m6 4 4 4-4 4" />,
  more: <path d="M3.5 8h.01M8 8h.01M12.5 8h.01" strokeWidth="2" />,
  grip: <path d="M6 4h.01M10 4h.01M6 8h.01M10 8h.01M6 12h.01M10 12h.01" strokeWidth="1.8" />,
  undo: (
    <>
      <path d="M5.5 3 2.5 6l3 3" />
      <path d="M2.5 6h7a4 4 0 0 1 0 8H7" />
    </>
  ),
  redo: (
    <>
      <path d="m10.5 3 3 3-3 3" />
      <path d="M13.5 6h-7a4 4 0 0 0 0 8H9" />
    </>
  ),
  tidy: (
    <>
      <rect x="5.5" y="1.75" width="5" height="3.5" rx="1" />
      <rect x="1.75" y="10.75" width="5" height="3.5" rx="1" />
      <rect x="9.25" y="10.75" width="5" height="3.5" rx="1" />
      <path d="M8 5.25V8M4.25 10.75V8h7.5v2.75" />
    </>
  ),
  eye: (
    <>
      <path d="M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8z" />
      <circle cx="8" cy="8" r="1.9" />
    </>
  ),
  download: <path d="M8 2.5v7.5M4.8 7 8 10.2 11.2 7M2.5 13.5h11" />,
  upload: <path d="M8 10.2V2.7M4.8 5.9 8 2.7l3.2 3.2M2.5 13.5h11" />,
  copy: (
    <>
      <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
      <path d="M10.5 5.5V4A1.5 1.5 0 0 0 9 2.5H4A1.5 1.5 0 0 0 2.5 4v5A1.5 1.5 0 0 0 4 10.5h1.5" />
    </>
  ),
  error: (
    <>
      <circle cx="8" cy="8" r="6.25" />
      <path d="M8 4.8v3.7M8 11v.1" />
    </>
  ),
  warning: (
    <>
      <path d="M8 2.2 14.4 13.4H1.6z" />
      <path d="M8 6.6v3M8 11.5v.1" />
    </>
  ),
  info: (
    <>
      <circle cx="8" cy="8" r="6.25" />
      <path d="M8 7.4v3.8M8 5v.1" />
    </>
  ),
  question: <path d="M5.6 5.9a2.4 2.4 0 1 1 3.5 2.2c-.8.4-1.1.8-1.1 1.6M8 12.3v.1" />,
  play: <path d="M5 3.2v9.6L12.6 8z" />,
  "dock-bottom": (
    <>
      <rect x="2" y="2.5" width="12" height="11" rx="1.5" />
      <path d="M2 9.5h12" />
    </>
  ),
  "dock-right": (
    <>
      <rect x="2" y="2.5" width="12" height="11" rx="1.5" />
      <path d="M10 2.5v11" />
    </>
  ),
  ok: (
    <>
      <circle cx="8" cy="8" r="6.25" />
      <path d="m5.2 8.2 2 2 3.6-4" />
    </>
  ),
  to: <path d="M2.5 8h11M9.5 4l4 4-4 4" />,
  outline: <path d="M2.5 3.5h4M5.5 8h8M5.5 12.5h8" />,
  draft: <circle cx="8" cy="8" r="6" strokeDasharray="2.6 2.1" />,
  mend: <path d="M9.9 2.3a3.6 3.6 0 0 0-3.5 5L2.3 11.4a1.6 1.6 0 0 0 2.3 2.3l4.1-4.1a3.6 3.6 0 0 0 4.8-4.4L11.3 7.4 9 7 8.6 4.7l2.2-2.2a3.6 3.6 0 0 0-.9-.2z" />,
  trash: <path d="M2.5 4h11M6 4V2.5h4V4M4 4l.7 9.5h6.6L12 4" />,
  lock: (
    <>
      <rect x="3" y="7" width="10" height="7" rx="1.5" />
      <path d="M5.2 7V5a2.8 2.8 0 0 1 5.6 0v2" />
    </>
  ),
  history: (
    <>
      <path d="M2.2 8a5.8 5.8 0 1 0 1.9-4.3L2.2 5.5" />
      <path d="M2.2 2.3v3.2h3.2M8 5v3.2l2 1.3" />
    </>
  ),
  link: (
    <>
      <path d="M6.5 9.5a3 3 0 0 0 4.3.2l2-2a3 3 0 0 0-4.2-4.3l-1 1" />
      <path d="M9.5 6.5a3 3 0 0 0-4.3-.2l-2 2a3 3 0 0 0 4.2 4.3l1-1" />
    </>
  ),
  search: (
    <>
      <circle cx="7" cy="7" r="4.25" />
      <path d="m10.2 10.2 3.3 3.3" />
    </>
  ),
  cut: (
    <>
      <circle cx="4.5" cy="4" r="2" />
      <circle cx="4.5" cy="12" r="2" />
      <path d="M6.1 5.2 13.5 12M6.1 10.8 13.5 4" />
    </>
  ),
  paste: (
    <>
      <rect x="3" y="3.25" width="10" height="11" rx="1.5" />
      <path d="M6 4.75v-2h4v2zM6 8h4M6 10.75h4" />
    </>
  ),
  duplicate: (
    <>
      <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
      <path d="M10.5 5.5V4A1.5 1.5 0 0 0 9 2.5H4A1.5 1.5 0 0 0 2.5 4v5A1.5 1.5 0 0 0 4 10.5h1.5M9.5 7.75v3.5M7.75 9.5h3.5" />
    </>
  ),
  "align-left": <path d="M2.5 1.75v12.5M5 3.5h8v3H5zM5 9.5h5v3H5z" />,
  "align-centre": <path d="M8 1.75V3.5M8 6.5v3M8 12.5v1.75M3.5 3.5h9v3h-9zM5.5 9.5h5v3h-5z" />,
  "align-right": <path d="M13.5 1.75v12.5M3 3.5h8v3H3zM6 9.5h5v3H6z" />,
  "align-top": <path d="M1.75 2.5h12.5M3.5 5v8h3V5zM9.5 5v5h3V5z" />,
  "align-middle": <path d="M1.75 8H3.5M6.5 8h3M12.5 8h1.75M3.5 3.5v9h3v-9zM9.5 5.5v5h3v-5z" />,
  "align-bottom": <path d="M1.75 13.5h12.5M3.5 3v8h3V3zM9.5 6v5h3V6z" />,
  "distribute-across": <path d="M2.5 1.75v12.5M13.5 1.75v12.5M6.25 4.5h3.5v7h-3.5z" />,
  "distribute-down": <path d="M1.75 2.5h12.5M1.75 13.5h12.5M4.5 6.25h7v3.5h-7z" />,
  message: <path d="M2.5 3.25h11v7.5H8l-3 2.75v-2.75H2.5zM5 5.75h6M5 8.25h4" />,
  swap: <path d="M2.5 5.5h10M9.8 2.8l2.7 2.7-2.7 2.7M13.5 10.5h-10M6.2 7.8l-2.7 2.7 2.7 2.7" />,
  tilde: <path d="M2.5 9.2c1.4-2.4 3.2-2.8 5-1.4 2 1.6 4 1.4 6-1" />,
  move: <path d="M8 1.8v12.4M1.8 8h12.4M6.2 3.6 8 1.8l1.8 1.8M6.2 12.4 8 14.2l1.8-1.8M3.6 6.2 1.8 8l1.8 1.8M12.4 6.2 14.2 8l-1.8 1.8" />,
  fit: <path d="M2.5 6V3.5A1 1 0 0 1 3.5 2.5H6M10 2.5h2.5a1 1 0 0 1 1 1V6M13.5 10v2.5a1 1 0 0 1-1 1H10M6 13.5H3.5a1 1 0 0 1-1-1V10" />,
} as const satisfies Record<string, ReactElement>;

export type IconName = keyof typeof SHAPES;

/** A 16 px line icon in the colour of the text around it; decoration, so hidden from screen readers. */
export function Icon({ name, className = "" }: { name: IconName; className?: string }) {
  return (
    <svg className={`i ${className}`.trim()} viewBox="0 0 16 16" aria-hidden="true">
      {SHAPES[name]}
    </svg>
  );
}
