use web::Slice;

/// Every slice, in the order of the menu. Routes, rights, menu and texts are read from this list.
pub const SLICES: &[Slice] = &[
    portal::SLICE,
    returns::SLICE,
    workbooks::SLICE,
    forms::SLICE,
    units::SLICE,
    dashboards::SLICE,
    maps::SLICE,
    exchange::SLICE,
    briefs::SLICE,
    people::SLICE,
    access::SLICE,
    auditing::SLICE,
    privacy::SLICE,
];
