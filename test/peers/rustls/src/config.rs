//! What both roles take from a command.
use crate::{text, texts, Failure};
use rustls::crypto::{aws_lc_rs, CryptoProvider};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::version::{TLS12, TLS13};
use rustls::{ConnectionCommon, NamedGroup, ProtocolVersion, RootCertStore, SupportedProtocolVersion};
use serde_json::{json, Value};
use std::sync::Arc;

pub struct Identity {
    pub chain: Vec<CertificateDer<'static>>,
    pub key: PrivateKeyDer<'static>,
}

/// Groups in the order of the command, and of the signature schemes only those that it names, where it names any.
pub fn provider(command: &Value) -> Arc<CryptoProvider> {
    let mut provider = aws_lc_rs::default_provider();
    let groups: Vec<_> = texts(command, "groups")
        .iter()
        .filter_map(|name| group_named(name))
        .collect();
    let find = |wanted| {
        aws_lc_rs::ALL_KX_GROUPS
            .iter()
            .copied()
            .find(|one| one.name() == wanted)
    };
    provider.kx_groups = groups.into_iter().filter_map(find).collect();
    if let Some(ids) = command["schemes"].as_array() {
        let mapping = provider.signature_verification_algorithms.mapping.iter().copied();
        let named = mapping.filter(|(scheme, _)| ids.contains(&json!(u16::from(*scheme))));
        provider.signature_verification_algorithms.mapping = named.collect::<Vec<_>>().leak();
    }
    Arc::new(provider)
}

fn group_named(name: &str) -> Option<NamedGroup> {
    Some(match name {
        "x25519" => NamedGroup::X25519,
        "secp256r1" => NamedGroup::secp256r1,
        "secp384r1" => NamedGroup::secp384r1,
        "X25519MLKEM768" => NamedGroup::X25519MLKEM768,
        _ => return None,
    })
}

pub fn versions(command: &Value) -> &'static [&'static SupportedProtocolVersion] {
    const ONLY_12: &[&SupportedProtocolVersion] = &[&TLS12];
    const ONLY_13: &[&SupportedProtocolVersion] = &[&TLS13];
    if text(command, "version") == "TLSv1.2" {
        ONLY_12
    } else {
        ONLY_13
    }
}

pub fn roots(command: &Value) -> Result<RootCertStore, Failure> {
    let mut store = RootCertStore::empty();
    for authority in CertificateDer::pem_slice_iter(text(command, "ca").as_bytes()) {
        store.add(authority?)?;
    }
    Ok(store)
}

/// The certificate and key of a command, or of what else it lists; none where there is none.
pub fn identity(from: &Value) -> Result<Option<Identity>, Failure> {
    if from["cert"].is_null() {
        return Ok(None);
    }
    let chain = CertificateDer::pem_slice_iter(text(from, "cert").as_bytes()).collect::<Result<_, _>>()?;
    Ok(Some(Identity {
        chain,
        key: PrivateKeyDer::from_pem_slice(text(from, "key").as_bytes())?,
    }))
}

pub fn protocols(command: &Value) -> Vec<Vec<u8>> {
    texts(command, "alpn").into_iter().map(String::into_bytes).collect()
}

pub fn facts<Data>(connection: &ConnectionCommon<Data>) -> Value {
    let version = match connection.protocol_version() {
        Some(ProtocolVersion::TLSv1_2) => "TLSv1.2",
        _ => "TLSv1.3",
    };
    let suite = connection
        .negotiated_cipher_suite()
        .map(|one| format!("{:?}", one.suite()).replace("TLS13_", "TLS_"));
    let group = connection
        .negotiated_key_exchange_group()
        .map(|one| format!("{:?}", one.name()));
    let alpn = connection.alpn_protocol().map(String::from_utf8_lossy);
    let resumed = connection.handshake_kind() == Some(rustls::HandshakeKind::Resumed);
    json!({ "version": version, "suite": suite, "group": group, "alpn": alpn, "resumed": resumed })
}
