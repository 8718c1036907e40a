//! AWS Signature Version 4, by AWS's own crate.

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use zeroize::Zeroizing;

use super::request::{BuildProblem, Unready};
use super::rules::AwsSign;
use super::template::{Place, Source, Template};

/// Adds date, session token and signature to a request. Gives back the signature, for redaction.
pub(crate) fn apply(
    request: &mut reqwest::Request,
    by: &AwsSign,
    source: &Source<'_>,
) -> Result<Zeroizing<String>, Unready> {
    let part = |text: &str| -> Result<Zeroizing<String>, Unready> {
        Ok(Template::known(text)?.fill(source, Place::Plain)?.text)
    };
    let session_token = part(&by.session_token)?;
    let identity = Credentials::new(
        part(&by.access_key_id)?.as_str(),
        part(&by.secret_access_key)?.as_str(),
        (!session_token.is_empty()).then(|| session_token.to_string()),
        None,
        "vault",
    )
    .into();
    let region = part(&by.region)?;
    let unsignable = || BuildProblem::new(None, "The request could not be signed.");
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(&region)
        .name(&by.service)
        .time(source.now)
        .settings(SigningSettings::default())
        .build()
        .map_err(|_| unsignable())?
        .into();

    let host = host(request.url());
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).map(str::to_owned);
    let signed_headers = [("host", Some(host.as_str())), (CONTENT_TYPE.as_str(), kind.as_deref())]
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| (name, value)));
    let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
    let signable = SignableRequest::new(
        request.method().as_str(),
        request.url().as_str(),
        signed_headers,
        SignableBody::Bytes(body),
    )
    .map_err(|_| unsignable())?;
    let (instructions, signature) = sign(signable, &parameters).map_err(|_| unsignable())?.into_parts();
    for (name, value) in instructions.headers() {
        let name = HeaderName::try_from(name).map_err(|_| unsignable())?;
        let mut value = HeaderValue::from_str(value).map_err(|_| {
            BuildProblem::new(None, "A value of this key holds characters that cannot be sent in a header.")
        })?;
        value.set_sensitive(true);
        request.headers_mut().insert(name, value);
    }
    Ok(Zeroizing::new(signature))
}

/// The `Host` header as the client sends it: with a port only where it is not the usual one.
fn host(url: &url::Url) -> String {
    let name = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use std::time::{Duration, UNIX_EPOCH};

    use super::super::rules::Step;
    use super::super::template::Kept;
    use super::*;
    use crate::{AuthVariant, FieldValue, FieldValues};

    const STEP: &str = r#"
        id = "identity"
        method = "POST"
        path = "/"
        headers = { Content-Type = "application/x-www-form-urlencoded; charset=utf-8" }
        form = { Action = "GetCallerIdentity", Version = "2011-06-15" }
        sign = { aws = { service = "sts", region = "{region}" } }
        rules = []
    "#;

    /// AWS's published dummy pair, as a request signed with it on 2 January 2026, 03:04:05 UTC.
    fn signed(session_token: &str) -> reqwest::Request {
        let step: Step = toml::from_str(STEP).unwrap();
        let fields = ["access_key_id", "secret_access_key", "session_token", "region"];
        let field = |id: &&str| toml::from_str(&format!("id = {id:?}\nlabel = \"x\"")).unwrap();
        let auth = AuthVariant {
            id: "keys".to_owned(),
            label: "Keys".to_owned(),
            recommended: true,
            fields: fields.iter().map(field).collect(),
            lookup_key: None,
            any_of: Vec::new(),
            mail_host: None,
        };
        let values = FieldValues::from([
            ("access_key_id".to_owned(), FieldValue::from("AKIDEXAMPLE")),
            ("secret_access_key".to_owned(), FieldValue::from("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")),
            ("session_token".to_owned(), FieldValue::from(session_token)),
            ("region".to_owned(), FieldValue::from("us-east-1")),
        ]);
        let (kept, now) = (Kept::new(), UNIX_EPOCH + Duration::from_secs(1_767_323_045));
        let source = Source { auth: &auth, values: &values, kept: &kept, signed: None, now };
        let base = url::Url::parse("https://sts.us-east-1.amazonaws.com").unwrap();
        super::super::request::build(&step, &base, &source).expect("a request").request
    }

    #[test]
    fn the_documented_example_is_signed_alike() {
        let request = signed("");
        let header = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap());
        assert_eq!(
            request.body().and_then(reqwest::Body::as_bytes),
            Some("Action=GetCallerIdentity&Version=2011-06-15".as_bytes())
        );
        assert_eq!(header("x-amz-date"), Some("20260102T030405Z"));
        // integrations.md, section 7.8: computed with botocore and a second implementation.
        assert_eq!(
            header("authorization"),
            Some(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/us-east-1/sts/aws4_request, \
                 SignedHeaders=content-type;host;x-amz-date, \
                 Signature=b57eccc771c57ff3d2d1121eb0768f9b5a596f1e2aa97e452275256232edfb15"
            )
        );
        assert_eq!(header("x-amz-security-token"), None);
        assert!(request.headers()["authorization"].is_sensitive());
    }

    #[test]
    fn a_session_token_is_sent_and_signed() {
        let request = signed("FAKE-session");
        assert_eq!(request.headers()["x-amz-security-token"], "FAKE-session");
        assert!(request.headers()["x-amz-security-token"].is_sensitive());
        let signature = request.headers()["authorization"].to_str().unwrap();
        assert!(signature.contains("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token,"), "{signature}");
        assert!(!signature.contains("b57eccc771c5"), "the token is part of what is signed");
    }
}
