//! A tray that draws nothing: it is told of icons over D-Bus, reads their menus and presses entries.

use std::collections::HashMap;

use tokio::sync::watch;
use zbus::message::Header;
use zbus::{Connection, OwnedVariant, Proxy, Variant};

use super::desk::Desk;
use super::until::until;

const NAME: &str = "org.kde.StatusNotifierWatcher";
const PATH: &str = "/StatusNotifierWatcher";
const ITEM: &str = "org.kde.StatusNotifierItem";
const MENU: &str = "com.canonical.dbusmenu";

/// An icon that a program has shown: who it is on the bus, and where the icon is there.
type Icon = (String, String);
/// An entry and those inside it, as a menu tells of it.
type Layout = (i32, HashMap<String, OwnedVariant>, Vec<OwnedVariant>);

/// The tray of one desk.
#[derive(Debug)]
pub(crate) struct Tray {
    connection: Connection,
    icons: watch::Sender<Vec<Icon>>,
}

/// Something that a menu says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its number in the menu.
    id: i32,
    /// Its words.
    pub(crate) label: String,
    /// Whether it can be pressed.
    pub(crate) enabled: bool,
    /// Whether it is marked.
    pub(crate) marked: bool,
}

impl Tray {
    /// Starts one at this desk.
    pub(crate) async fn start(desk: &Desk) -> Self {
        let icons = watch::Sender::new(Vec::new());
        let connection = until("the session bus", async || {
            zbus::connection::Builder::address(desk.bus_address())
                .serve_at(PATH, Watcher(icons.clone()))
                .name(NAME)
                .build()
                .await
        })
        .await;
        Self { connection, icons }
    }

    /// Waits until the menu of the last icon says this, and gives all of it, those inside others too.
    pub(crate) async fn offers(&self, label: &str) -> Vec<Entry> {
        until(format!("the tray's menu says \"{label}\""), async || {
            let menu = self.menu().await?;
            if menu.iter().any(|entry| entry.label == label) {
                Ok(menu)
            } else {
                Err(format!("{menu:#?}"))
            }
        })
        .await
    }

    /// Waits until it can be pressed, and presses it.
    pub(crate) async fn press(&self, label: &str) {
        let menu = self.offers(label).await;
        let entry = menu.iter().find(|entry| entry.label == label);
        let entry = entry.expect("it was just there");
        assert!(entry.enabled, "{entry:?}");
        let body = (entry.id, "clicked", Variant::I32(0), 0_u32);
        let proxy = self.menu_proxy().await.expect("the icon is there");
        let pressed = proxy.call_method("Event", &body);
        pressed.await.expect("the menu can be pressed");
    }

    /// The file that the last icon's picture is in.
    pub(crate) async fn picture(&self) -> String {
        until("the icon has a picture", async || {
            let (sender, path) = self.icon()?;
            let icon = self.proxy(sender, path, ITEM).await?;
            let name = icon.get_property::<String>("IconName").await;
            name.map_err(|cause| cause.to_string())
        })
        .await
    }

    async fn menu(&self) -> Result<Vec<Entry>, String> {
        let proxy = self.menu_proxy().await?;
        let body = (0_i32, -1_i32, Vec::<&str>::new());
        let told = proxy.call("GetLayout", &body).await;
        let (_, layout): (u32, Layout) = told.map_err(|cause| cause.to_string())?;
        let mut entries = Vec::new();
        for entry in &layout.2 {
            gather(entry, &mut entries);
        }
        Ok(entries)
    }

    async fn menu_proxy(&self) -> Result<Proxy<'static>, String> {
        let (sender, path) = self.icon()?;
        let icon = self.proxy(sender.clone(), path, ITEM).await?;
        let menu = icon.get_property::<zbus::OwnedObjectPath>("Menu").await;
        let menu = menu.map_err(|cause| cause.to_string())?;
        self.proxy(sender, menu.to_string(), MENU).await
    }

    fn icon(&self) -> Result<Icon, String> {
        let last = self.icons.borrow().last().cloned();
        last.ok_or_else(|| "there is no icon".to_owned())
    }

    async fn proxy(
        &self,
        to: String,
        path: String,
        interface: &'static str,
    ) -> Result<Proxy<'static>, String> {
        Proxy::new(&self.connection, to, path, interface)
            .await
            .map_err(|cause| cause.to_string())
    }
}

/// Adds an entry and those inside it, one after the other.
fn gather(entry: &Variant<'_>, entries: &mut Vec<Entry>) {
    let Variant::Structure(parts) = entry else {
        panic!("no entry: {entry:?}");
    };
    let [
        Variant::I32(id),
        Variant::Dict(said),
        Variant::Array(inside),
    ] = parts.fields()
    else {
        panic!("no entry: {entry:?}");
    };
    let said: HashMap<String, &Variant<'_>> = said
        .iter()
        .map(|(name, value)| {
            let name = String::try_from(name).expect("names are text");
            (name, unpacked(value))
        })
        .collect();
    let label = said.get("label").map(|label| String::try_from(*label));
    // One underline marks a letter, two stand for one.
    let label = label.map(|label| label.expect("labels are text").replace("__", "_"));
    entries.push(Entry {
        id: *id,
        label: label.unwrap_or_default(),
        enabled: !matches!(said.get("enabled"), Some(Variant::Bool(false))),
        marked: matches!(said.get("toggle-state"), Some(Variant::I32(1))),
    });
    for entry in inside.inner() {
        gather(unpacked(entry), entries);
    }
}

fn unpacked<'v, 'd>(value: &'v Variant<'d>) -> &'v Variant<'d> {
    if let Variant::Variant(inside) = value {
        inside
    } else {
        value
    }
}

struct Watcher(watch::Sender<Vec<Icon>>);

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, #[zbus(header)] header: Header<'_>, item: String) {
        let sender = header.sender().expect("a bus names senders").to_string();
        self.0.send_modify(|icons| icons.push((sender, item)));
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        let icons = self.0.borrow();
        icons
            .iter()
            .map(|(sender, path)| format!("{sender}{path}"))
            .collect()
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}
