// A real OpenID provider (the certified package `oidc-provider`) on a free port of the loopback. Prints its port.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const forClients = process.argv[2] !== "people-only";
const secret = "FAKE-secret /+%: 0123456789";
const web = { redirect_uris: ["https://app.example.com/back"], response_types: ["code"] };
const machine = { grant_types: ["client_credentials"], redirect_uris: [], response_types: [] };

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address();
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [
      { client_id: "web", client_secret: secret, grant_types: ["authorization_code"], ...web },
      ...(forClients
        ? [
            { client_id: "machine:1", client_secret: secret, scope: "reports", ...machine },
            {
              client_id: "poster",
              client_secret: secret,
              token_endpoint_auth_method: "client_secret_post",
              ...machine,
            },
          ]
        : []),
    ],
    scopes: ["openid", "offline_access", "reports", "payroll"],
    features: {
      clientCredentials: { enabled: forClients },
      devInteractions: { enabled: false },
      introspection: { enabled: true },
    },
  });
  server.on("request", provider.callback());
  console.log(port);
});
