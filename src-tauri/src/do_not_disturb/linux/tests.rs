use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use zbus::fdo;

use super::*;

const NOTIFICATIONS_PATH: &str = "/org/freedesktop/Notifications";
const XFCONF_PATH: &str = "/org/xfce/Xfconf";

/// A session bus that only one test speaks on.
struct Bus {
    daemon: Child,
    address: String,
}

impl Bus {
    fn start() -> Self {
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--nopidfile", "--print-address"])
            .arg("--address=unix:tmpdir=/tmp")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon is installed");
        let out = daemon.stdout.take().expect("it is piped");
        let mut address = String::new();
        let read = BufReader::new(out).read_line(&mut address);
        read.expect("it tells its address");
        let address = address.trim().to_owned();
        Self { daemon, address }
    }

    async fn connect(&self) -> Connection {
        let builder = zbus::connection::Builder::address(self.address.as_str());
        builder.build().await.expect("the bus is there")
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        for ended in [self.daemon.kill(), self.daemon.wait().map(drop)] {
            ended.expect("it was started here");
        }
    }
}

/// A notification service by this name, with KDE's property or without.
struct Daemon {
    name: &'static str,
    inhibited: Option<bool>,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Daemon {
    fn get_server_information(&self) -> (&str, &str, &str, &str) {
        (self.name, "tests", "1", "1.2")
    }

    #[zbus(property)]
    fn inhibited(&self) -> fdo::Result<bool> {
        let unknown = || fdo::Error::UnknownProperty("Inhibited".to_owned());
        self.inhibited.ok_or_else(unknown)
    }
}

/// Xfce's settings, with this value of the one that is asked for.
struct Settings(Option<bool>);

#[derive(Debug, zbus::DBusError)]
#[zbus(prefix = "org.xfce.Xfconf.Error")]
enum SettingsError {
    #[zbus(error)]
    ZBus(zbus::Error),
    PropertyNotFound(String),
}

#[zbus::interface(name = "org.xfce.Xfconf")]
impl Settings {
    fn get_property(&self, channel: &str, property: &str) -> Result<OwnedVariant, SettingsError> {
        assert_eq!((channel, property), (XFCE_CHANNEL, XFCE_PROPERTY));
        let set = self.0.map(OwnedVariant::from);
        set.ok_or_else(|| SettingsError::PropertyNotFound(property.to_owned()))
    }
}

/// A desktop with this notification service.
struct World {
    _bus: Bus,
    service: Connection,
    told: mpsc::Receiver<Option<bool>>,
    banners: watch::Sender<Option<bool>>,
}

impl World {
    async fn with(name: &'static str, inhibited: Option<bool>) -> Self {
        Self::on(Bus::start(), Daemon { name, inhibited }).await
    }

    async fn on(bus: Bus, daemon: Daemon) -> Self {
        let service = bus.connect().await;
        let objects = service.object_server();
        let served = objects.at(NOTIFICATIONS_PATH, daemon).await;
        assert!(served.expect("the bus is there").is_none());
        let named = service.request_name(NOTIFICATIONS).await;
        named.expect("the name is free");
        let (tell, told) = mpsc::channel(8);
        let (banners, read) = watch::channel(None);
        let own = bus.connect().await;
        tokio::spawn(async move { follow(&own, move || read, tell).await });
        Self {
            _bus: bus,
            service,
            told,
            banners,
        }
    }

    async fn says(&mut self) -> Option<bool> {
        let told = tokio::time::timeout(Duration::from_secs(10), self.told.recv()).await;
        told.expect("within ten seconds").expect("it is followed")
    }

    /// The person of a desktop that does as KDE does switches it.
    async fn inhibits(&self, inhibited: Option<bool>) {
        let objects = self.service.object_server();
        let daemon = objects.interface::<_, Daemon>(NOTIFICATIONS_PATH).await;
        let daemon = daemon.expect("it is served");
        daemon.get_mut().await.inhibited = inhibited;
        let told = daemon.get().await;
        let told = told.inhibited_changed(daemon.signal_emitter()).await;
        told.expect("the bus is there");
    }
}

/// Xfce's settings on this bus, in which nothing was set.
async fn xfce(bus: &Bus) -> Connection {
    let settings = bus.connect().await;
    let objects = settings.object_server();
    let served = objects.at(XFCONF_PATH, Settings(None)).await;
    assert!(served.expect("the bus is there").is_none());
    let named = settings.request_name("org.xfce.Xfconf").await;
    named.expect("the name is free");
    settings
}

/// They become this, and say so in their way.
async fn sets(settings: &Connection, value: Option<bool>) {
    let objects = settings.object_server();
    let served = objects.interface::<_, Settings>(XFCONF_PATH).await;
    served.expect("it is served").get_mut().await.0 = value;
    let (to, from) = (None::<&str>, "org.xfce.Xfconf");
    let which = (XFCE_CHANNEL, XFCE_PROPERTY);
    let told = if let Some(value) = value {
        let body = (which.0, which.1, Variant::from(value));
        let told = settings.emit_signal(to, XFCONF_PATH, from, "PropertyChanged", &body);
        told.await
    } else {
        let told = settings.emit_signal(to, XFCONF_PATH, from, "PropertyRemoved", &which);
        told.await
    };
    told.expect("the bus is there");
}

#[tokio::test]
async fn follows_the_property_of_kde() {
    let mut world = World::with("Plasma", Some(true)).await;
    assert_eq!(world.says().await, Some(true));
    world.inhibits(Some(false)).await;
    assert_eq!(world.says().await, Some(false));
    world.inhibits(Some(true)).await;
    assert_eq!(world.says().await, Some(true));
}

#[tokio::test]
async fn follows_the_setting_of_xfce() {
    let bus = Bus::start();
    let settings = xfce(&bus).await;
    let mut world = World::on(
        bus,
        Daemon {
            name: "Xfce Notify Daemon",
            inhibited: None,
        },
    )
    .await;
    // What was never set is off.
    assert_eq!(world.says().await, Some(false));
    sets(&settings, Some(true)).await;
    assert_eq!(world.says().await, Some(true));
    sets(&settings, Some(false)).await;
    assert_eq!(world.says().await, Some(false));
    sets(&settings, Some(true)).await;
    assert_eq!(world.says().await, Some(true));
    sets(&settings, None).await;
    assert_eq!(world.says().await, Some(false));
}

#[tokio::test]
async fn follows_the_banners_of_gnome() {
    let mut world = World::with("gnome-shell", None).await;
    for shown in [true, false, true] {
        world.banners.send_replace(Some(shown));
        assert_eq!(world.says().await, Some(!shown));
    }
}

#[tokio::test]
async fn another_service_that_takes_over_is_asked_anew() {
    let mut world = World::with("Plasma", Some(true)).await;
    assert_eq!(world.says().await, Some(true));
    let released = world.service.release_name(NOTIFICATIONS).await;
    assert!(released.expect("the bus is there"));
    assert_eq!(world.says().await, None);
    let named = world.service.request_name(NOTIFICATIONS).await;
    named.expect("the name is free");
    assert_eq!(world.says().await, Some(true));
}

#[tokio::test]
async fn a_service_that_tells_nothing_is_not_known() {
    let mut world = World::with("dunst", None).await;
    // The first thing that is told is what came later.
    world.inhibits(Some(false)).await;
    assert_eq!(world.says().await, Some(false));
}
