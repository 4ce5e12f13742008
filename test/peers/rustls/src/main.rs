//! rustls as a peer, told what to do by lines of JSON on standard input; one line of answer to each.
//! {id, do: "listen", ...tls} -> {id, port}; {id, do: "connect", port, ...tls} -> {id, facts}; or {id, error}.
mod client;
mod config;
mod server;

use serde_json::{json, Value};
use std::io::{stdin, stdout, BufRead, Write};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

pub type Failure = Box<dyn std::error::Error + Send + Sync>;
pub const PATIENCE: Duration = Duration::from_secs(10);

fn main() {
    let clients = Arc::new(client::Clients::default());
    for line in stdin().lock().lines() {
        let Ok(line) = line else { return };
        let clients = clients.clone();
        thread::spawn(move || match serde_json::from_str::<Value>(&line) {
            Ok(command) => say(&command, obey(&command, &clients)),
            Err(error) => eprintln!("{error}"),
        });
    }
}

fn obey(command: &Value, clients: &client::Clients) -> Result<Value, Failure> {
    match text(command, "do") {
        "listen" => Ok(json!({ "port": server::listen(command)? })),
        _ => Ok(json!({ "facts": client::connect(command, clients)? })),
    }
}

fn say(command: &Value, result: Result<Value, Failure>) {
    let mut answer = result.unwrap_or_else(|error| json!({ "error": error.to_string() }));
    answer["id"] = command["id"].clone();
    let mut out = stdout().lock();
    writeln!(out, "{answer}")
        .and_then(|()| out.flush())
        .expect("standard output");
}

pub fn text<'a>(command: &'a Value, name: &str) -> &'a str {
    command[name].as_str().unwrap_or("")
}

pub fn texts(command: &Value, name: &str) -> Vec<String> {
    let list = command[name].as_array().cloned().unwrap_or_default();
    list.iter().filter_map(|one| one.as_str().map(String::from)).collect()
}
