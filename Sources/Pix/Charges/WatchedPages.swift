/// Charges that somebody is looking at, so that the bank is asked about them more often. A bounded number, in memory: a
/// page that is still open says so again.
struct WatchedPages {
    private var pages: [String: (until: Int64, askAt: Int64)] = [:]
    private var nextRound: Int64 = 0
    private static let maximum = 10_000
    /// How long a page counts as open after it last said so, milliseconds.
    private static let openMilliseconds: Int64 = 60_000
    /// How often the bank is asked about one, milliseconds.
    static let pauseMilliseconds: Int64 = 5_000

    mutating func open(_ id: String, at now: Int64) {
        if pages[id] == nil, pages.count >= Self.maximum { pages = pages.filter { $0.value.until > now } }
        guard pages[id] != nil || pages.count < Self.maximum else { return }
        pages[id] = (now + Self.openMilliseconds, pages[id]?.askAt ?? now + Self.pauseMilliseconds)
    }

    mutating func close(_ id: String) { pages[id] = nil }

    /// Those to be asked about now, those that waited the longest first; each counts as asked.
    mutating func take(_ limit: Int, at now: Int64) -> [String] {
        // However often somebody wakes the job; a clock that was set back counts for nothing.
        guard now >= nextRound || nextRound - now > Self.pauseMilliseconds else { return [] }
        nextRound = now + Self.pauseMilliseconds
        pages = pages.filter { $0.value.until > now }
        let due = pages.filter { $0.value.askAt <= now }.sorted { $0.value.askAt < $1.value.askAt }.prefix(limit)
        for (id, page) in due { pages[id] = (page.until, now + Self.pauseMilliseconds) }
        return due.map(\.key)
    }

    var isEmpty: Bool { pages.isEmpty }
}
