//! The pixels of the virtual display.
//!
//! Xvfb keeps them in a file in XWD form (X11's `XWDFile.h`: a header of big-endian words, a colour map, then the
//! lines), which it maps into its memory. So reading it shows the screen as it is, a moment later.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::error::{Result, StageError};

/// A rectangle of the screen, in pixels from the upper left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// Left edge.
    pub x: usize,
    /// Upper edge.
    pub y: usize,
    /// Width.
    pub width: usize,
    /// Height.
    pub height: usize,
}

/// The screen of a stage, open for reading.
#[derive(Debug)]
pub struct Screen {
    file: File,
    width: usize,
    height: usize,
    bytes_per_line: usize,
    first_pixel: usize,
}

/// Bytes of one pixel at the depth that the stage asks for.
const PIXEL: usize = 4;

impl Screen {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(StageError::io(path.display().to_string()))?;
        let mut header = [0; 80];
        file.read_exact_at(&mut header, 0).map_err(StageError::io(path.display().to_string()))?;
        // Positions of the words in XWDFileHeader.
        let word = |n: usize| {
            let bytes = header[n * 4..][..4].iter();
            bytes.fold(0_usize, |all, byte| all << 8 | usize::from(*byte))
        };
        let (header_size, width, height, bytes_per_line, colours) = (word(0), word(4), word(5), word(12), word(19));
        Ok(Self { file, width, height, bytes_per_line, first_pixel: header_size + colours * 12 })
    }

    /// The whole screen.
    pub fn all(&self) -> Area {
        Area { x: 0, y: 0, width: self.width, height: self.height }
    }

    /// The pixels of an area, line after line, four bytes each.
    pub fn pixels(&self, area: Area) -> Result<Vec<u8>> {
        let mut pixels = vec![0; area.width * area.height * PIXEL];
        for (line, bytes) in pixels.chunks_mut(area.width * PIXEL).enumerate() {
            let offset = self.first_pixel + (area.y + line) * self.bytes_per_line + area.x * PIXEL;
            self.file.read_exact_at(bytes, offset as u64).map_err(StageError::io("the screen"))?;
        }
        Ok(pixels)
    }

    /// Whether text stands in an area: some pixels that are darker than any placeholder, on a light ground. Before there
    /// is a window, all is dark.
    pub fn has_text(&self, area: Area) -> Result<bool> {
        const ENOUGH: usize = 20;
        let pixels = self.pixels(area)?;
        let count =
            |fits: fn(&u8) -> bool| pixels.chunks(PIXEL).filter(|pixel| pixel[..PIXEL - 1].iter().all(fits)).count();
        Ok(count(|channel| *channel < 110) >= ENOUGH && count(|channel| *channel > 200) > pixels.len() / PIXEL / 2)
    }

    /// The smallest area that holds everything that is not background: the window. None on an empty screen.
    pub fn drawn(&self) -> Result<Option<Area>> {
        let pixels = self.pixels(self.all())?;
        let background = &pixels[..PIXEL - 1];
        let (mut left, mut right, mut top, mut bottom) = (self.width, 0, self.height, 0);
        for (n, pixel) in pixels.chunks(PIXEL).enumerate() {
            if &pixel[..PIXEL - 1] != background {
                let (x, y) = (n % self.width, n / self.width);
                (left, right) = (left.min(x), right.max(x));
                (top, bottom) = (top.min(y), bottom.max(y));
            }
        }
        let area =
            Area { x: left, y: top, width: (right + 1).saturating_sub(left), height: (bottom + 1).saturating_sub(top) };
        Ok((left <= right && top <= bottom).then_some(area))
    }
}
