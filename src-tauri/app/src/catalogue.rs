//! The catalogue as the front ends show it.

use strongroom_providers::{AuthVariant, CatalogueFault, FieldSpec, HeldProvider, Provider};

use crate::error::AppError;
use crate::oauth::oauth_view;
use crate::strongroom::Strongroom;
use crate::views::{
    AuthView, CheckInfoView, ChoiceView, FieldView, ProviderFileProblemView, ProviderFilesView, ProviderView,
};

impl Strongroom {
    /// Every provider, in the order of the gallery.
    pub fn providers(&self) -> Vec<ProviderView> {
        let catalogue = self.catalogue();
        catalogue.providers().map(|p| provider_view(p, catalogue.is_own(&p.id))).collect()
    }

    /// One provider.
    ///
    /// # Errors
    /// [`AppError::NotFound`], with similar ids.
    pub fn provider_view(&self, id: &str) -> Result<ProviderView, AppError> {
        Ok(provider_view(&*self.provider(id)?, self.catalogue().is_own(id)))
    }

    /// The organisation's own provider files: where they belong, and which of them could not be used and why.
    pub fn provider_files(&self) -> ProviderFilesView {
        let problem = |fault: &CatalogueFault| ProviderFileProblemView {
            file: fault.file.display().to_string(),
            line: fault.line.map(|line| u32::try_from(line).unwrap_or(u32::MAX)),
            reason: fault.reason.clone(),
        };
        ProviderFilesView {
            folder: self.own_providers().display().to_string(),
            problems: self.catalogue_faults().iter().map(problem).collect(),
        }
    }

    pub(crate) fn provider(&self, id: &str) -> Result<HeldProvider, AppError> {
        self.catalogue().hold(id).ok_or_else(|| AppError::NotFound {
            what: format!("The catalogue has no provider “{id}”."),
            hint: Some(self.near(id)),
        })
    }

    /// What a person may have meant by an id that nothing has.
    fn near(&self, id: &str) -> String {
        // A file that was left out is the likeliest reason of all.
        let left_out = |fault: &&CatalogueFault| fault.file.file_stem().is_some_and(|stem| *stem == *id);
        if let Some(fault) = self.catalogue_faults().iter().find(left_out) {
            return format!("Its file is left out: {fault}.");
        }
        let (catalogue, wanted) = (self.catalogue(), id.to_lowercase());
        let near: Vec<&str> = catalogue
            .providers()
            .filter(|p| {
                p.name.to_lowercase() == wanted
                    || (wanted.len() >= 3 && (p.id.contains(&wanted) || wanted.contains(&p.id)))
            })
            .map(|p| p.id.as_str())
            .collect();
        if near.is_empty() {
            "`strongroom providers` lists them. For anything else use api-token.".into()
        } else {
            format!("Did you mean {}?", near.join(" or "))
        }
    }
}

/// The sign-in method of a provider.
pub(crate) fn variant<'p>(provider: &'p Provider, id: Option<&str>) -> Result<&'p AuthVariant, AppError> {
    provider.variant(id).ok_or_else(|| {
        let known: Vec<&str> = provider.auth.iter().map(|a| a.id.as_str()).collect();
        let wanted = id.unwrap_or_default();
        AppError::field(
            "auth",
            format!("{} has no sign-in method “{wanted}”. It has: {}.", provider.name, known.join(", ")),
        )
    })
}

fn provider_view(p: &Provider, own: bool) -> ProviderView {
    ProviderView {
        id: p.id.clone(),
        name: p.name.clone(),
        types: p.types.clone(),
        category: p.category,
        mark: p.mark.clone(),
        lookup_key: p.lookup_key.clone(),
        name_example: p.name_example.clone(),
        shelf: p.shelf,
        find: p.find.text.clone(),
        find_url: p.find.url.clone(),
        notes: p.notes.clone(),
        auth: p.auth.iter().map(|a| auth_view(p, a)).collect(),
        check: CheckInfoView {
            does: p.check.does.clone(),
            cost: p.check.cost.clone(),
            proves: p.check.proves.clone(),
            uncheckable: p.check.uncheckable.clone(),
        },
        own,
    }
}

fn auth_view(p: &Provider, a: &AuthVariant) -> AuthView {
    AuthView {
        id: a.id.clone(),
        label: a.label.clone(),
        recommended: a.recommended,
        fields: a.fields.iter().map(field_view).collect(),
        any_of: a.any_of.clone(),
        oauth: oauth_view(p, a),
    }
}

fn field_view(f: &FieldSpec) -> FieldView {
    FieldView {
        id: f.id.clone(),
        label: f.label.clone(),
        secret: f.secret,
        required: f.required,
        obtained: f.obtained,
        kind: f.kind,
        default: f.default.clone(),
        choices: f.choices.iter().map(|c| ChoiceView { value: c.value.clone(), label: c.label.clone() }).collect(),
        hint: f.format.as_ref().map(|x| x.hint.clone()),
        help: f.help.clone(),
        env: f.env.clone(),
    }
}
