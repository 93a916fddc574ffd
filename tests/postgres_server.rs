//! The PostgreSQL of the tests themselves: it starts, crashes and comes back, and nothing of it is left.

use postgres::{Client, NoTls};

use crate::common::postgres::{OWNER, Server};
use crate::common::proxy::{Fate, Proxy};

#[test]
fn what_was_acknowledged_is_there_after_a_crash() {
    let Some(mut server) = Server::durable() else { return };
    server.database("d");
    server.ok(OWNER, "d", "create table t (n int); insert into t values (7)");
    server.kill_9();
    assert!(server.execute(OWNER, "d", "select 1").is_err());
    server.restart();
    assert_eq!(server.value(OWNER, "d", "select n from t"), "7");
    server.role("dana", "");
    assert!(server.execute("dana", "d", "select n from t").unwrap_err().contains("permission"));
}

#[test]
fn nothing_is_left_of_a_server_whose_test_panics() {
    let Some(server) = Server::start() else { return };
    let directory = server.socket_directory().to_owned();
    let ended = std::thread::spawn(move || {
        let _server = server;
        std::panic::resume_unwind(Box::new("the test fails"));
    });
    assert!(ended.join().is_err());
    assert!(!directory.exists());
}

#[test]
fn a_proxy_cuts_a_connection_after_so_many_bytes_and_refuses_others() {
    let Some(server) = Server::start() else { return };
    let proxy = Proxy::new(&server);
    let url = proxy.url(OWNER, "postgres");
    let connect = || Client::connect(&url, NoTls);
    let text = |client: &mut Client| {
        client.query_one("select repeat('x', 100000)", &[]).map(|row| row.get::<_, String>(0).len())
    };
    assert_eq!(text(&mut connect().unwrap()).unwrap(), 100_000);
    proxy.set(|_| Fate { cut_to_client: Some(50_000), ..Fate::default() });
    let mut cut = connect().unwrap();
    assert!(text(&mut cut).is_err() && cut.is_closed());
    proxy.set(|_| Fate { refuse: true, ..Fate::default() });
    assert!(connect().is_err());
    proxy.set(|_| Fate::default());
    let mut open = connect().unwrap();
    proxy.cut_all();
    assert!(text(&mut open).is_err());
    assert_eq!((proxy.connections(), proxy.cuts() >= 3), (4, true));
}
