/**
 * Builds the code of the first picture beside the page: the page's own components, with stand-ins in the place of the
 * libraries that make them work (src/picture). The document loads it, with its styles, before anything else.
 */
import { join } from "node:path";
import { build, type Plugin, type UserConfig } from "vite";

const source = (name: string) => join(import.meta.dirname, "src", name);
const file = (name: string) => source(`picture/${name}`);

/** What is read later is not part of the first picture. */
const nothingLater: Plugin = {
  name: "nothing-later",
  enforce: "pre",
  transform: {
    filter: { id: /\/src\/.*\.tsx?$/ },
    handler: (code) => code.replace(/=> import\("[^"]*"\)/gu, "=> Promise.reject()"),
  },
};

const named = ({ names }: { names: string[] }) =>
  names[0]?.endsWith(".css") ? "picture.css" : "assets/[name]-[hash][extname]";

/** The picture's code and styles. */
export async function pictureBundle(shared: UserConfig) {
  const built = await build({
    ...shared,
    configFile: false,
    mode: "production",
    logLevel: "warn",
    plugins: [nothingLater],
    publicDir: false,
    resolve: {
      alias: [
        { find: /^react\/jsx-(dev-)?runtime$/, replacement: "preact/jsx-runtime" },
        { find: /^react(-dom)?$/, replacement: file("still.ts") },
        { find: /^\.\/CredentialTable$/, replacement: source("screens/credentials/FirstRows.tsx") },
        { find: "react-aria-components", replacement: file("drawn.tsx") },
        { find: "@tanstack/react-query", replacement: file("known.ts") },
        { find: /^@tauri-apps\/api\/.*$/, replacement: file("silent.ts") },
      ],
    },
    build: {
      ...shared.build,
      write: false,
      cssCodeSplit: false,
      modulePreload: false,
      rolldownOptions: {
        input: file("main.tsx"),
        output: { format: "iife", entryFileNames: "picture.js", assetFileNames: named },
      },
    },
  });
  const [output] = [built].flat();
  if (output === undefined || !("output" in output)) throw new Error("the first picture was not built");
  return output.output;
}

/** Those that the picture waits for (src/picture/main.tsx). */
const FONTS = [/inter-latin-wght-normal-[^/]*\.woff2$/u, /jetbrains-mono-latin-wght-normal-[^/]*\.woff2$/u];

function fileOf(bundle: object | undefined, name: RegExp): string {
  const file = Object.keys(bundle ?? {}).find((file) => name.test(file));
  if (file === undefined) throw new Error(`no file is called ${name.source}`);
  return `/${file}`;
}

/** Puts the picture's code and styles beside the page's. */
export function firstPicture(shared: UserConfig): Plugin {
  return {
    name: "first-picture",
    apply: "build",
    async generateBundle() {
      for (const part of await pictureBundle(shared)) {
        const source = part.type === "chunk" ? part.code : part.source;
        this.emitFile({ type: "asset", fileName: part.fileName, source });
      }
    },
    transformIndexHtml: {
      order: "post",
      handler: (_html, { bundle }) => [
        ...FONTS.map((font) => ({
          tag: "link",
          attrs: {
            rel: "preload",
            as: "font",
            type: "font/woff2",
            crossorigin: true,
            href: fileOf(bundle, font),
          },
          injectTo: "head-prepend" as const,
        })),
        { tag: "link", attrs: { rel: "stylesheet", href: "/picture.css" }, injectTo: "head" },
        { tag: "script", attrs: { src: "/picture.js" }, injectTo: "body" },
      ],
    },
  };
}
