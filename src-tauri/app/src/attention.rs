//! What needs attention: what does harm, in order of harm, and how the inventory stands.

use std::collections::HashSet;

use strongroom_vault::{Connectable, ListQuery, Sort, SortKey, StatusFilter, When};

use crate::actor::Actor;
use crate::error::AppError;
use crate::oauth::connectables;
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
        let scopes = self.scopes(actor, scope).await?;
        let now = jiff::Timestamp::now().as_second();
        let vault = self.vault().await?;
        let counts = vault.counts(scopes.as_deref()).await?;
        let (mut seen, mut items, mut left_out) = (HashSet::new(), Vec::new(), 0);
        let mut found = Vec::new();
        for (reason, query) in reasons(now, connectables(&self.catalogue())) {
            let page = vault.list(&ListQuery { scopes: scopes.clone(), limit: LINES, ..query }).await?;
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
        let never = ListQuery { scopes, used: Some(When::Never), limit: 1, ..ListQuery::default() };
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
fn reasons(now: i64, connectables: Vec<Connectable>) -> Vec<(AttentionReason, ListQuery)> {
    let status = |status| ListQuery { statuses: vec![status], ..ListQuery::default() };
    let verdict = |kind: &str| status(StatusFilter::Verdict(kind.to_owned()));
    let by = |key| Sort { key, descending: false };
    let on = ListQuery { enabled: Some(true), ..ListQuery::default() };
    vec![
        (AttentionReason::Unreadable, status(StatusFilter::Unreadable)),
        (AttentionReason::Rejected, verdict("rejected")),
        (AttentionReason::Suspended, verdict("suspended")),
        (AttentionReason::Expired, ListQuery { enabled: Some(true), ..status(StatusFilter::Expired) }),
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
        (AttentionReason::Unconnected, status(StatusFilter::Unconnected(connectables))),
        (AttentionReason::NotChecked, status(StatusFilter::NotChecked)),
        (
            AttentionReason::Unused,
            ListQuery { used: Some(When::Before(now - LONG)), sort: by(SortKey::Used), ..ListQuery::default() },
        ),
    ]
}
