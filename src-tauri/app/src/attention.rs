//! What needs attention: what does harm, in order of harm, and how the inventory stands.

use std::collections::HashSet;

use strongroom_vault::{ListQuery, ReplacementStage, Sort, SortKey, StatusFilter, UsedBy, When};

use crate::actor::Actor;
use crate::error::AppError;
use crate::strongroom::Strongroom;
use crate::views::{AttentionItemView, AttentionReason, AttentionView};

const DAY: i64 = 24 * 60 * 60;
/// What was not used for so long is told.
const LONG: i64 = 90 * DAY;
/// Most lines of one reason; the list has all of them.
const LINES: u32 = 20;

impl Strongroom {
    /// What needs attention in one scope, or in all that the actor may see. Needs no master key and no network.
    ///
    /// # Errors
    /// An unknown organisation, or one that the actor may not see.
    pub async fn attention(&self, actor: &Actor, scope: Option<&str>) -> Result<AttentionView, AppError> {
        self.attention_at(actor, scope, jiff::Timestamp::now().as_second()).await
    }

    async fn attention_at(&self, actor: &Actor, scope: Option<&str>, now: i64) -> Result<AttentionView, AppError> {
        let scopes = self.scopes(actor, scope).await?;
        let vault = self.vault().await?;
        let states = self.states();
        let counts = vault.standing(scopes.as_deref(), &states).await?;
        let (mut seen, mut items, mut left_out) = (HashSet::new(), Vec::new(), 0);
        let mut found = Vec::new();
        for (reason, query) in reasons(now) {
            let asked = ListQuery { scopes: scopes.clone(), states: states.clone(), limit: LINES, ..query };
            let page = vault.list(&asked).await?;
            left_out += page.total.saturating_sub(LINES);
            found.push((reason, page.total));
            for row in page.items {
                // Told once, for what does most harm.
                if seen.insert(row.id) {
                    items.push(AttentionItemView { reason, credential: self.view(row) });
                }
            }
        }
        let of = |wanted: AttentionReason| found.iter().find(|(reason, _)| *reason == wanted).map_or(0, |(_, n)| *n);
        let never = ListQuery { scopes, limit: 1, ..unused() };
        Ok(AttentionView {
            total: counts.all,
            rejected: of(AttentionReason::Rejected),
            expiring: of(AttentionReason::Expired) + of(AttentionReason::Expiring),
            unused: vault.list(&never).await?.total,
            unreadable: counts.unreadable,
            last_check_at: vault.last_check_at().await?,
            items,
            left_out,
            by_type_and_status: counts.by_type_and_status,
            by_status: counts.by_status,
        })
    }
}

/// The reasons in order of harm, and what finds them.
fn reasons(now: i64) -> Vec<(AttentionReason, ListQuery)> {
    let status = |status| ListQuery { statuses: vec![status], ..ListQuery::default() };
    let verdict = |kind: &str| status(StatusFilter::Verdict(kind.to_owned()));
    let by = |key| Sort { key, descending: false };
    let replacement = |stage| ListQuery { replacement: Some(stage), ..ListQuery::default() };
    let on = ListQuery { enabled: Some(true), ..ListQuery::default() };
    vec![
        (AttentionReason::Unreadable, status(StatusFilter::Unreadable)),
        (AttentionReason::Rejected, verdict("rejected")),
        (AttentionReason::Suspended, verdict("suspended")),
        (AttentionReason::Expired, status(StatusFilter::Expired)),
        (AttentionReason::NoCredit, verdict("no_credit")),
        (AttentionReason::Misconfigured, verdict("misconfigured")),
        (AttentionReason::Blocked, verdict("blocked")),
        (
            AttentionReason::Expiring,
            // What has ended was told before.
            ListQuery {
                expires: Some(When::Since(now + 1)),
                remind: Some(When::Before(now + 1)),
                sort: by(SortKey::Expires),
                ..on.clone()
            },
        ),
        (AttentionReason::Limited, verdict("limited")),
        (AttentionReason::Unconnected, status(StatusFilter::Unconnected)),
        (AttentionReason::ReplacementWaiting, replacement(ReplacementStage::New)),
        (AttentionReason::ReplacementOld, replacement(ReplacementStage::Old)),
        (AttentionReason::NotChecked, status(StatusFilter::NotChecked)),
        (
            AttentionReason::Unused,
            ListQuery { used: Some(When::Before(now - LONG)), sort: by(SortKey::Used), ..ListQuery::default() },
        ),
        (
            // What is new may yet be given to somebody.
            AttentionReason::Unused,
            ListQuery { created: Some(When::Before(now - LONG)), sort: by(SortKey::Created), ..unused() },
        ),
    ]
}

/// What no consumer has and no program got.
fn unused() -> ListQuery {
    ListQuery { used: Some(When::Never), used_by: Some(UsedBy::Nobody), ..ListQuery::default() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeMap;

    use super::*;
    use crate::secret_input::SecretInput;
    use crate::views::CredentialAddRequest;
    use crate::{NewVaultRequest, SecretText, StrongroomSettings};

    #[tokio::test]
    async fn what_was_never_used_is_told_once_it_is_old() {
        let folder = tempfile::tempdir().unwrap();
        // 32 fake bytes in base64.
        let master_key = Some(SecretText::new("RkFLRS1tYXN0ZXIta2V5LW9mLTMyLWJ5dGVzLS0tLS0=".to_owned()));
        let home = Some(folder.path().join("vault"));
        let app = Strongroom::new(StrongroomSettings { home, master_key, passphrase: None });
        let new = NewVaultRequest {
            person: Some("Ada Admin".into()),
            organisation: Some("Acme".into()),
            recovery_kit: None,
            passphrase: None,
            demonstration: true,
        };
        app.create(new).await.unwrap();
        let actor = app.actor().await.unwrap();
        let request = CredentialAddRequest {
            provider: "api-token".into(),
            auth: None,
            name: "Token".into(),
            key: None,
            category: None,
            scope: "Acme".into(),
            default: false,
            expires_at: None,
            reminder_days: None,
            fields: BTreeMap::from([("token".to_owned(), SecretInput::new("FAKE-token-of-a-test".into()))]),
            check: false,
        };
        app.add(&actor, request).await.unwrap();
        let at = |days: i64| {
            let now = jiff::Timestamp::now().as_second() + days * DAY;
            let seen = reasons(now).into_iter().filter(|(reason, _)| *reason == AttentionReason::Unused);
            seen.map(|(_, query)| ListQuery { limit: 9, ..query }).collect::<Vec<_>>()
        };
        let mut told = Vec::new();
        for days in [89, 91] {
            for query in at(days) {
                told.extend(app.vault().await.unwrap().list(&query).await.unwrap().items.iter().map(|_| days));
            }
        }
        assert_eq!(told, [91], "what is new may yet be used");
        let seen = app.attention_at(&actor, None, jiff::Timestamp::now().as_second() + 91 * DAY).await.unwrap();
        assert_eq!((seen.unused, seen.items.len()), (1, 1), "told once");
    }
}
