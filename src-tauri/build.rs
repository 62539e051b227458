//! Embeds the UI, and names the commands so that each window's capability file can allow its own.

/// Every command of `src/commands.rs`.
const COMMANDS: &[&str] = &[
    "subscribe",
    "api_subscribe",
    "api_request",
    "open_conversation",
    "close_conversation",
    "read_older",
    "silence",
    "dismiss_ended",
    "dismiss_problem",
    "add_contact",
    "remove_contact",
    "mute_contact",
    "save_settings",
    "test_sound",
    "seen_missed",
    "answer_question",
    "dismiss_dial",
    "press",
    "show_main",
    "ring_resized",
    "focus_ring",
];

fn main() {
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error=the app's configuration cannot be built: {error:#}");
        std::process::exit(1);
    }
}
