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

/// States of the tray's icon, each an SVG file of its own and a row of the sheet.
const TRAY: [&str; 3] = ["tray-online.svg", "tray-offline.svg", "tray-quiet.svg"];

/// What the tray's icon says of missed calls: a column of the sheet each.
const MISSED: [&str; 11] = ["", "1", "2", "3", "4", "5", "6", "7", "8", "9", "9+"];

/// The edge of a tray icon; desktops scale it down to their panel.
const TRAY_EDGE: usize = 64;

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
    draw_tray(&icons, &scratch)?;
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

/// Draws every state of the tray's icon with every number into one sheet.
fn draw_tray(icons: &Path, scratch: &Path) -> Result<(), Problem> {
    let mut pictures = String::new();
    for (row, name) in TRAY.into_iter().enumerate() {
        let path = icons.join(name);
        let svg = fs::read_to_string(&path)
            .map_err(|cause| Problem::with_file("Reading", &path, &cause))?;
        for (column, missed) in MISSED.into_iter().enumerate() {
            pictures.push_str(&tray_picture(&svg, row, column, missed));
        }
    }
    let (width, height) = (MISSED.len() * TRAY_EDGE, TRAY.len() * TRAY_EDGE);
    let sheet = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">{pictures}</svg>"#
    );
    let path = scratch.join("tray.svg");
    fs::write(&path, sheet).map_err(|cause| Problem::with_file("Writing", &path, &cause))?;
    let mut command = Command::new("rsvg-convert");
    command
        .arg("--output")
        .arg(icons.join("tray.png"))
        .arg(&path);
    process::run(&mut command)
}

/// One state in its place on the sheet, with a number in a lower corner if there is one: at a panel's 16
/// pixels the number has nine of them.
fn tray_picture(svg: &str, row: usize, column: usize, missed: &str) -> String {
    let drawing = svg.split_once('>').map_or("", |(_, rest)| rest);
    let drawing = drawing.strip_suffix("</svg>\n").unwrap_or(drawing);
    let (x, y) = (column * TRAY_EDGE, row * TRAY_EDGE);
    let place = format!(
        r#"<svg x="{x}" y="{y}" width="{TRAY_EDGE}" height="{TRAY_EDGE}" viewBox="0 0 32 32">"#
    );
    if missed.is_empty() {
        return format!("{place}{drawing}</svg>");
    }
    let (width, size) = if missed.len() > 1 { (24, 14) } else { (20, 17) };
    let (left, middle) = (32 - width, 32 - width / 2);
    let around = format!(
        r#"x="{}" y="10.5" width="{}""#,
        left as f32 - 1.5,
        width + 3
    );
    format!(
        r##"{place}<mask id="hole-{row}-{column}"><rect width="32" height="32" fill="#fff"/>
<rect {around} height="23" rx="11.5" fill="#000"/></mask>
<g mask="url(#hole-{row}-{column})">{drawing}</g>
<rect x="{left}" y="12" width="{width}" height="20" rx="10" fill="#d92d3a"/>
<text x="{middle}" y="22" dy="0.36em" fill="#fff" font-family="DejaVu Sans" font-weight="bold"
 font-size="{size}" text-anchor="middle">{missed}</text></svg>"##
    )
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
