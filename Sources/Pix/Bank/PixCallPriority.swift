/// Whether somebody waits for the bank's answer to a question.
///
/// The bank counts calls by the minute. Looks in the background leave a quarter of each minute's calls to the others; a
/// call that changes something never counts as background.
///
/// Source: pix.md 4.2
public enum PixCallPriority: String, Sendable, Hashable, CaseIterable {
    /// A payer or the merchant waits: it may use every call that the minute has left.
    case foreground
    /// Nobody waits: a job looks how things stand.
    case background

    /// Of the calls of this task, ``foreground`` if nobody says otherwise.
    @TaskLocal public static var current = PixCallPriority.foreground
}
