/// <reference types="vitest/config" />
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "dist",
    target: "safari16",
    // Everything is a file of its own: the content security policy knows no data addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      output: {
        // What the first picture needs is one file: each further one is asked for from another process.
        codeSplitting: { groups: [{ name: "page", test: /\/src\/(main\.ts|page\.tsx)$/ }] },
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
