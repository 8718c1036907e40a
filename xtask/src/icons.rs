//! Renders `icons/` from the two drawings: one for large sizes, one with fewer parts for 16 to 32 pixels.

use std::fs;
use std::path::Path;

use crate::packages;
use crate::shell::{Outcome, command, read, root, say};

/// Plain pictures for the window and for Linux desktops, with their widths in pixels.
const PICTURES: &[(&str, u32)] = &[("32x32.png", 32), ("128x128.png", 128), ("128x128@2x.png", 256), ("icon.png", 512)];
/// Sizes inside the Windows icon. The 32 pixel one comes first because Tauri takes the first for the window.
const ICO: &[u32] = &[32, 16, 24, 48, 64, 256];
/// Types inside the macOS icon with their widths in pixels (Apple's `icns` format; all of these hold PNG data).
const ICNS: &[(&[u8; 4], u32)] = &[
    (b"icp4", 16),
    (b"icp5", 32),
    (b"ic11", 32),
    (b"ic12", 64),
    (b"ic07", 128),
    (b"ic13", 256),
    (b"ic08", 256),
    (b"ic14", 512),
    (b"ic09", 512),
    (b"ic10", 1024),
];

/// Render all icons.
pub fn icons() -> Outcome<()> {
    packages::install(&[packages::ICONS])?;
    let folder = root().join("icons");
    for (name, width) in PICTURES {
        write(&folder.join(name), &render(*width)?)?;
    }
    write(&folder.join("icon.ico"), &ico()?)?;
    write(&folder.join("icon.icns"), &icns()?)
}

fn write(path: &Path, bytes: &[u8]) -> Outcome<()> {
    fs::write(path, bytes).map_err(|e| format!("{}: {e}", path.display()))?;
    say(&format!("{} ({} bytes)", path.display(), bytes.len()));
    Ok(())
}

/// One picture as PNG with transparency.
fn render(width: u32) -> Outcome<Vec<u8>> {
    let drawing = if width <= 32 { "icons/icon-small.svg" } else { "icons/icon.svg" };
    let size = width.to_string();
    let file = std::env::temp_dir().join(format!("strongroom-icon-{}-{width}.png", std::process::id()));
    read(command("rsvg-convert").args(["-w", &size, "-h", &size, drawing, "-o"]).arg(&file))?;
    let bytes = fs::read(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    fs::remove_file(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    Ok(bytes)
}

/// A Windows icon: a header, one entry of 16 bytes for each size, then the pictures.
fn ico() -> Outcome<Vec<u8>> {
    let pictures = ICO.iter().map(|size| Ok((*size, render(*size)?))).collect::<Outcome<Vec<_>>>()?;
    let mut bytes = vec![0, 0, 1, 0];
    bytes.extend(length(pictures.len())?.to_le_bytes().iter().take(2));
    let mut offset = length(6 + 16 * pictures.len())?;
    for (size, png) in &pictures {
        // 256 is written as 0.
        let side = u8::try_from(*size).unwrap_or(0);
        bytes.extend([side, side, 0, 0, 1, 0, 32, 0]);
        bytes.extend(length(png.len())?.to_le_bytes());
        bytes.extend(offset.to_le_bytes());
        offset += length(png.len())?;
    }
    Ok(pictures.into_iter().fold(bytes, |all, (_, png)| [all, png].concat()))
}

/// A macOS icon: magic and total length, then type, length and picture for each size.
fn icns() -> Outcome<Vec<u8>> {
    let mut body = Vec::new();
    for (kind, size) in ICNS {
        let png = render(*size)?;
        body.extend_from_slice(*kind);
        body.extend(length(png.len() + 8)?.to_be_bytes());
        body.extend(png);
    }
    let mut bytes = b"icns".to_vec();
    bytes.extend(length(body.len() + 8)?.to_be_bytes());
    bytes.extend(body);
    Ok(bytes)
}

fn length(n: usize) -> Outcome<u32> {
    u32::try_from(n).map_err(|e| format!("an icon of {n} bytes: {e}"))
}
