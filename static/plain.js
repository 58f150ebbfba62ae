// The plain protocol, as simply as can be: plain.html?id=1001&to=6001 in one window, plain.html?id=6001&to=1001 in another.
const query = new URLSearchParams(location.search);
const me = query.get("id") ?? "1001";
const [output, form, to, text, log] = ["me", "form", "to", "text", "log"].map((id) => document.getElementById(id));
output.value = me;
to.value = query.get("to") ?? "6001";

// One address for each person: whoever connects to /ws/1001 is 1001. wss:// if this page came by https://.
const socket = new WebSocket(`${location.origin.replace("http", "ws")}/ws/${encodeURIComponent(me)}`);
socket.onopen = () => show("Connected.");
socket.onclose = () => show("The connection has ended. Load the page again to come back.");
// A page that was left may be kept for the way back, and its connection with it: the other would not see it leave.
addEventListener("pagehide", () => socket.close());

// What comes is a sentence: “Client #6001 says: hello”, “Client #6001 left the chat”, “Error: …”. Files come as binary.
socket.onmessage = ({ data }) => show(typeof data === "string" ? data : `A file of ${data.size} bytes has come.`);

// What goes is the recipient, a colon, and the message.
form.onsubmit = (event) => {
  event.preventDefault();
  if (socket.readyState !== WebSocket.OPEN) return show("There is no connection.");
  socket.send(`${to.value}:${text.value}`);
  show(`To ${to.value}: ${text.value}`);
  text.value = "";
};

function show(line) {
  // textContent, not innerHTML: what somebody else has written is text, whatever it looks like.
  log.append(Object.assign(document.createElement("li"), { textContent: line }));
}
