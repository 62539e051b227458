/** What jsdom lacks: a ResizeObserver, whose sizes a test sets, and a canvas, which axe asks for. */
import "@testing-library/jest-dom/vitest";
import { afterEach } from "vitest";

const observed = new Map<Element, () => void>();

class FakeResizeObserver implements ResizeObserver {
  private readonly mine = new Set<Element>();
  constructor(private readonly report: ResizeObserverCallback) {}
  observe(element: Element) {
    this.mine.add(element);
    observed.set(element, () => {
      const entry = { target: element } as ResizeObserverEntry;
      this.report([entry], this);
    });
  }
  unobserve(element: Element) {
    this.mine.delete(element);
    observed.delete(element);
  }
  disconnect() {
    for (const element of this.mine) this.unobserve(element);
  }
}
globalThis.ResizeObserver = FakeResizeObserver;
HTMLCanvasElement.prototype.getContext = () => null;

afterEach(() => {
  document.documentElement.removeAttribute("data-theme");
});

/** Gives an element a height and tells whoever watches its size. */
export function resizeTo(element: HTMLElement, height: number) {
  Object.defineProperty(element, "offsetHeight", { configurable: true, value: height });
  observed.get(element)?.();
}
