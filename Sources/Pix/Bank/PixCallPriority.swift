/// Whether somebody waits for the bank's answer to a question.
///
/// The bank counts calls by the minute. Looks in the background leave a quarter of each minute's calls to the others, and
/// those by habit an eighth more; a call that changes something never counts as background.
///
/// Source: pix.md 4.2
public enum PixCallPriority: String, Sendable, Hashable, CaseIterable {
    /// A payer or the merchant waits: it may use every call that the minute has left.
    case foreground
    /// Nobody waits: a job looks how things stand.
    case background
    /// Nobody waits, and nothing is due: a look by habit.
    case routine

    /// How many calls of a minute's it may make.
    func share(of limit: Int) -> Int {
        switch self {
        case .foreground: limit
        case .background: max(1, limit - (limit + 3) / 4)
        case .routine: max(1, limit - (limit * 3 + 7) / 8)
        }
    }

    /// Of the calls of this task, ``foreground`` if nobody says otherwise.
    @TaskLocal public static var current = PixCallPriority.foreground
}
