//! Bundled or own keys, readiness, and global launch.

use serde::{Deserialize, Serialize};

view! {
    /// Whose keys an organisation uses for AI services.
    pub enum OnboardingMode {
        /// Its own; system-wide ones are not used.
        Byok,
        /// The system-wide ones; its own are dormant and kept.
        Bundled,
    }
}

view! {
    /// How far an organisation has come.
    pub struct OnboardingView {
        /// Id of the organisation.
        pub organisation: String,
        /// Its name.
        pub scope: String,
        /// Whose keys it uses.
        pub mode: OnboardingMode,
        /// How many of its own credentials are dormant because of that.
        pub dormant: u32,
        /// Each readiness kit as it stands.
        pub kits: Vec<ReadinessView>,
        /// Since when it is ready; later changes ask for no new onboarding.
        pub completed: Option<CompletedView>,
        /// Whether the actor may change the mode and complete the onboarding.
        pub may_change: bool,
    }
}

view! {
    /// An onboarding that was completed.
    pub struct CompletedView {
        /// Kit id.
        pub kit: String,
        /// Kit name.
        pub kit_name: String,
        /// When, RFC 3339 UTC.
        pub at: String,
        /// Name of the person.
        pub by: String,
    }
}

view! {
    /// Whether an organisation has what a purpose needs.
    pub struct ReadinessView {
        /// Kit id.
        pub kit: String,
        /// Kit name.
        pub name: String,
        /// What it is for.
        pub purpose: String,
        /// Every requirement is satisfied.
        pub ready: bool,
        /// All must be satisfied.
        pub requirements: Vec<RequirementView>,
    }
}

view! {
    /// Something that is needed.
    pub struct RequirementView {
        /// What it is for.
        pub label: String,
        /// One of the alternatives is satisfied.
        pub satisfied: bool,
        /// One of them is enough.
        pub any_of: Vec<AlternativeView>,
    }
}

view! {
    /// A provider that would satisfy a requirement.
    pub struct AlternativeView {
        /// Provider id.
        pub provider: String,
        /// Provider name.
        pub provider_name: String,
        /// Two letters for the small mark.
        pub mark: String,
        /// Name of the credential that satisfies it; null where none does.
        pub satisfied_by: Option<String>,
        /// Id of that credential, or of the one to look at.
        pub credential: Option<String>,
        /// Why nothing does, as a sentence.
        pub why: Option<String>,
    }
}

request! {
    /// An organisation.
    pub struct OnboardingRequest {
        /// Id or name.
        pub organisation: String,
    }
}

request! {
    /// Whose keys an organisation is to use.
    pub struct ModeSetRequest {
        /// Id or name of the organisation.
        pub organisation: String,
        /// Whose.
        pub mode: OnboardingMode,
    }
}

request! {
    /// Complete the onboarding.
    pub struct OnboardingCompleteRequest {
        /// Id or name of the organisation.
        pub organisation: String,
        /// Kit id.
        pub kit: String,
    }
}

view! {
    /// Whether telephony is delivered.
    pub struct LaunchView {
        /// Since when it is stopped, and why; null while it runs.
        pub stopped: Option<StoppedView>,
        /// Programs that were started with a telephony credential and still run. Stopping does not reach them.
        pub running: Vec<RunningView>,
        /// Whether the actor may stop and resume.
        pub may_change: bool,
    }
}

view! {
    /// A stop of all telephony deliveries.
    pub struct StoppedView {
        /// When, RFC 3339 UTC.
        pub at: String,
        /// Name of the person.
        pub by: String,
        /// Why, in the person's words.
        pub reason: String,
    }
}

view! {
    /// A program that runs with credentials.
    pub struct RunningView {
        /// Its process id.
        pub process: u32,
        /// The program's name.
        pub program: String,
        /// The consumer that it was started for.
        pub consumer: Option<String>,
        /// Who started it.
        pub person: String,
        /// When, RFC 3339 UTC.
        pub since: String,
        /// Names of the credentials that it got.
        pub credentials: Vec<String>,
    }
}

request! {
    /// Stop all telephony deliveries.
    pub struct LaunchStopRequest {
        /// Why; told to everybody whose program is refused.
        pub reason: String,
    }
}
