/// The most that a file may hold. Past any of it the file is refused, and what it wants is not allocated.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Bytes of all parts of the file once unpacked.
    pub unpacked: u64,
    /// Sheets.
    pub sheets: usize,
    /// Rows of a sheet, counted from the first row of all.
    pub rows: u32,
    /// Columns of a sheet, counted from the first column of all.
    pub columns: u32,
    /// Cells with something in them, in all sheets.
    pub cells: usize,
}

/// What a province's workbook of a sheet for each commune needs, several times over.
impl Default for Limits {
    fn default() -> Limits {
        Limits { bytes: 5 << 20, unpacked: 64 << 20, sheets: 400, rows: 20_000, columns: 500, cells: 400_000 }
    }
}
