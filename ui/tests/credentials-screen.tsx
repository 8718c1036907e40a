import { QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import { Notices } from "../src/parts/notices";
import { CheckingProvider } from "../src/screens/credentials/checking";
import { Credentials } from "../src/screens/credentials/Credentials";
import { NavigationProvider } from "../src/shell/navigation";
import { client } from "./client";
import { ready } from "./program";

/** Shows the list of credentials, and gives what it was told. Imported after the test has said what stands in for the
 * program. */
export function showCredentials() {
  const told = client();
  render(
    <QueryClientProvider client={told}>
      <NavigationProvider>
        <Notices>
          <CheckingProvider>
            <Credentials startup={ready} selected={null} cancelled={false} ready={() => undefined} />
          </CheckingProvider>
        </Notices>
      </NavigationProvider>
    </QueryClientProvider>,
  );
  return told;
}
