/// <reference types="vitest/config" />
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { firstPicture } from "./first-picture.plugin.ts";

const build = {
  target: "safari16",
  // Everything is a file of its own: the content security policy knows no data addresses.
  assetsInlineLimit: 0,
  modulePreload: { polyfill: false },
  chunkSizeWarningLimit: 600,
};

export default defineConfig({
  plugins: [react(), firstPicture({ build })],
  build: {
    ...build,
    outDir: "dist",
    rolldownOptions: {
      output: {
        // What the page shows at once is one file: each further one is asked for from another process.
        codeSplitting: {
          groups: [
            { name: "main", test: /\/src\/main\.ts$|preload-helper|rolldown.runtime/, priority: 4 },
            { name: "react", test: /node_modules\/(react|react-dom|scheduler)\//, priority: 3 },
            { name: "table", test: /\/src\/screens\/credentials\/CredentialTable\.tsx$/, priority: 1 },
            { name: "page", test: /\/src\/(begin\.ts|page\.tsx)$/ },
          ],
        },
      },
    },
  },
  test: {
    environment: "jsdom",
    setupFiles: ["tests/setup.ts"],
    include: ["tests/**/*.test.{ts,tsx}"],
    maxWorkers: 1,
    testTimeout: 60_000,
    css: false,
  },
});
