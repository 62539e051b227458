//! The shell on a real desktop: windows, notifications, sound and shortcuts.

use std::path::PathBuf;

use jiff::Zoned;
use tauri::{AppHandle, Manager};

use crate::controller::Controller;
use crate::lifecycle;
use crate::notifier::Notifier;
use crate::shell::{Shell, Step};
use crate::shortcuts::Grabber;
use crate::sound::Bell;
use crate::tray::{self, Tray};
use crate::view::Theme;
use crate::windows::Windows;

/// Windows, notifications, sounds and shortcuts of a running app.
pub(crate) struct TauriShell {
    app: AppHandle,
    notifier: Box<dyn Notifier>,
    bell: Bell,
    grabber: Grabber,
    /// Where the tray's pictures are handed to the desktop.
    tray_pictures: PathBuf,
    told_of_tray: bool,
}

impl TauriShell {
    /// The windows of this app, these notifications, this bell and these shortcuts, and a tray whose
    /// pictures are kept in a folder.
    pub(crate) fn new(
        app: AppHandle,
        notifier: Box<dyn Notifier>,
        bell: Bell,
        grabber: Grabber,
        tray_pictures: PathBuf,
    ) -> Self {
        Self {
            app,
            notifier,
            bell,
            grabber,
            tray_pictures,
            told_of_tray: false,
        }
    }

    /// Unloads the main window. The first time there is no tray to come back by, the person is told how.
    fn close_main(&mut self, without_tray: Option<String>) {
        self.on_windows(|windows| {
            windows.unload_main();
            Ok(())
        });
        if let Some(reason) = without_tray
            && !std::mem::replace(&mut self.told_of_tray, true)
        {
            self.notifier.tell("Bellhop is still running", reason);
        }
    }

    fn show_tray(&self, tray: Tray) {
        let (app, folder) = (self.app.clone(), self.tray_pictures.clone());
        let scheduled = self.app.run_on_main_thread(move || {
            if let Err(error) = tray::drawn::show(&app, tray, folder, lifecycle::pressed) {
                tracing::warn!(%error, "there is no icon in the tray");
                let controller = app.try_state::<Controller>();
                let controller = controller.expect("it is there before the event loop runs");
                let controller = controller.inner().clone();
                tauri::async_runtime::spawn(async move {
                    tray::host::no_icon(controller, &error).await;
                });
            }
        });
        if let Err(error) = scheduled {
            tracing::debug!(%error, "the app quits");
        }
    }

    /// Does something to the windows on the thread that owns them, in order.
    fn on_windows(&self, act: impl FnOnce(&Windows) -> tauri::Result<()> + Send + 'static) {
        let app = self.app.clone();
        let scheduled = self.app.run_on_main_thread(move || {
            let windows = app
                .try_state::<Windows>()
                .expect("windows are made before the event loop runs");
            if let Err(error) = act(&windows) {
                tracing::warn!(%error, "the desktop refused it");
            }
        });
        if let Err(error) = scheduled {
            tracing::debug!(%error, "the app quits");
        }
    }
}

impl Shell for TauriShell {
    fn carry_out(&mut self, step: Step) {
        match step {
            Step::ShowRings => self.on_windows(Windows::show_ring),
            Step::HideRings => self.on_windows(|windows| {
                windows.hide_ring();
                Ok(())
            }),
            Step::PresentMain => self.on_windows(|windows| {
                windows.present_main(None);
                Ok(())
            }),
            Step::Activation(token) => self.on_windows(|windows| {
                windows.may_come_to_front(token);
                Ok(())
            }),
            Step::CloseMain(without_tray) => self.close_main(without_tray),
            Step::Tray(tray) => self.show_tray(*tray),
            Step::Quit => self.app.exit(0),
            Step::GlobalShortcuts(grabs) => self.grabber.hold(grabs),
            Step::Theme(theme) => self.on_windows(move |windows| {
                windows.set_theme(match theme {
                    Theme::System => None,
                    Theme::Light => Some(tauri::Theme::Light),
                    Theme::Dark => Some(tauri::Theme::Dark),
                })
            }),
            Step::Ring(caller) => self.notifier.ring(caller),
            Step::Withdraw(invite_id) => self.notifier.withdraw(&invite_id),
            Step::Missed(caller) => self.notifier.missed(caller),
            Step::Sound(sound) => self.bell.play(sound),
            Step::SoundOn(settings) => self.bell.set(&settings),
            Step::TestSound(device) => self.bell.test(device.as_deref()),
        }
    }

    async fn close(self) {
        self.notifier.close().await;
    }

    fn local_time(&self) -> Zoned {
        Zoned::now()
    }
}
