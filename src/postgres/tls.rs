//! Whose certificate is trusted.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error as TlsError, RootCertStore,
    SignatureScheme,
};

use super::url::{ServerUrl, SslMode};

/// Where libpq looks for certificates, in the home directory.
const ROOT_IN_HOME: &str = ".postgresql/root.crt";

/// What of a server's certificate is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Check {
    /// Nothing: encrypted, and that is all.
    Nothing,
    /// That somebody who is trusted signed it.
    Signer,
    /// That, and the host that it names.
    SignerAndHost,
}

/// Returns how connections are encrypted.
///
/// # Errors
/// A certificate file that cannot be read, in words.
pub(super) fn config(url: &ServerUrl) -> Result<ClientConfig, String> {
    let provider = Arc::new(ring::default_provider());
    let in_home = || url.in_home(ROOT_IN_HOME).filter(|file| file.exists());
    let named = url.root_certificate.as_deref().filter(|name| *name != "system");
    let system = url.root_certificate.as_deref() == Some("system");
    let file = named.map(Into::into).or_else(|| if system { None } else { in_home() });
    let check = match url.ssl_mode {
        SslMode::VerifyFull => Check::SignerAndHost,
        SslMode::VerifyCa => Check::Signer,
        // As libpq: with a certificate to check it with, it is checked.
        SslMode::Require if file.is_some() => Check::Signer,
        SslMode::Require | SslMode::Prefer | SslMode::Allow | SslMode::Disable => Check::Nothing,
    };
    let mut roots = RootCertStore::empty();
    if check != Check::Nothing {
        match &file {
            Some(file) => {
                let failed =
                    |error| format!("cannot read the certificate {}: {error}", file.display());
                for certificate in
                    CertificateDer::pem_file_iter(file).map_err(|e| failed(e.to_string()))?
                {
                    let certificate = certificate.map_err(|error| failed(error.to_string()))?;
                    roots.add(certificate).map_err(|error| failed(error.to_string()))?;
                }
            }
            None => {
                roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            }
        }
        if roots.is_empty() {
            return Err("no certificate to check the server's with (sslrootcert)".to_owned());
        }
    }
    let verifier = Verifier {
        check,
        full: match check {
            Check::Nothing => None,
            _ => Some(
                WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
                    .build()
                    .map_err(|error| error.to_string())?,
            ),
        },
        provider: Arc::clone(&provider),
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let Some((certificate, key)) = &url.client_certificate else {
        return Ok(builder.with_no_client_auth());
    };
    let failed = |file: &std::path::Path, error: String| {
        format!("cannot use the client certificate {}: {error}", file.display())
    };
    let chain: Result<Vec<CertificateDer<'static>>, _> =
        CertificateDer::pem_file_iter(certificate).and_then(|certificates| certificates.collect());
    let chain = chain.map_err(|error| failed(certificate, error.to_string()))?;
    let secret =
        PrivateKeyDer::from_pem_file(key).map_err(|error| failed(key, error.to_string()))?;
    builder.with_client_auth_cert(chain, secret).map_err(|error| failed(key, error.to_string()))
}

/// Checks what the mode asks for, and always that the server has the key of its certificate.
#[derive(Debug)]
struct Verifier {
    check: Check,
    full: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        let Some(full) = &self.full else { return Ok(ServerCertVerified::assertion()) };
        match full.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            // The name is looked at last, so all else is right.
            Err(TlsError::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if self.check == Check::Signer => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
