import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { startServer, type TestServer } from "../testing/server";
import { bring } from "./bring";

let server: TestServer;

beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.close());

function paths(): string[] {
  return server.asked.map(({ path }) => path);
}

describe("bringing a late part", () => {
  it("fetches all its files before it is imported", async () => {
    server.answer(() => ({ status: 200, text: "" }));
    await expect(bring(() => Promise.resolve(paths()), ["a-1.js", "b-1.js"])).resolves.toEqual(["/a-1.js", "/b-1.js"]);
  });

  it("imports nothing while a file is missing, and asks for that file again the next time", async () => {
    let imported = 0;
    const load = () => Promise.resolve((imported += 1));
    server.answer(({ path }) => ({ status: path === "/b-2.js" ? 404 : 200, text: "" }));
    await expect(bring(load, ["a-2.js", "b-2.js"])).rejects.toThrow("404");
    expect(imported).toBe(0);
    server.answer(() => ({ status: 200, text: "" }));
    await expect(bring(load, ["a-2.js", "b-2.js"])).resolves.toBe(1);
    expect(paths()).toEqual(["/a-2.js", "/b-2.js", "/b-2.js"]);
  });

  it("does not fetch what the page has loaded already", async () => {
    const link = document.createElement("link");
    link.setAttribute("href", "/c-3.js");
    document.head.append(link);
    await bring(() => Promise.resolve(), ["c-3.js"]);
    link.remove();
    expect(paths()).toEqual([]);
  });
});
