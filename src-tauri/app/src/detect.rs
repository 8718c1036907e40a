//! Which provider a pasted key comes from.

use strongroom_providers::detect::{self, Candidate};
use strongroom_providers::form::MAX_SECRET_BYTES;
use strongroom_vault::SecretText;

use crate::actor::Actor;
use crate::error::AppError;
use crate::secret_input::SecretInput;
use crate::strongroom::Strongroom;
use crate::views::{CandidateView, DetectRequest, DetectionView};

impl Strongroom {
    /// Says which providers a pasted text looks like, and which credentials hold it already, as far as the actor may
    /// see them and the master key is at hand.
    ///
    /// # Errors
    /// A text that is empty or larger than any secret.
    pub async fn detect(&self, actor: &Actor, request: DetectRequest) -> Result<DetectionView, AppError> {
        let mut view = self.recognise(&request.text)?;
        let cleaned = detect::detect(&self.catalogue().clone(), request.text.text()).cleaned;
        view.stored = self.stored_as(actor, &SecretText::new(cleaned.apply(request.text.text())), None).await?;
        Ok(view)
    }

    /// Says which providers a pasted text looks like. Needs no vault.
    ///
    /// # Errors
    /// A text that is empty or larger than any secret.
    pub fn recognise(&self, text: &SecretInput) -> Result<DetectionView, AppError> {
        let text = text.text();
        if text.len() > MAX_SECRET_BYTES {
            let message = format!("This has {} bytes; a key has at most {MAX_SECRET_BYTES}.", text.len());
            return Err(AppError::field("text", message));
        }
        let found = detect::detect(&self.catalogue().clone(), text);
        if found.cleaned.keep.is_empty() {
            return Err(AppError::field("text", "There is nothing here. Paste or type a key."));
        }
        let candidates = found.candidates.into_iter().filter_map(|c| self.candidate_view(c)).collect();
        Ok(DetectionView { removed: found.cleaned.removed, candidates, stored: Vec::new() })
    }

    fn candidate_view(&self, candidate: Candidate) -> Option<CandidateView> {
        let catalogue = self.catalogue();
        let provider = catalogue.provider(&candidate.provider)?;
        let auth = provider.variant(Some(&candidate.auth))?;
        let field = auth.field(&candidate.field)?;
        Some(CandidateView {
            provider_name: provider.name.clone(),
            mark: provider.mark.clone(),
            auth_label: auth.label.clone(),
            field_label: field.label.clone(),
            provider: candidate.provider,
            auth: candidate.auth,
            field: candidate.field,
            confidence: candidate.certainty,
            mode: candidate.mode,
            reason: candidate.reason,
        })
    }
}
