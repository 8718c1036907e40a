import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, startTransition, StrictMode, Suspense, useCallback, useEffect, useRef } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { I18nProvider } from "react-aria-components";
import { asErrorView, call, useStartup, type Theme } from "./backend";
import { painted } from "./backend/first-picture";
import { client } from "./backend/start";
import { Notices } from "./parts/notices";
import { takePictureAway } from "./picture/takeAway";
import { NavigationProvider } from "./shell/navigation";
import { Shell } from "./shell/Shell";

const FirstStart = lazy(() => import("./screens/first-start/FirstStart"));
const Unusable = lazy(() => import("./screens/unusable/Unusable"));

/** Puts the page into its element. */
export function mount(element: HTMLElement | null): void {
  if (!element) return;
  const root = createRoot(element);
  const show = () =>
    root.render(
      <StrictMode>
        <QueryClientProvider client={client}>
          <App />
        </QueryClientProvider>
      </StrictMode>,
    );
  // Below a picture it is drawn piece by piece, so that the picture answers in between. Otherwise at once, and not when
  // there is time: an empty page would be drawn before.
  if (window.__STRONGROOM_PICTURE__) startTransition(show);
  else flushSync(show);
}

/** The whole page: which of its three faces is shown depends on how far the vault has come. */
export function App() {
  const startup = useStartup();
  const told = useRef(false);
  // Told once something useful is painted, which is so at the second frame. A hidden window has no frames.
  const ready = useCallback(() => {
    if (told.current) return;
    told.current = true;
    takePictureAway();
    const tell = () => {
      painted();
      void call("pageReady").catch(() => undefined);
    };
    if (document.hidden) tell();
    else requestAnimationFrame(() => requestAnimationFrame(tell));
  }, []);
  useTheme(startup.data?.theme);
  return (
    <I18nProvider locale="en-GB">
      <NavigationProvider>
        <Notices>
          <Suspense fallback={null}>
            {startup.isError && !startup.data && (
              <Unusable error={asErrorView(startup.error)} home={null} ready={ready} />
            )}
            {startup.data?.stage === "unusable" && (
              <Unusable error={startup.data.fault} home={startup.data.home} ready={ready} />
            )}
            {startup.data?.stage === "first_start" && <FirstStart startup={startup.data} ready={ready} />}
            {startup.data?.stage === "ready" && <Shell startup={startup.data} ready={ready} />}
          </Suspense>
        </Notices>
      </NavigationProvider>
    </I18nProvider>
  );
}

function useTheme(theme: Theme | undefined) {
  useEffect(() => {
    if (!theme) return;
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }, [theme]);
}
