//! A session bus that only one test speaks on, and that starts nothing by itself.

use std::path::Path;
use std::process::Command;

use super::running::Running;

/// A running session bus.
#[derive(Debug)]
pub(crate) struct Bus {
    address: String,
    _daemon: Running,
}

impl Bus {
    /// Starts one whose socket lies in `dir`.
    pub(crate) fn start(dir: &Path, log: &Path) -> Self {
        let address = format!("unix:path={}", dir.join("bus").display());
        let config = dir.join("bus.conf");
        let content = format!(
            r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>{address}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#
        );
        std::fs::write(&config, content).expect("a temporary folder can be written to");
        let mut daemon = Command::new("dbus-daemon");
        daemon.arg("--nofork").arg("--nopidfile");
        daemon.arg(format!("--config-file={}", config.display()));
        let daemon = Running::start(daemon, log);
        Self {
            address,
            _daemon: daemon,
        }
    }

    /// What `DBUS_SESSION_BUS_ADDRESS` is to be.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }
}
