//! rustls as the client.
use crate::config::{facts, identity, protocols, provider, roots, versions, Identity};
use crate::{text, Failure, PATIENCE};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{
    ClientConfig, ClientConnection, ClientSessionMemoryCache, ClientSessionStore, Resumption, Tls12ClientSessionValue,
    Tls12Resumption, Tls13ClientSessionValue, WebPkiServerVerifier,
};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, Error, NamedGroup, SignatureScheme, StreamOwned};
use serde_json::{json, Value};
use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

/// Configurations of named sessions: it resumes only under the very same one.
#[derive(Default)]
pub struct Clients(Mutex<HashMap<String, Client>>);

#[derive(Clone)]
struct Client {
    config: Arc<ClientConfig>,
    staple: Arc<Mutex<Option<String>>>,
}

pub fn connect(command: &Value, clients: &Clients) -> Result<Value, Failure> {
    let client = clients.get(command)?;
    let socket = TcpStream::connect(("127.0.0.1", command["port"].as_u64().unwrap_or(0) as u16))?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.set_nodelay(true)?;
    let connection = ClientConnection::new(client.config.clone(), ServerName::try_from("localhost")?)?;
    let mut stream = StreamOwned::new(connection, socket);
    let line = text(command, "line").as_bytes();
    let size = command["size"].as_u64().map_or(line.len(), |size| size as usize);
    let words: Vec<u8> = line.iter().copied().cycle().take(size).collect();
    let early = stream
        .conn
        .early_data()
        .map(|mut early| early.write_all(&words))
        .transpose()?
        .is_some();
    for _ in 0..command["lines"].as_u64().unwrap_or(1) {
        if !early {
            stream.write_all(&words)?;
        }
        if text(command, "topic") == "half-close" {
            stream.conn.send_close_notify();
            stream.flush()?;
        }
        let mut back = vec![0; size];
        stream.read_exact(&mut back)?;
        if back != words {
            return Err("what came back is not what was sent".into());
        }
    }
    if text(command, "topic") == "peer closes" {
        stream.conn.send_close_notify();
        stream.flush()?;
    }
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest)?;
    if !rest.is_empty() {
        return Err(format!("{} bytes too many", rest.len()).into());
    }
    stream.conn.send_close_notify();
    drop(stream.flush());
    let mut facts = facts(&stream.conn);
    facts["early"] = json!(stream.conn.is_early_data_accepted());
    facts["staple"] = json!(client.staple.lock().expect("lock").clone());
    Ok(facts)
}

impl Clients {
    fn get(&self, command: &Value) -> Result<Client, Failure> {
        let name = text(command, "session");
        let mut known = self.0.lock().expect("lock");
        if let Some(client) = known.get(name) {
            return Ok(client.clone());
        }
        let client = client_for(command)?;
        if !name.is_empty() {
            known.insert(name.to_string(), client.clone());
        }
        Ok(client)
    }
}

fn client_for(command: &Value) -> Result<Client, Failure> {
    let provider = provider(command);
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots(command)?), provider.clone()).build()?;
    let staple = Arc::new(Mutex::new(None));
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions(command))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(StapleKeeper {
            verifier,
            staple: staple.clone(),
        }));
    let mut config = match identity(command)? {
        Some(Identity { chain, key }) => builder.with_client_auth_cert(chain, key)?,
        None => builder.with_no_client_auth(),
    };
    let by = if command["tickets"] == true {
        Tls12Resumption::SessionIdOrTickets
    } else {
        Tls12Resumption::SessionIdOnly
    };
    config.resumption = Resumption::store(Arc::new(Sessions(ClientSessionMemoryCache::new(8)))).tls12_resumption(by);
    config.enable_early_data = text(command, "topic") == "early data";
    config.alpn_protocols = protocols(command);
    Ok(Client {
        config: Arc::new(config),
        staple,
    })
}

/// Verifies as rustls does, and keeps the OCSP response, which rustls shows to verifiers alone.
#[derive(Debug)]
struct StapleKeeper {
    verifier: Arc<WebPkiServerVerifier>,
    staple: Arc<Mutex<Option<String>>>,
}

impl ServerCertVerifier for StapleKeeper {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let hex: String = ocsp.iter().map(|byte| format!("{byte:02x}")).collect();
        *self.staple.lock().expect("lock") = (!hex.is_empty()).then_some(hex);
        self.verifier.verify_server_cert(leaf, others, name, ocsp, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls12_signature(message, leaf, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls13_signature(message, leaf, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}

/// Forgets which group the server chose last, since HelloRetryRequests are wanted a second time.
#[derive(Debug)]
struct Sessions(ClientSessionMemoryCache);

impl ClientSessionStore for Sessions {
    fn set_kx_hint(&self, _: ServerName<'static>, _: NamedGroup) {}

    fn kx_hint(&self, _: &ServerName<'_>) -> Option<NamedGroup> {
        None
    }

    fn set_tls12_session(&self, name: ServerName<'static>, value: Tls12ClientSessionValue) {
        self.0.set_tls12_session(name, value);
    }

    fn tls12_session(&self, name: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        self.0.tls12_session(name)
    }

    fn remove_tls12_session(&self, name: &ServerName<'static>) {
        self.0.remove_tls12_session(name);
    }

    fn insert_tls13_ticket(&self, name: ServerName<'static>, value: Tls13ClientSessionValue) {
        self.0.insert_tls13_ticket(name, value);
    }

    fn take_tls13_ticket(&self, name: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        self.0.take_tls13_ticket(name)
    }
}
