/** What a page of the rules over there does by itself: looks again where the last look is old, and says that it waits. */
import { request } from "./api/client";

type Attempt = (work: () => Promise<void>) => Promise<void>;

let leaving = false;

function line(): HTMLElement | null {
  return document.querySelector<HTMLElement>("[data-looking]");
}

function setLooking(form: HTMLFormElement, looking: boolean): void {
  const words = line();
  if (words) words.hidden = !looking;
  for (const button of form.querySelectorAll("button")) button.disabled = looking;
}

/** Asks for a look, which takes as long as the cloud does, and then shows what it found. */
async function look(form: HTMLFormElement): Promise<void> {
  setLooking(form, true);
  try {
    await request("POST", form.dataset.look ?? "");
    // Whoever is on the way to another page gets there.
    if (!leaving) location.reload();
  } catch (error) {
    setLooking(form, false);
    throw error;
  }
}

/** Lets a form be sent once: what it asks of the cloud takes a while. */
function startWaiting(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-busy]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.busy === "sent") event.preventDefault();
      form.dataset.busy = "sent";
      form.setAttribute("aria-busy", "true");
    });
  }
  // A page that comes back from the history has sent nothing yet.
  addEventListener("pageshow", () => {
    leaving = false;
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-busy]")) {
      form.dataset.busy = "";
      form.removeAttribute("aria-busy");
    }
  });
}

export function startLooking(attempt: Attempt): void {
  startWaiting();
  addEventListener("beforeunload", () => { leaving = true; });
  const form = document.querySelector<HTMLFormElement>("form[data-look]");
  if (!form) return;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void attempt(() => look(form));
  });
  if (form.dataset.old !== undefined) void attempt(() => look(form));
}
