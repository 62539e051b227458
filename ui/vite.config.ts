import { resolve } from "node:path";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

const page = (name: string) => resolve(import.meta.dirname, name);

/** Two pages are shipped; `gallery.html` is served in development only. */
export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  clearScreen: false,
  server: { port: 5173, strictPort: true, host: "127.0.0.1" },
  build: {
    target: ["es2023", "safari18", "chrome125"],
    assetsInlineLimit: 0,
    rollupOptions: { input: { main: page("main.html"), ring: page("ring.html") } },
  },
  test: {
    environment: "jsdom",
    setupFiles: ["src/test/setup.ts"],
    include: ["src/**/*.test.ts"],
    restoreMocks: true,
    // A limit for what hangs, far from what a busy machine needs.
    testTimeout: 60_000,
  },
});
