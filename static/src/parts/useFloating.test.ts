import { describe, expect, it } from "vitest";

import { placeBeside } from "./useFloating";

const room = { width: 1000, height: 700 };

describe("a box beside its anchor", () => {
  it("stands under it when there is room", () => {
    const place = placeBeside({ left: 100, right: 130, top: 50, bottom: 80 }, { width: 200, height: 100 }, room, "start");
    expect(place).toEqual({ left: 100, top: 86 });
  });

  it("stands above it at the foot of the window", () => {
    const place = placeBeside({ left: 100, right: 130, top: 660, bottom: 690 }, { width: 200, height: 100 }, room, "start");
    expect(place.top).toBe(554);
  });

  it("never leaves the window at the right", () => {
    const place = placeBeside({ left: 980, right: 998, top: 50, bottom: 80 }, { width: 200, height: 100 }, room, "middle");
    expect(place.left).toBe(792);
  });
});
