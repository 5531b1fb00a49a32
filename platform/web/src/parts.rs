//! The parts that pages are made of. Each is a struct with its template and prints itself: `{{ part }}`. Together they
//! stand at `/ui`, each with examples. A page that needs another part adds it here, not in its own slice.

mod chart;
mod choose;
mod field;
mod free_text;
mod said;
mod table;
mod tile;

pub use chart::Chart;
pub use choose::{Choice, Chosen, Group, Pager, Radios, Select};
pub use field::{Area, Field};
pub use free_text::{FREE_TEXT_MAX, read_free_text};
pub use said::{Badge, Empty, ErrorSummary, Kind, Notice, NoticeList};
pub use table::{Cell, Column, Facts, List, Row, Table};
pub use tile::{Stage, Step, Steps, Tile, Tiles};
