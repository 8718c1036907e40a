import type { AuthView, Category, FieldView, ProviderType, ProviderView } from "../src/backend/bindings";

/** One field; without more words it is optional text. */
function field(id: string, label: string, more: Partial<FieldView> = {}): FieldView {
  return {
    id,
    label,
    secret: false,
    required: false,
    obtained: false,
    kind: "text",
    default: null,
    choices: [],
    hint: null,
    help: null,
    env: [],
    ...more,
  };
}

const auth = (id: string, label: string, fields: FieldView[], recommended = true): AuthView => ({
  id,
  label,
  recommended,
  fields,
  any_of: [],
  oauth: null,
});

const secret = (id: string, label: string, more: Partial<FieldView> = {}) =>
  field(id, label, { secret: true, required: true, ...more });

const apiKey = [secret("api_key", "API key"), field("base_url", "Base URL", { kind: "url", help: "Only for a gateway." })];

function provider(
  name: string,
  mark: string,
  types: ProviderType[],
  category: Category,
  more: Partial<ProviderView> = {},
): ProviderView {
  const id = name.toLowerCase().replaceAll(" ", "-");
  return {
    id,
    name,
    types,
    category,
    mark,
    lookup_key: `${name.toUpperCase().replaceAll(" ", "_")}_API_KEY`,
    name_example: `${name} production`,
    shelf: "type",
    find: `${name} console → Settings → API keys → Create key.`,
    find_url: `https://console.${id}.example/keys`,
    notes: [],
    auth: [auth("api-key", "API key", apiKey)],
    check: {
      does: "One read request that lists models.",
      cost: "free",
      proves: "The key is accepted.",
      uncheckable: null,
    },
    own: false,
    ...more,
  };
}

const region = field("region", "API region", {
  kind: "choice",
  required: true,
  default: "US1",
  choices: [
    { value: "US1", label: "US1 (Virginia)" },
    { value: "IE1", label: "IE1 (Ireland)" },
    { value: "AU1", label: "AU1 (Australia)" },
  ],
});
const account = field("account_sid", "Account SID", { required: true, help: "Starts with AC." });
const phone = field("phone_number", "Phone number", { kind: "phone" });

/** A small catalogue with every kind of field. */
export const providers: ProviderView[] = [
  provider("Anthropic", "AN", ["llm"], "llm_provider", {
    notes: ["A new key allows about five calls at a time. Raise the tier before a large campaign."],
  }),
  provider("Azure OpenAI", "AZ", ["llm"], "llm_provider", {
    lookup_key: "AZURE_OPENAI_API_KEY",
    auth: [
      auth("api-key", "API key", [
        secret("api_key", "API key"),
        field("endpoint", "Endpoint URL", { kind: "url", required: true }),
        field("deployment", "Deployment", { required: true }),
        field("api_version", "API version", { default: "2024-10-21" }),
      ]),
    ],
  }),
  provider("OpenAI", "OP", ["llm", "embeddings"], "llm_provider"),
  provider("Google Gemini", "GM", ["llm", "tts"], "llm_provider"),
  provider("Groq", "GQ", ["llm", "stt", "tts"], "llm_provider"),
  provider("Sarvam AI", "SA", ["llm", "stt", "tts"], "llm_provider", { lookup_key: "SARVAM_API_KEY" }),
  provider("Deepgram", "DG", ["stt"], "llm_provider"),
  provider("ElevenLabs", "EL", ["tts"], "llm_provider"),
  provider("Cartesia", "CA", ["tts"], "llm_provider"),
  provider("Twilio", "TW", ["sms"], "communication", {
    lookup_key: "TWILIO_API_KEY_SECRET",
    name_example: "Twilio US1 main",
    find: "Twilio Console → Account → API keys & tokens → Create API key. The secret is shown there once.",
    find_url: "https://console.twilio.com",
    notes: [
      "Every country that you dial must be switched on under Voice → Geographic permissions, or calls there fail with 403.",
      "Verified caller IDs that are not rented from Twilio work in US1 only.",
      "Turn on fraud protection in Voice Insights.",
    ],
    auth: [
      auth("api-key", "API key", [
        region,
        account,
        field("api_key_sid", "API key SID", { required: true }),
        secret("api_key_secret", "API key secret"),
        phone,
      ]),
      auth("auth-token", "Auth token", [region, account, secret("auth_token", "Auth token"), phone], false),
    ],
    check: {
      does: "One read request to your region. No message is sent, nothing is billed.",
      cost: "free",
      proves: "The account and the key belong together.",
      uncheckable: null,
    },
  }),
  provider("Exotel", "EX", ["sms"], "communication"),
  provider("HubSpot", "HS", ["crm"], "custom"),
  provider("Google Calendar", "GC", ["calendar"], "custom"),
  provider("Slack webhook", "SL", ["webhook"], "custom", {
    auth: [auth("url", "Webhook URL", [secret("url", "Webhook URL", { kind: "url" })])],
    check: { does: "", cost: "", proves: "", uncheckable: "Any call would post a message." },
  }),
  provider("Zendesk", "ZE", ["ticketing"], "custom"),
  provider("Stripe", "ST", ["payment"], "custom"),
  provider("SSH key", "SH", ["general"], "custom", {
    own: true,
    auth: [
      auth("key", "Key", [
        secret("private_key", "Private key", { kind: "multiline" }),
        secret("passphrase", "Passphrase", { required: false }),
      ]),
    ],
  }),
];
