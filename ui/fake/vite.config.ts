import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import shipped from "../vite.config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The page over the stand-in program, in an ordinary browser: `?scene=empty`, `first-start`, `locked` … */
export default defineConfig({
  ...shipped,
  test: undefined,
  root: here(".."),
  build: { ...shipped.build, outDir: here("../node_modules/.fake-dist"), emptyOutDir: true },
  resolve: {
    alias: [
      { find: /^\.\/bindings$/, replacement: here("./bindings.ts") },
      { find: "@tauri-apps/api/core", replacement: here("./core.ts") },
      { find: "@tauri-apps/api/event", replacement: here("./event.ts") },
    ],
  },
} as Parameters<typeof defineConfig>[0]);
