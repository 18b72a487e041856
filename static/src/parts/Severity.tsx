const BARS = ["Info", "Minor", "Major", "Critical"];

/** The four bars of an alarm severity; nothing for any other word. */
export function Severity({ name }: { name: string }) {
  const level = BARS.indexOf(name);
  if (level < 0) return null;
  return (
    <svg className={`sev ${name.toLowerCase()}`} viewBox="0 0 12 12" aria-hidden="true">
      {BARS.map((bar, index) => (
        <rect
          key={bar}
          x={index * 3.2}
          y={9 - index * 3}
          width="2.2"
          height={3 + index * 3}
          rx=".7"
          fill="currentColor"
          opacity={index > level ? 0.28 : 1}
        />
      ))}
    </svg>
  );
}
