/// What a page that watches is told.
enum TimelineSignal: Sendable {
    case entry(TimelineEntry)
    /// How far the conformance suite is.
    case suite(SuiteProgress)
    /// Something has changed that no entry tells of.
    case news
    /// Nothing happened.
    case beat
}
