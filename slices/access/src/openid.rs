//! An identity provider, asked over OpenID Connect: discovery, authorization code, PKCE, state and nonce. Nothing of it
//! is kept: each question reads the provider's own description and keys anew, so that a key it takes out of use is out
//! of use here at once.

use kernel::Instant;
use sha2::{Digest, Sha256};
use web::Provider;

/// The words of one errand to the provider and back. All are made from the secret in the browser's cookie, so that they
/// fit this browser only and stand nowhere else.
pub(crate) struct Words {
    pub(crate) state: String,
    nonce: String,
    verifier: String,
}

impl Words {
    pub(crate) fn of(secret: &str) -> Words {
        let word = |what: &str| kernel::hex(&Sha256::digest(format!("{what} {secret}").as_bytes()));
        Words { state: word("state"), nonce: word("nonce"), verifier: word("verifier") }
    }
}

/// Whom the provider saw.
pub(crate) struct Identity {
    /// Its name for them: the same for ever, never given to another.
    pub(crate) subject: String,
    /// They showed there what stands for our second factor.
    pub(crate) strong: bool,
}

/// Why the provider was of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It does not answer, or not as the one that was configured.
    Away,
    /// What it or the browser brought does not hold.
    Wrong,
}

/// Whether this program was built with the feature.
pub(crate) const BUILT: bool = cfg!(feature = "oidc");

#[cfg(feature = "oidc")]
pub(crate) use asked::{address, identity};

#[cfg(feature = "oidc")]
mod asked {
    use std::time::Duration;

    use openidconnect::{
        AccessTokenHash, AuthenticationContextClass, AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl,
        Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, TokenResponse,
        core::{CoreAuthenticationFlow, CoreClient, CoreIdTokenClaims, CoreJwsSigningAlgorithm, CoreProviderMetadata},
    };

    use super::{Failure, Identity, Instant, Provider, Words};

    /// So long the provider may take for an answer.
    const PATIENCE: Duration = Duration::from_secs(10);
    /// What a token may be signed with: keys of which we hold the public half only.
    const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
        CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
        CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
        CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
        CoreJwsSigningAlgorithm::RsaSsaPssSha256,
        CoreJwsSigningAlgorithm::RsaSsaPssSha384,
        CoreJwsSigningAlgorithm::RsaSsaPssSha512,
        CoreJwsSigningAlgorithm::EcdsaP256Sha256,
        CoreJwsSigningAlgorithm::EcdsaP384Sha384,
        CoreJwsSigningAlgorithm::EdDsa,
    ];

    /// Where the browser goes: the provider's address with our question in it. `back` is where it returns to.
    pub(crate) async fn address(provider: &Provider, back: &str, words: &Words) -> Result<String, Failure> {
        let client =
            CoreClient::from_provider_metadata(described(provider).await?, id(provider), Some(secret(provider)))
                .set_redirect_uri(RedirectUrl::new(back.to_owned()).map_err(|_| Failure::Away)?);
        let (state, nonce) = (words.state.clone(), words.nonce.clone());
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(words.verifier.clone()));
        let mut asked = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .set_pkce_challenge(challenge);
        for it in &provider.strong_classes {
            asked = asked.add_auth_context_value(AuthenticationContextClass::new(it.clone()));
        }
        Ok(asked.url().0.to_string())
    }

    /// Whom the provider saw, for the code that the browser brought back.
    pub(crate) async fn identity(
        provider: &Provider,
        back: &str,
        words: &Words,
        code: &str,
        now: Instant,
    ) -> Result<Identity, Failure> {
        let client =
            CoreClient::from_provider_metadata(described(provider).await?, id(provider), Some(secret(provider)))
                .set_redirect_uri(RedirectUrl::new(back.to_owned()).map_err(|_| Failure::Away)?);
        let asked = client.exchange_code(AuthorizationCode::new(code.to_owned())).map_err(|_| Failure::Away)?;
        let asked = asked.set_pkce_verifier(PkceCodeVerifier::new(words.verifier.clone()));
        let answer = asked.request_async(&browser()?).await.map_err(|_| Failure::Wrong)?;
        let token = answer.id_token().ok_or(Failure::Wrong)?;
        let time = chrono::DateTime::from_timestamp_micros(now.micros()).ok_or(Failure::Wrong)?;
        let verifier = client.id_token_verifier().set_allowed_algs(SIGNATURES).set_time_fn(move || time);
        let claims = token.claims(&verifier, &Nonce::new(words.nonce.clone())).map_err(|_| Failure::Wrong)?;
        if let Some(expected) = claims.access_token_hash() {
            let (alg, key) = (token.signing_alg(), token.signing_key(&verifier));
            let (Ok(alg), Ok(key)) = (alg, key) else { return Err(Failure::Wrong) };
            let found = AccessTokenHash::from_token(answer.access_token(), alg, key).map_err(|_| Failure::Wrong)?;
            if found != *expected {
                return Err(Failure::Wrong);
            }
        }
        Ok(Identity { subject: claims.subject().as_str().to_owned(), strong: is_strong(provider, claims) })
    }

    fn is_strong(provider: &Provider, claims: &CoreIdTokenClaims) -> bool {
        let class =
            claims.auth_context_ref().is_some_and(|it| provider.strong_classes.iter().any(|own| own == it.as_str()));
        let ways = claims.auth_method_refs().map(Vec::as_slice).unwrap_or_default();
        class || ways.iter().any(|it| provider.strong_ways.iter().any(|own| own == it.as_str()))
    }

    /// What the provider says of itself. It must be the issuer that it is asked as.
    async fn described(provider: &Provider) -> Result<CoreProviderMetadata, Failure> {
        let issuer = IssuerUrl::new(provider.issuer.clone()).map_err(|_| Failure::Away)?;
        CoreProviderMetadata::discover_async(issuer, &browser()?).await.map_err(|_| {
            tracing::warn!(issuer = provider.issuer, "the identity provider does not describe itself");
            Failure::Away
        })
    }

    /// Follows nobody elsewhere.
    fn browser() -> Result<reqwest::Client, Failure> {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE);
        client.build().map_err(|_| Failure::Away)
    }

    fn id(provider: &Provider) -> ClientId {
        ClientId::new(provider.client.clone())
    }

    fn secret(provider: &Provider) -> ClientSecret {
        ClientSecret::new(provider.secret.clone())
    }
}

/// Without the feature no provider can be configured; nobody asks these.
#[cfg(not(feature = "oidc"))]
mod unasked {
    use std::future::{Ready, ready};

    use super::{Failure, Identity, Instant, Provider, Words};

    pub(crate) fn address(_: &Provider, _: &str, _: &Words) -> Ready<Result<String, Failure>> {
        ready(Err(Failure::Away))
    }

    pub(crate) fn identity(
        _: &Provider,
        _: &str,
        words: &Words,
        _: &str,
        _: Instant,
    ) -> Ready<Result<Identity, Failure>> {
        let _ = (&words.nonce, &words.verifier);
        ready(Err(Failure::Wrong))
    }
}
#[cfg(not(feature = "oidc"))]
pub(crate) use unasked::{address, identity};
