/// What a page that watches is told.
enum TimelineSignal: Sendable {
    case entry(TimelineEntry)
    /// How far the conformance suite is.
    case suite(SuiteProgress)
    /// Nothing happened.
    case beat
}
