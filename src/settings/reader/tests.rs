//! What is read from a settings file, and what is said of mistakes in it.

use super::*;
use crate::settings::{Ascii, Notify};

fn base() -> Base {
    Base { directory: "/config".into(), home: Some("/home/dana".into()) }
}

fn reading(text: &str) -> Reading {
    read(text, &base(), &|_| Vec::new())
}

fn told(text: &str) -> Vec<String> {
    reading(text).mistakes.iter().map(ToString::to_string).collect()
}

#[test]
fn nothing_written_is_the_defaults() {
    for empty in ["", "\u{feff}", "# nothing\r\n", "[keys]\n[columns]\n"] {
        assert_eq!(reading(empty).settings, Settings::default(), "{empty:?}");
        assert_eq!(told(empty), [""; 0]);
    }
}

#[test]
fn every_setting_is_read() {
    let text = "\u{feff}reviewer = \" dana \"\r\nstart = \"what-if\"\ntheme = \"mine\"\nascii = true\n\
        mouse = false\nnotify = \"desktop\"\n[keys]\napprove = [\"a\", \"f5\"]\nreject = \"x\"\nundo = []\n\
        [columns]\nqueue = [\"name\"]\n[[view]]\nname = \"Mine\"\nfilter = \"owner:me\"\n\
        [[view]]\nname = \"Late\"\nscreen = \"customers\"\nsort = \"-renews\"\n\
        [[data]]\npath = \"~/cs\"\nledger = \"l/a.jsonl\"\ndefault = true\n[[data]]\npath = \"other\"\n\
        [themes.mine]\ntext = \"#ffffff\"\n";
    assert_eq!(told(text), [""; 0]);
    let settings = reading(text).settings;
    assert_eq!(settings.reviewer.as_deref(), Some("dana"));
    assert_eq!(settings.data.as_deref(), Some(Path::new("/home/dana/cs")));
    assert_eq!(settings.start.as_deref(), Some("what-if"));
    assert_eq!((settings.ascii, settings.mouse), (Ascii::On, false));
    assert_eq!(settings.notify, Notify::Desktop);
    assert_eq!(settings.keys["approve"], ["a", "f5"]);
    assert_eq!((&settings.keys["reject"][..], settings.keys["undo"].len()), (&["x".into()][..], 0));
    assert_eq!(settings.columns["queue"], ["name"]);
    let [mine, late] = &settings.views[..] else { panic!("{settings:?}") };
    assert_eq!((mine.screen.as_str(), mine.filter.as_str()), ("queue", "owner:me"));
    assert_eq!((late.screen.as_str(), late.sort.as_str()), ("customers", "-renews"));
    let [first, second] = &settings.data_paths[..] else { panic!("{settings:?}") };
    assert_eq!(first.ledger.as_deref(), Some(Path::new("/home/dana/cs/l/a.jsonl")));
    assert_eq!((second.path.as_path(), second.default), (Path::new("/config/other"), false));
    assert_eq!(settings.themes["mine"]["text"], "#ffffff");
    let plain = reading("data = \"/srv/cs\"\nascii = \"auto\"").settings;
    assert_eq!(plain.data.as_deref(), Some(Path::new("/srv/cs")));
}

#[test]
fn everything_wrong_is_told_with_its_place() {
    let text = "theem = \"dark\"\nmouse = \"yes\"\n  notify = 3\nstart = \"\"\n[keys]\napprove = [\"a\", 3]\n\
        [columns]\nque = []\n[[view]]\nfilter = 1\nname = \"A\"\n[[view]]\nscren = \"queue\"\n[themes]\nmine = 1\n";
    assert_eq!(
        told(text),
        [
            "config.toml:1:1: unknown key \"theem\"; did you mean theme?",
            "config.toml:2:9: mouse is the text \"yes\", expected true or false; the default is true",
            "config.toml:3:12: notify is the number 3, expected \"off\", \"bell\" or \"desktop\"; \
             the default is \"off\"",
            "config.toml:4:9: start is the text \"\", expected the name of a screen in quotes",
            "config.toml:6:17: keys.approve has the number 3, expected a key in quotes, or a list of \
             keys",
            "config.toml:8:1: unknown key \"columns.que\"; did you mean queue?",
            "config.toml:10:10: view.filter is the number 1, expected a filter in quotes; the default \
             is \"\"",
            "config.toml:12:1: [[view]] has no name, expected a name in quotes; add name = \"…\"",
            "config.toml:13:1: unknown key \"view.scren\"; did you mean screen?",
            "config.toml:15:8: themes.mine is the number 1, expected a table; write [themes.mine] and \
             its keys below",
        ]
    );
    let reading = reading(text);
    assert_eq!(reading.settings, Settings::default());
    assert_eq!(reading.doubt, Doubt::default());
    assert_eq!(reading.mistakes[2].line, "  notify = 3");
}

#[test]
fn what_is_right_holds_and_what_a_check_finds_has_its_place() {
    let text =
        "theme = \"light\"\n[keys]\nundo = \"u\"\naprove = \"a\"\nreject = [\"r\", \"hyper-r\"]\n";
    let check = |settings: &Settings| {
        let at = |path: &[&str], message: &str| crate::settings::Problem {
            path: path.iter().map(ToString::to_string).collect(),
            message: message.to_owned(),
        };
        match settings.keys.is_empty() {
            true => Vec::new(),
            false => vec![
                at(&["keys", "aprove"], "unknown action"),
                at(&["keys", "reject", "1"], "unknown key"),
                at(&["keys", "gone", "7"], "somewhere"),
            ],
        }
    };
    let reading = read(text, &base(), &check);
    let told: Vec<_> = reading.mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "config.toml:2:2: somewhere",
            "config.toml:4:1: unknown action",
            "config.toml:5:16: unknown key",
        ]
    );
    assert!(reading.settings.keys.is_empty() && reading.settings.theme == "light");
}

#[test]
fn data_is_written_in_one_way_or_the_other() {
    let both = "data = \"/a\"\n[[data]]\npath = \"/b\"\n";
    assert_eq!(
        told(both),
        ["config.toml:2:3: data is set twice: TOML takes either data = \"…\" or [[data]] blocks; \
          remove data = \"…\" and write default = true in the block of that directory"]
    );
    assert_eq!(
        told("[data]\npath = \"/b\""),
        [
            "config.toml:1:1: found [data], a single table, expected a block [[data]] for each; write \
          it with two brackets"
        ]
    );
    assert_eq!(
        told(
            "data = [{path = \"/a\", default = true}, {path = \"/b\", default = true}, {path = \"/a\"}]"
        ),
        [
            "config.toml:1:40: two [[data]] blocks have default = true; remove one of them",
            "config.toml:1:71: there are two [[data]] blocks for \"/a\"; remove one of them",
        ]
    );
    assert_eq!(
        told("data = 3"),
        ["config.toml:1:8: data is the number 3, expected a directory in quotes"]
    );
}

#[test]
fn a_mistake_that_hides_who_decides_or_where_is_in_doubt() {
    let doubt = |text: &str| {
        let Doubt { reviewer, data } = reading(text).doubt;
        (reviewer, data)
    };
    assert_eq!(doubt("reviewer = 3"), (true, false));
    assert_eq!(doubt("reviwer = \"lee\""), (true, false));
    assert_eq!(doubt("[columns]\nreviewer = \"lee\""), (true, false));
    assert_eq!(doubt("[[data]]\nleger = \"x\"\npath = \"/a\""), (false, true));
    assert_eq!(doubt("data = 3"), (false, true));
    assert_eq!(doubt("reviewer = \"lee"), (true, true));
    assert_eq!(doubt("mouse = 3\ncolour = 1"), (false, false));
}

#[test]
fn a_key_in_the_wrong_table_is_sent_to_its_own() {
    assert_eq!(
        told("[columns]\ntheme = \"dark\"\n"),
        ["config.toml:2:1: unknown key \"columns.theme\"; write theme above the first table"]
    );
    assert_eq!(
        told("ledger = \"x\""),
        ["config.toml:1:1: unknown key \"ledger\"; write ledger in [[data]]"]
    );
    assert!(
        told("zzz = 1")[0].contains("the keys here are reviewer, data, sign_with, start, theme")
    );
}
