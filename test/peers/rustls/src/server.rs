//! rustls as the server.
use crate::config::{identity, protocols, provider, roots, versions, Identity};
use crate::{text, Failure, PATIENCE};
use rustls::crypto::aws_lc_rs::Ticketer;
use rustls::crypto::CryptoProvider;
use rustls::server::{ClientHello, ResolvesServerCert, ServerConfig, ServerConnection, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use rustls::StreamOwned;
use serde_json::Value;
use std::io::{copy, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

const EARLY_BYTES: u32 = 16_384;

/// Listens from now on; returns the port.
pub fn listen(command: &Value) -> Result<u16, Failure> {
    let config = Arc::new(server_config(command)?);
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    let topic = text(command, "topic").to_string();
    thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            let (config, topic) = (config.clone(), topic.clone());
            thread::spawn(move || {
                if let Err(error) = serve(socket, config, &topic) {
                    eprintln!("server: {error}");
                }
            });
        }
    });
    Ok(port)
}

fn server_config(command: &Value) -> Result<ServerConfig, Failure> {
    let provider = provider(command);
    let builder = ServerConfig::builder_with_provider(provider.clone()).with_protocol_versions(versions(command))?;
    let builder = if command["demand"] == true {
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots(command)?), provider.clone());
        builder.with_client_cert_verifier(verifier.build()?)
    } else {
        builder.with_no_client_auth()
    };
    let mut config = builder.with_cert_resolver(Arc::new(Certificates::load(command, &provider)?));
    config.alpn_protocols = protocols(command);
    if text(command, "topic") == "early data" {
        // It wants sessions that it keeps itself then, so that none is used twice.
        config.max_early_data_size = EARLY_BYTES;
    } else if command["tickets"] == true {
        config.ticketer = Ticketer::new()?;
    }
    Ok(config)
}

/// The first that fits what the client verifies.
#[derive(Debug)]
struct Certificates(Vec<Arc<CertifiedKey>>);

impl Certificates {
    fn load(command: &Value, provider: &CryptoProvider) -> Result<Self, Failure> {
        let more = command["more"].as_array().cloned().unwrap_or_default();
        let mut all = Vec::new();
        for from in more.iter().chain([command]) {
            let Some(Identity { chain, key }) = identity(from)? else {
                continue;
            };
            let mut certified = CertifiedKey::from_der(chain, key, provider)?;
            certified.ocsp = from["staple"].as_str().map(bytes_from_hex);
            all.push(Arc::new(certified));
        }
        Ok(Self(all))
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let fits = |one: &&Arc<CertifiedKey>| one.key.choose_scheme(hello.signature_schemes()).is_some();
        self.0.iter().find(fits).cloned()
    }
}

fn bytes_from_hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text
        .chars()
        .filter_map(|digit| digit.to_digit(16))
        .map(|digit| digit as u8)
        .collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

fn serve(socket: TcpStream, config: Arc<ServerConfig>, topic: &str) -> Result<(), Failure> {
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.set_nodelay(true)?;
    let mut stream = StreamOwned::new(ServerConnection::new(config)?, socket);
    let (connection, socket) = (&mut stream.conn, &mut stream.sock);
    while connection.is_handshaking() && connection.early_data().is_none() {
        connection.complete_io(socket)?;
    }
    let mut early = Vec::new();
    if let Some(mut reader) = stream.conn.early_data() {
        reader.read_to_end(&mut early)?;
    }
    stream.write_all(&early)?;
    match topic {
        "peer closes" => {
            let mut line = Vec::new();
            while !line.ends_with(b"\n") {
                let mut byte = [0];
                stream.read_exact(&mut byte)?;
                line.push(byte[0]);
            }
            stream.write_all(&line)?;
        }
        "half-close" => {
            let mut all = Vec::new();
            stream.read_to_end(&mut all)?;
            stream.write_all(&all)?;
        }
        _ => echo(&mut stream, topic == "key update")?,
    }
    stream.conn.send_close_notify();
    stream.flush()?;
    drop(copy(&mut stream, &mut std::io::sink()));
    Ok(())
}

/// Sends back what comes; with new keys of its own each time, where it is told so.
fn echo(stream: &mut StreamOwned<ServerConnection, TcpStream>, new_keys: bool) -> Result<(), Failure> {
    let mut piece = [0; 16_384];
    loop {
        let size = stream.read(&mut piece)?;
        if size == 0 {
            return Ok(());
        }
        if new_keys {
            stream.conn.refresh_traffic_keys()?;
        }
        stream.write_all(&piece[..size])?;
    }
}
