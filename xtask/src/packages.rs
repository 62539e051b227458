//! What Bellhop needs of the operating system on Linux, and why.
//!
//! Owns the list and works out what of it is missing; installs nothing. A C compiler is not in it:
//! without one this program could not have been linked.

/// One thing that must be on the machine.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Need {
    /// The package that brings it on Debian and Ubuntu.
    pub(crate) debian: &'static str,
    /// What it is for.
    pub(crate) why: &'static str,
    /// How it is recognised where packages have other names.
    pub(crate) sign: Sign,
}

/// How something is recognised on a machine.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// A program on the search path.
    Program(&'static str),
    /// A library with headers, known to pkg-config.
    Module(&'static str),
    /// A library that is loaded at run time.
    Library(&'static str),
}

/// To build and start the app.
pub(crate) const BUILD: &[Need] = &[
    Need {
        debian: "pkg-config",
        why: "finds the libraries below when building",
        sign: Sign::Program("pkg-config"),
    },
    Need {
        debian: "libwebkit2gtk-4.1-dev",
        why: "the web view that the windows are drawn in",
        sign: Sign::Module("webkit2gtk-4.1"),
    },
    Need {
        debian: "libgtk-3-dev",
        why: "windows",
        sign: Sign::Module("gtk+-3.0"),
    },
    Need {
        debian: "libdbus-1-dev",
        why: "talking to the desktop session",
        sign: Sign::Module("dbus-1"),
    },
    Need {
        debian: "libasound2-dev",
        why: "the ringtone, where there is neither PulseAudio nor PipeWire",
        sign: Sign::Module("alsa"),
    },
    Need {
        debian: "libayatana-appindicator3-1",
        why: "the icon in the tray",
        sign: Sign::Library("libayatana-appindicator3.so.1"),
    },
];

/// Besides [`BUILD`], to drive the app end to end in a display that nobody sees.
pub(crate) const TEST: &[Need] = &[
    Need {
        debian: "xvfb",
        why: "a virtual display",
        sign: Sign::Program("Xvfb"),
    },
    Need {
        debian: "openbox",
        why: "a window manager in the virtual display",
        sign: Sign::Program("openbox"),
    },
    Need {
        debian: "weston",
        why: "a Wayland desktop in a window of the virtual display",
        sign: Sign::Program("weston"),
    },
    Need {
        debian: "dbus",
        why: "a session bus for notifications",
        sign: Sign::Program("dbus-run-session"),
    },
    Need {
        debian: "webkit2gtk-driver",
        why: "presses buttons in the web views",
        sign: Sign::Program("WebKitWebDriver"),
    },
    Need {
        debian: "xdotool",
        why: "finds windows, presses keys in them",
        sign: Sign::Program("xdotool"),
    },
    Need {
        debian: "imagemagick",
        why: "takes screenshots",
        sign: Sign::Program("import"),
    },
    Need {
        debian: "pulseaudio",
        why: "a sound system with devices that nobody hears",
        sign: Sign::Program("pulseaudio"),
    },
    Need {
        debian: "pulseaudio-utils",
        why: "plugs in those devices, records what they play",
        sign: Sign::Program("parec"),
    },
    Need {
        debian: "fonts-dejavu-core",
        why: "letters in the screenshots",
        sign: Sign::Program("fc-list"),
    },
];

/// To draw the icons from their SVG files.
pub(crate) const ICONS: &[Need] = &[
    Need {
        debian: "librsvg2-bin",
        why: "turns SVG into PNG",
        sign: Sign::Program("rsvg-convert"),
    },
    Need {
        debian: "imagemagick",
        why: "writes ICO",
        sign: Sign::Program("convert"),
    },
];

/// Whose packages a Linux system has, from the text of its `/etc/os-release`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Distribution {
    /// Debian, Ubuntu, and what is made from them.
    Debian,
    /// Anything else, by the name it gives itself.
    Other(String),
}

impl Distribution {
    /// Reads `/etc/os-release`.
    pub(crate) fn read(os_release: &str) -> Self {
        let value = |key: &str| {
            let line = os_release
                .lines()
                .find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
            line.unwrap_or_default().trim_matches('"').to_owned()
        };
        let family = format!("{} {}", value("ID"), value("ID_LIKE"));
        if family
            .split_whitespace()
            .any(|id| id == "debian" || id == "ubuntu")
        {
            return Self::Debian;
        }
        match value("PRETTY_NAME") {
            name if name.is_empty() => Self::Other("this Linux".to_owned()),
            name => Self::Other(name),
        }
    }
}

/// The needs whose package is not installed, by the answer of
/// `dpkg-query --show --showformat '${Package} ${db:Status-Status}\n'`.
pub(crate) fn not_installed<'a>(needs: &[&'a Need], dpkg_answer: &str) -> Vec<&'a Need> {
    let is_installed = |need: &Need| {
        dpkg_answer
            .lines()
            .any(|line| line.split_once(' ') == Some((need.debian, "installed")))
    };
    needs
        .iter()
        .copied()
        .filter(|need| !is_installed(need))
        .collect()
}

/// One line per need: its package and what it is for.
pub(crate) fn listed(needs: &[&Need]) -> String {
    let widest = needs
        .iter()
        .map(|need| need.debian.len())
        .max()
        .unwrap_or_default();
    let line = |need: &&Need| format!("    {:widest$}  {}\n", need.debian, need.why);
    needs.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEEDS: &[&Need] = &[&BUILD[0], &BUILD[1], &BUILD[2]];

    fn names(needs: &[&Need]) -> Vec<&'static str> {
        needs.iter().map(|need| need.debian).collect()
    }

    #[test]
    fn finds_what_was_never_installed_and_what_was_removed() {
        let answer = "libwebkit2gtk-4.1-dev installed\nlibgtk-3-dev config-files\n";
        assert_eq!(
            names(&not_installed(NEEDS, answer)),
            ["pkg-config", "libgtk-3-dev"]
        );
        assert_eq!(not_installed(NEEDS, ""), NEEDS);
    }

    #[test]
    fn finds_nothing_missing_when_all_is_there() {
        let answer = "libgtk-3-dev installed\nlibgtk-3-dev installed\npkg-config installed\n\
                      libwebkit2gtk-4.1-dev installed\n";
        assert_eq!(not_installed(NEEDS, answer), Vec::<&Need>::new());
    }

    #[test]
    fn does_not_take_one_name_for_another() {
        let answer = "pkg-config-extras installed\n";
        assert_eq!(names(&not_installed(&NEEDS[..1], answer)), ["pkg-config"]);
    }

    #[test]
    fn knows_the_family_of_a_distribution() {
        let debian = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n";
        let ubuntu = "ID=ubuntu\nID_LIKE=debian\n";
        let mint = "NAME=\"Linux Mint\"\nID=linuxmint\nID_LIKE=\"ubuntu debian\"\n";
        let fedora = "ID=fedora\nPRETTY_NAME=\"Fedora Linux 43\"\n";
        for family in [debian, ubuntu, mint] {
            assert_eq!(Distribution::read(family), Distribution::Debian, "{family}");
        }
        assert_eq!(
            Distribution::read(fedora),
            Distribution::Other("Fedora Linux 43".to_owned())
        );
        assert_eq!(
            Distribution::read(""),
            Distribution::Other("this Linux".to_owned())
        );
    }

    #[test]
    fn names_each_package_once_in_a_list() {
        for list in [BUILD, TEST, ICONS] {
            let mut names: Vec<_> = list.iter().map(|need| need.debian).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), list.len());
        }
    }

    #[test]
    fn lists_packages_with_their_reason() {
        assert_eq!(
            listed(&NEEDS[1..]),
            "    libwebkit2gtk-4.1-dev  the web view that the windows are drawn in\n    \
             libgtk-3-dev           windows\n"
        );
    }
}
