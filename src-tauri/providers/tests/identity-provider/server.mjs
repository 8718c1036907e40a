// A real OpenID provider (the certified package `oidc-provider`) on a free port of the loopback. Prints its port.
//
// node server.mjs MODE [REDIRECT_URI]: `people-only`, `clients-too`, or `connecting` with a client `calendar` that gets
// refresh tokens for one use and access tokens that end at once.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [mode, redirectUri] = process.argv.slice(2);
const forClients = mode === "clients-too";
const connecting = mode === "connecting";
const secret = "FAKE-secret /+%: 0123456789";
const web = { redirect_uris: ["https://app.example.com/back"], response_types: ["code"] };
const machine = { grant_types: ["client_credentials"], redirect_uris: [], response_types: [] };
const calendar = {
  client_id: "calendar",
  client_secret: secret,
  grant_types: ["authorization_code", "refresh_token"],
  redirect_uris: [redirectUri],
  response_types: ["code"],
};

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address();
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [
      { client_id: "web", client_secret: secret, grant_types: ["authorization_code"], ...web },
      ...(connecting ? [calendar] : []),
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
      devInteractions: { enabled: connecting },
      introspection: { enabled: true },
      revocation: { enabled: connecting },
    },
    pkce: { required: () => connecting },
    ...(connecting
      ? {
          issueRefreshToken: async (ctx, client) => client.grantTypeAllowed("refresh_token"),
          rotateRefreshToken: true,
          ttl: { AccessToken: 30, RefreshToken: 3600, Grant: 3600, Session: 3600, Interaction: 600 },
        }
      : {}),
  });
  server.on("request", provider.callback());
  console.log(port);
});
