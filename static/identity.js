import { idProblem } from "./protocol.js";

const byId = (id) => document.getElementById(id);

/** The form with one's own id, and the state of the connection in words. */
export function setUpIdentity({ connection, onConnect, onDisconnect }) {
  onValidId("identity", "client-id", (id) => {
    // The same button connects and, from then on, disconnects.
    if (connection.state === "idle" || connection.state === "refused") onConnect(id);
    else onDisconnect();
  });
  byId("retry").addEventListener("click", () => connection.retryNow());
}

/** Shows a state of the connection. */
export function showState({ state, reason, delay }, id) {
  const online = state !== "idle" && state !== "refused";
  document.body.dataset.state = state;
  byId("state-text").textContent = {
    idle: "Not connected",
    connecting: "Connecting …",
    open: `Connected as ${id}`,
    waiting: `${reason}. ${delay < 1_000 ? "Trying again …" : `Trying again in ${Math.round(delay / 1_000)} s.`}`,
    refused: `${reason}. Not trying again.`,
  }[state];
  byId("connect").textContent = online ? "Disconnect" : "Connect";
  byId("connect").classList.toggle("quiet", online);
  byId("client-id").readOnly = online;
  byId("retry").hidden = state !== "waiting" || delay < 1_000;
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
