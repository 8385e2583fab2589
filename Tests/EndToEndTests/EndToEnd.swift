import Testing

/// Whole programs: real HTTP on 127.0.0.1, a real database. One test at a time, so that loads do not add up.
///
/// `TIYIN_PROVE=1` runs the long versions.
@Suite("End to end", .serialized)
enum EndToEnd {}
