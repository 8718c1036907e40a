//! Connecting over OAuth as the front ends see it. No view has a place for a code or a token.

use serde::{Deserialize, Serialize};

use crate::secret_input::SecretInput;

view! {
    /// How a sign-in method connects, as far as a form shows it.
    pub struct OauthView {
        /// The *Authorised redirect URI*, to be registered with the provider.
        pub redirect_uri: String,
        /// Where it is registered.
        pub register: String,
        /// What the provider's file of a client is called, where it offers one.
        pub client_file: Option<String>,
    }
}

view! {
    /// The connection of a credential.
    pub struct ConnectionView {
        /// It has tokens.
        pub connected: bool,
        /// Everything is filled that connecting needs.
        pub possible: bool,
        /// When its tokens were last set, RFC 3339 UTC.
        pub renewed_at: Option<String>,
        /// Whether disconnecting revokes the tokens at the provider too.
        pub revocable: bool,
        /// Where the provider sends the browser back.
        pub redirect_uri: String,
    }
}

request! {
    /// Compare the redirect URI with what is registered. Nothing is stored and nothing leaves this computer.
    pub struct RedirectCompareRequest {
        /// Provider id.
        pub provider: String,
        /// Sign-in method.
        pub auth: String,
        /// The provider's list, or the JSON file of the client, which holds its secret.
        pub text: SecretInput,
    }
}

request! {
    /// Compare the redirect URI with the file of a client, which the program reads itself.
    pub struct RedirectFileRequest {
        /// Provider id.
        pub provider: String,
        /// Sign-in method.
        pub auth: String,
    }
}

view! {
    /// What a comparison showed.
    pub struct RedirectComparisonView {
        /// Whether the provider will take the redirect URI.
        pub matches: bool,
        /// In one or two sentences.
        pub summary: String,
        /// The registered addresses, the nearest first.
        pub entries: Vec<ComparedRedirectView>,
    }
}

view! {
    /// One registered address.
    pub struct ComparedRedirectView {
        /// As it is registered; invisible characters are written as `<U+200B>`.
        pub registered: String,
        /// Whether it serves.
        pub matches: bool,
        /// The part of the text that differs, as a UTF-16 [start, end) pair.
        pub differs: Option<(u32, u32)>,
        /// What differs, in words.
        pub message: String,
    }
}

/// What is told while an account is being connected.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "types", derive(specta::Type))]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum ConnectEvent {
    /// The provider's page is open, or could not be opened; the answer is waited for.
    Waiting {
        /// The page, for another browser. It holds no secret.
        url: String,
        /// Whether a browser was opened.
        opened: bool,
    },
}

view! {
    /// What became of a disconnection.
    pub struct DisconnectView {
        /// The credential, without its tokens.
        pub credential: Box<super::CredentialView>,
        /// The provider ended the connection too.
        pub revoked: bool,
        /// Why it did not, where it should have: a sentence with what to do.
        pub problem: Option<String>,
    }
}
