//! The tray as Tauri draws it.
//!
//! Everything here happens on the main thread, which owns the tray; knows nothing of calls.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::rc::Rc;

use jiff::Zoned;
use tauri::image::Image;
use tauri::menu::{CheckMenuItem, IsMenuItem, Menu, MenuItem, PredefinedMenuItem, Submenu};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Wry};

use super::Tray;
use super::menu::Entry;
use super::picture::{Bell, Picture};
use super::press::Press;

/// Every picture of the icon, as `cargo xtask icons` draws them: a row for each bell, a column for each
/// number.
const SHEET: Image<'static> = tauri::include_image!("../icons/tray.png");
/// The edge of each.
const EDGE: u32 = 64;

thread_local! {
    static ICON: RefCell<Icon> = const { RefCell::new(Icon::NotYet) };
}

/// What there is in the tray.
#[derive(Clone)]
enum Icon {
    NotYet,
    Drawn(Rc<Drawn>),
    /// None, as it could not be made.
    Never,
}

/// The icon that is in the tray.
struct Drawn {
    icon: TrayIcon,
    shown: RefCell<Shown>,
}

struct Shown {
    tray: Tray,
    picture: Picture,
    menu: Vec<Entry>,
}

/// Shows this in the tray; the icon is made the first time. `folder` is where its pictures are handed
/// to the desktop, and `pressed` is told what is pressed in the menu. When it cannot be made, this says
/// so once, and it is not tried again.
pub(crate) fn show(
    app: &AppHandle,
    tray: Tray,
    folder: PathBuf,
    pressed: fn(&AppHandle, Press),
) -> tauri::Result<()> {
    match ICON.with_borrow(Clone::clone) {
        Icon::Drawn(drawn) => drawn.show(app, tray),
        Icon::Never => {}
        Icon::NotYet => {
            // Until it is there.
            ICON.set(Icon::Never);
            let drawn = Drawn::make(app, tray, folder, pressed)?;
            ICON.set(Icon::Drawn(Rc::new(drawn)));
        }
    }
    Ok(())
}

/// Draws it again: the desktop marks an entry that is pressed by itself, whatever comes of it.
fn show_again(app: &AppHandle) {
    let Icon::Drawn(drawn) = ICON.with_borrow(Clone::clone) else {
        return;
    };
    let tray = drawn.shown.borrow().tray.clone();
    drawn.shown.borrow_mut().menu.clear();
    drawn.show(app, tray);
}

impl Drawn {
    fn make(
        app: &AppHandle,
        tray: Tray,
        folder: PathBuf,
        pressed: fn(&AppHandle, Press),
    ) -> tauri::Result<Self> {
        let now = Zoned::now();
        let (picture, menu) = (Picture::of(&tray), tray.menu(&now));
        let builder = TrayIconBuilder::with_id("bellhop")
            .icon(image(picture))
            .tooltip(tray.tooltip(&now))
            .temp_dir_path(folder)
            .menu(&menu_of(app, &menu)?)
            // As is usual there; on Linux no click arrives.
            .show_menu_on_left_click(cfg!(target_os = "macos"))
            .on_menu_event(move |app, event| {
                if let Some(press) = Press::named(event.id().as_ref()) {
                    pressed(app, press);
                    show_again(app);
                }
            })
            .on_tray_icon_event(move |icon, event| {
                if let TrayIconEvent::Click {
                    button: MouseButton::Left,
                    button_state: MouseButtonState::Up,
                    ..
                } = event
                    && cfg!(target_os = "windows")
                {
                    pressed(icon.app_handle(), Press::Open);
                }
            });
        // What draws it on Linux is looked for when it is needed first, and a panic tells that it is
        // not installed.
        let built = catch_unwind(AssertUnwindSafe(|| builder.build(app)));
        let icon = built.unwrap_or_else(|_| {
            let missing = "libayatana-appindicator3 is not installed";
            Err(tauri::Error::Io(std::io::Error::other(missing)))
        })?;
        let shown = RefCell::new(Shown {
            tray,
            picture,
            menu,
        });
        Ok(Self { icon, shown })
    }

    fn show(&self, app: &AppHandle, tray: Tray) {
        if let Err(error) = self.change(app, tray) {
            tracing::warn!(%error, "the tray cannot be drawn");
        }
    }

    fn change(&self, app: &AppHandle, tray: Tray) -> tauri::Result<()> {
        let now = Zoned::now();
        let (picture, menu) = (Picture::of(&tray), tray.menu(&now));
        let mut shown = self.shown.borrow_mut();
        if picture != shown.picture {
            self.icon.set_icon(Some(image(picture)))?;
        }
        if menu != shown.menu {
            self.icon.set_menu(Some(menu_of(app, &menu)?))?;
        }
        self.icon.set_tooltip(Some(tray.tooltip(&now)))?;
        *shown = Shown {
            tray,
            picture,
            menu,
        };
        Ok(())
    }
}

/// One picture, cut out of the sheet.
fn image(picture: Picture) -> Image<'static> {
    let row = match picture.bell {
        Bell::Online => 0,
        Bell::Offline => 1,
        Bell::Quiet => 2,
    };
    let bytes = |pixels: u32| usize::try_from(pixels * 4).expect("the sheet is small");
    let sheet = SHEET;
    let line = bytes(sheet.width());
    let lines = sheet.rgba().chunks_exact(line);
    let above = usize::try_from(row * EDGE).expect("the sheet is small");
    let left = bytes(picture.missed * EDGE);
    let cut = lines.skip(above).take(EDGE as usize);
    let rgba = cut.flat_map(|line| line[left..left + bytes(EDGE)].iter().copied());
    Image::new_owned(rgba.collect(), EDGE, EDGE)
}

fn menu_of(app: &AppHandle, entries: &[Entry]) -> tauri::Result<Menu<Wry>> {
    let items = items_of(app, entries)?;
    let items: Vec<&dyn IsMenuItem<Wry>> = items.iter().map(AsRef::as_ref).collect();
    Menu::with_items(app, &items)
}

fn items_of(app: &AppHandle, entries: &[Entry]) -> tauri::Result<Vec<Box<dyn IsMenuItem<Wry>>>> {
    entries.iter().map(|entry| item_of(app, entry)).collect()
}

fn item_of(app: &AppHandle, entry: &Entry) -> tauri::Result<Box<dyn IsMenuItem<Wry>>> {
    Ok(match entry {
        Entry::Line => Box::new(PredefinedMenuItem::separator(app)?),
        Entry::Told(words) => Box::new(MenuItem::new(app, label(words), false, None::<&str>)?),
        Entry::Press(words, press) => Box::new(MenuItem::with_id(
            app,
            press.name(),
            label(words),
            true,
            None::<&str>,
        )?),
        Entry::Mark(words, press, is_on) => Box::new(CheckMenuItem::with_id(
            app,
            press.name(),
            label(words),
            true,
            *is_on,
            None::<&str>,
        )?),
        Entry::Menu(words, entries) => {
            let items = items_of(app, entries)?;
            let items: Vec<&dyn IsMenuItem<Wry>> = items.iter().map(AsRef::as_ref).collect();
            Box::new(Submenu::with_items(app, label(words), true, &items)?)
        }
    })
}

/// Words as a menu shows them: one `&` would underline what follows it.
fn label(words: &str) -> String {
    words.replace('&', "&&")
}
