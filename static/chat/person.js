import { dress } from "./avatar.js";
import { idProblem } from "./ids.js";

const TOKEN_REFUSED = 4001;

const byId = (id) => document.getElementById(id);

/** Who one is, and the state of the connection in words. */
export class Person {
  #state = { state: "idle" };
  #me = "";
  #timer = 0;

  /** @param {{ connect: (id: string, token: string) => void, disconnect: () => void, retryNow: () => void }} actions */
  constructor({ connect, disconnect, retryNow }) {
    onValidId("identity", "client-id", (id) => connect(id, byId("token").value.trim()));
    byId("disconnect").addEventListener("click", () => {
      disconnect();
      byId("client-id").focus();
    });
    byId("retry").addEventListener("click", retryNow);
  }

  show(detail, me) {
    this.#state = detail;
    this.#me = me;
    const { state, code } = detail;
    const isOnline = state !== "idle" && state !== "closed";
    document.body.dataset.state = state;
    byId("identity").hidden = isOnline;
    byId("me").hidden = !isOnline;
    byId("me-name").textContent = me ?? "";
    if (me) dress(byId("me-avatar"), me);
    if (code === TOKEN_REFUSED) this.#askForToken();
    this.#tick();
  }

  #askForToken() {
    byId("token-field").hidden = false;
    byId("token").focus();
  }

  /** Counts the seconds until the next try; a screen reader hears of the first count only. */
  #tick() {
    clearTimeout(this.#timer);
    const { state, why, code, nextTry } = this.#state;
    const seconds = Math.max(0, Math.round((nextTry - Date.now()) / 1_000));
    const says = {
      idle: "Not connected",
      connecting: "Connecting …",
      open: "Connected",
      waiting: `${why}. Trying again …`,
      closed: code === 1000 ? "Not connected" : `${why}. Not trying again.`,
    }[state];
    if (byId("state-text").textContent !== says) byId("state-text").textContent = says;
    byId("countdown").textContent = state === "waiting" && seconds > 0 ? `${seconds} s` : "";
    byId("retry").hidden = state !== "waiting" || seconds === 0;
    if (state === "waiting") this.#timer = setTimeout(() => this.#tick(), 1_000);
  }
}

/** Calls `accept` with the id entered in a form, or says beside the field what is wrong with it. */
export function onValidId(form, field, accept) {
  const input = byId(field);
  const error = byId(`${field}-error`);
  const say = (problem) => {
    error.textContent = problem ?? "";
    error.hidden = problem === null;
    input.setAttribute("aria-invalid", String(problem !== null));
  };
  input.addEventListener("input", () => say(null));
  byId(form).addEventListener("submit", (event) => {
    event.preventDefault();
    const id = input.value.trim();
    const problem = idProblem(id);
    say(problem);
    if (problem) input.focus();
    else accept(id);
  });
}
