const byId = (id) => document.getElementById(id);

/**
 * The field for text and the three ways for files: button, drop and paste.
 *
 * `onText(text)` is given what was written, `onFiles(files)` a list, and `onTyping(isTyping)` is told of each change.
 * None is called while no conversation is open.
 */
export function setUpComposer({ onText, onFiles, onTyping, isOpen }) {
  const form = byId("composer");
  const message = byId("message");
  const file = byId("file");

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = message.value;
    if (text.trim() !== "" && isOpen()) {
      message.value = "";
      onText(text);
    }
    message.focus();
  });
  message.addEventListener("input", () => isOpen() && onTyping(message.value !== ""));
  message.addEventListener("keydown", (event) => {
    // While an input method composes, Enter chooses a word.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });

  byId("attach").addEventListener("click", () => file.click());
  file.addEventListener("change", () => {
    const files = [...file.files];
    file.value = ""; // so that the same file can be chosen again
    onFiles(files);
    message.focus();
  });

  addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0 || !isOpen()) return;
    event.preventDefault();
    onFiles(files);
  });

  setUpDrop({ onFiles, isOpen });
}

function setUpDrop({ onFiles, isOpen }) {
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  const mark = (over) => document.body.classList.toggle("dropping", over);

  addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    // Prevented even where nothing can be sent, or the browser would leave this page and show the file.
    event.preventDefault();
    event.dataTransfer.dropEffect = isOpen() ? "copy" : "none";
    mark(isOpen());
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) mark(false);
  });
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    mark(false);
    if (isOpen()) onFiles([...event.dataTransfer.files]);
  });
}
