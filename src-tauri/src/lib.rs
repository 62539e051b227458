//! The desktop app: wires the profile, the controller, the windows and the notifications together.

mod args;
mod at_login;
mod background;
mod clock;
mod commands;
mod controller;
mod do_not_disturb;
mod handoff;
mod invisible;
mod lifecycle;
mod line;
mod link;
mod local_server;
mod notifier;
mod opening;
mod profile;
mod shell;
mod shortcuts;
mod sound;
mod subscribers;
mod tauri_shell;
mod test_contacts;
mod tray;
pub mod view;
mod windows;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use tauri::{AppHandle, Manager, RunEvent};
use tokio::sync::mpsc;

use crate::args::Args;
use crate::background::{AppIsHere, BackgroundError};
use crate::controller::{Controller, News, Opening};
pub(crate) use crate::lifecycle::told_to_quit;
use crate::profile::{OpenError, Profile, ProfileName};
use crate::shortcuts::Grabber;
use crate::sound::Bell;
use crate::subscribers::Subscribers;
use crate::tauri_shell::TauriShell;
use crate::windows::Windows;

/// Why the app does not start.
#[derive(Debug, thiserror::Error)]
enum StartError {
    #[error("this system names no folder for the data of its user; set HOME")]
    NoDataFolder,
    #[cfg(target_os = "linux")]
    #[error(
        "there is no desktop to draw on: neither DISPLAY nor WAYLAND_DISPLAY leads to one; start it \
         from a desktop session"
    )]
    NoDisplay,
    #[error(transparent)]
    Profile(#[from] OpenError),
    #[error(transparent)]
    Background(#[from] BackgroundError),
    #[error("this profile cannot be marked as open: {0}")]
    Mark(#[source] std::io::Error),
    #[error("the windows cannot be made: {0}")]
    Tauri(#[from] tauri::Error),
}

impl StartError {
    /// Whether there may be a desktop to tell it on.
    fn has_desktop(&self) -> bool {
        match self {
            #[cfg(target_os = "linux")]
            Self::NoDisplay => false,
            Self::NoDataFolder
            | Self::Profile(_)
            | Self::Background(_)
            | Self::Mark(_)
            | Self::Tauri(_) => true,
        }
    }
}

/// Runs the app until the person quits it.
pub fn run() -> ExitCode {
    let args = Args::parse();
    log_to_stderr();
    let is_seen = !args.background;
    match start(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("Bellhop does not start: {error}.");
            if is_seen && error.has_desktop() {
                // Whoever has chosen it in a menu sees no terminal.
                notifier::tell_alone("Bellhop does not start", sentence(&error));
            }
            ExitCode::FAILURE
        }
    }
}

/// An error as a sentence of its own.
fn sentence(error: &StartError) -> String {
    let words = format!("{error}.");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => words,
    }
}

fn start(args: Args) -> Result<(), StartError> {
    let root = data_folder()?;
    if args.background {
        return Ok(background::run(&root, &args.profile)?);
    }
    #[cfg(target_os = "linux")]
    if let Err(error) = gtk::init() {
        tracing::debug!(%error, "GTK");
        return Err(StartError::NoDisplay);
    }
    let mut context = tauri::generate_context!();
    let identifier = instance(&context.config().identifier, &root, &args.profile);
    context.config_mut().identifier.clone_from(&identifier);
    let single = tauri_plugin_single_instance::Builder::new()
        .dbus_id(identifier)
        .callback(|app, words, _| opening::another_start(app, words))
        .build();
    let builder = tauri::Builder::default();
    #[cfg(target_os = "macos")]
    let builder = builder.on_web_content_process_terminate(windows::reload_any());
    let app = builder
        .plugin(single)
        .plugin(tauri_plugin_deep_link::init())
        .invoke_handler(tauri::generate_handler![
            commands::subscribe,
            commands::api_subscribe,
            commands::api_request,
            commands::open_conversation,
            commands::close_conversation,
            commands::read_older,
            commands::silence,
            commands::dismiss_ended,
            commands::dismiss_problem,
            commands::add_contact,
            commands::remove_contact,
            commands::mute_contact,
            commands::save_settings,
            commands::test_sound,
            commands::seen_missed,
            commands::answer_question,
            commands::dismiss_dial,
            commands::press,
            commands::show_main,
            commands::ring_resized,
            commands::focus_ring,
        ])
        .build(context)?;
    set_up(app.handle(), root, args)?;
    app.run(|app, event| {
        if let RunEvent::WindowEvent { label, event, .. } = &event {
            lifecycle::window_event(app, label, event);
        } else if let RunEvent::Exit = event {
            lifecycle::quit(app);
        }
    });
    Ok(())
}

/// Opens the profile and puts everything to work. Not a setup hook of Tauri's, which would panic where
/// this has a sentence to say.
fn set_up(app: &AppHandle, root: PathBuf, args: Args) -> Result<(), StartError> {
    let os_user = std::env::var("USER").or_else(|_| std::env::var("USERNAME"));
    let title = if args.profile.is_default() {
        "Bellhop".to_owned()
    } else {
        format!("Bellhop · {}", args.profile.as_str())
    };
    let opened = args.opened();
    let (profile, notices) = Profile::open(&root, args.profile, os_user.ok().as_deref())?;
    let folder = profile.folder().to_owned();
    app.manage(AppIsHere::say(&folder).map_err(StartError::Mark)?);
    let name = profile.name().clone();
    let (for_windows, tray_pictures) = (folder.clone(), folder.join("tray"));
    let hidden = args.hidden;
    let (for_shell, runtime) = (app.clone(), tauri::async_runtime::handle());
    let _in_runtime = runtime.inner().enter();
    let session = windows::session();
    let opening = Opening {
        notices,
        qa: args.qa,
        session,
    };
    let controller = Controller::start(profile, root, opening, move |controller| {
        let (told, heard) = mpsc::channel(notifier::NEWS);
        tokio::spawn(pass_on(heard, News::Notifier, controller.clone()));
        let notifier = notifier::of_this_system(told, &folder);
        let (told, heard) = mpsc::channel(do_not_disturb::CHANGES);
        tokio::spawn(pass_on(heard, News::DoNotDisturb, controller.clone()));
        do_not_disturb::watch(told);
        let grabber = Grabber::start(&for_shell, session, controller.clone());
        let bell = Bell::start(controller.clone());
        TauriShell::new(for_shell, notifier, bell, grabber, tray_pictures)
    });
    opening::first_start(app, &controller, opened);
    app.manage(Subscribers::new(controller.clone()));
    tokio::spawn(at_login::follow(controller.clone(), name));
    let told_of_tray = controller.clone();
    app.manage(controller);
    lifecycle::handed_over(app);
    app.manage(Windows::create(app, &for_windows, &title, hidden)?);
    tokio::spawn(tray::host::watch(told_of_tray, session));
    tokio::spawn(lifecycle::quit_when_told(app.clone()));
    Ok(())
}

/// Has the controller hear of what the desktop tells.
async fn pass_on<T>(mut heard: mpsc::Receiver<T>, news: fn(T) -> News, controller: Controller) {
    while let Some(told) = heard.recv().await {
        if let Err(error) = controller.hear(news(told)).await {
            tracing::debug!(%error, "the app quits");
            return;
        }
    }
}

/// The folder that all profiles are in.
fn data_folder() -> Result<PathBuf, StartError> {
    let data = dirs::data_dir().ok_or(StartError::NoDataFolder)?;
    Ok(data.join("bellhop"))
}

/// The name under which other starts of the same profile find this one: the app's identifier with the
/// profile, and a number for the folder, so that other homes on the same session bus are others.
fn instance(identifier: &str, root: &std::path::Path, name: &ProfileName) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    root.hash(&mut hasher);
    let profile = name.as_str().replace('-', "_");
    format!("{identifier}.p_{profile}.h{:016x}", hasher.finish())
}

fn log_to_stderr() {
    use std::io::IsTerminal;
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_env("BELLHOP_LOG")
        .unwrap_or_else(|_| EnvFilter::new("warn,bellhop=info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
}
