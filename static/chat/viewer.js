const byId = (id) => document.getElementById(id);

/** Shows a picture of the conversation in full. */
export function setUpViewer() {
  const viewer = byId("viewer");
  const image = byId("viewer-image");
  byId("logs").addEventListener("click", (event) => {
    const part = event.target.closest(".picture");
    const picture = part?.querySelector("img");
    if (!picture) return;
    image.src = picture.src;
    image.alt = picture.alt;
    byId("viewer-save").href = picture.src;
    byId("viewer-save").download = part.dataset.name;
    viewer.showModal();
  });
  viewer.addEventListener("click", ({ target }) => target === viewer && viewer.close());
  viewer.addEventListener("close", () => {
    image.removeAttribute("src");
    byId("viewer-save").removeAttribute("href");
  });
}
