/** The element that a page's screen is drawn into. */
export function appRoot(): HTMLElement {
  const root = document.getElementById("app");
  if (!root) throw new Error("the page has no #app element");
  return root;
}
