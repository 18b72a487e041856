import { useEffect, useState } from "react";

/** Whether the page has been painted once, canvas and all: what stands around it is filled after, so that the rule is seen sooner. */
export function usePictured(): boolean {
  const [pictured, setPictured] = useState(false);
  useEffect(() => {
    let timer = 0;
    // The first frame is the picture itself; the second begins when it has been painted, and what follows that is late.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => {
        timer = window.setTimeout(() => { setPictured(true); });
      });
    });
    return () => {
      cancelAnimationFrame(frame);
      window.clearTimeout(timer);
    };
  }, []);
  return pictured;
}
