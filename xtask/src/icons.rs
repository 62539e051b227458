//! Draws the icon files that the app is packaged with from the SVG files in `icons/`.
//!
//! The SVG files are the originals; everything else in that folder comes from here.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{self, Problem, Workspace};

/// PNG files of the app's icon: name and edge in pixels.
const APP: [(&str, u32); 4] = [
    ("32x32.png", 32),
    ("128x128.png", 128),
    ("128x128@2x.png", 256),
    ("icon.png", 512),
];

/// States of the tray's icon, each an SVG file of its own.
const TRAY: [&str; 3] = ["tray-online", "tray-reconnecting", "tray-missed"];

/// The edge of a tray icon; desktops scale it down to their panel.
const TRAY_EDGE: u32 = 64;

/// Edges of the pictures in the ICO file.
const ICO: [u32; 6] = [16, 24, 32, 48, 64, 256];

/// Pictures of the ICNS file: the four letters that tell their place, and their edge.
const ICNS: [(&[u8; 4], u32); 8] = [
    (b"ic11", 32),
    (b"ic12", 64),
    (b"ic07", 128),
    (b"ic13", 256),
    (b"ic08", 256),
    (b"ic14", 512),
    (b"ic09", 512),
    (b"ic10", 1024),
];

/// Below this edge the drawing with fewer, thicker strokes is used.
const SMALL_BELOW: u32 = 64;

/// Draws them all.
pub(crate) fn draw(workspace: &Workspace) -> Result<(), Problem> {
    let icons = workspace.root.join("icons");
    let scratch = workspace.target().join("icons");
    fs::create_dir_all(&scratch).map_err(|cause| Problem::with_file("Making", &scratch, &cause))?;
    for (name, edge) in APP {
        render(&app_svg(&icons, edge), edge, &icons.join(name))?;
    }
    for name in TRAY {
        let svg = icons.join(name).with_extension("svg");
        render(&svg, TRAY_EDGE, &icons.join(name).with_extension("png"))?;
    }
    let picture = |edge: u32| -> Result<PathBuf, Problem> {
        let png = scratch.join(format!("{edge}.png"));
        render(&app_svg(&icons, edge), edge, &png)?;
        Ok(png)
    };
    let ico = ICO
        .into_iter()
        .map(picture)
        .collect::<Result<Vec<_>, _>>()?;
    process::run(
        Command::new("convert")
            .args(ico)
            .arg(icons.join("icon.ico")),
    )?;
    let mut pictures = Vec::new();
    for (place, edge) in ICNS {
        let png = picture(edge)?;
        let bytes = fs::read(&png).map_err(|cause| Problem::with_file("Reading", &png, &cause))?;
        pictures.push((place, bytes));
    }
    let path = icons.join("icon.icns");
    fs::write(&path, icns(&pictures)).map_err(|cause| Problem::with_file("Writing", &path, &cause))
}

fn app_svg(icons: &Path, edge: u32) -> PathBuf {
    icons.join(if edge < SMALL_BELOW {
        "bellhop-small.svg"
    } else {
        "bellhop.svg"
    })
}

fn render(svg: &Path, edge: u32, png: &Path) -> Result<(), Problem> {
    let edge = edge.to_string();
    let mut command = Command::new("rsvg-convert");
    command
        .args(["--width", &edge, "--height", &edge, "--output"])
        .arg(png)
        .arg(svg);
    process::run(&mut command)
}

/// Puts PNG pictures into Apple's container: `icns`, the whole length, then place, length and bytes of
/// each; lengths are big-endian and include their eight bytes of heading.
fn icns(pictures: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let heading = |place: &[u8; 4], payload: usize| {
        let length = u32::try_from(payload + 8).expect("icons are far smaller than 4 GiB");
        [place.as_slice(), &length.to_be_bytes()].concat()
    };
    let mut body = Vec::new();
    for (place, png) in pictures {
        body.extend(heading(place, png.len()));
        body.extend(png);
    }
    [heading(b"icns", body.len()), body].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_apples_container() {
        let pictures = [(b"ic07", vec![1, 2, 3]), (b"ic08", vec![4])];
        let expected = [
            b"icns\0\0\0\x1c".as_slice(),
            b"ic07\0\0\0\x0b\x01\x02\x03",
            b"ic08\0\0\0\x09\x04",
        ];
        assert_eq!(icns(&pictures), expected.concat());
    }
}
