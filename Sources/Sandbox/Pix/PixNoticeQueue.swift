import StrictJSON

/// What the bank wants to tell the merchant, and how that went.
///
/// Source: pix.md 4.4.
struct PixNoticeQueue: Sendable {
    /// Not yet told.
    private(set) var waiting: [PixNotice] = []
    /// They wait for the next one.
    private var heldBack: [(notice: PixNotice, joins: Bool)] = []
    /// Newest last.
    private(set) var attempts: [PixNoticeAttempt] = []
    /// Being told at this moment.
    private(set) var underway = 0

    private static let attemptsMaximum = 2_000
    /// After 20, 30, 60 and 120 minutes.
    private static let delays: [Int64] = [20, 30, 60, 120].map { $0 * 60_000 }

    /// How many the merchant has not taken yet.
    var count: Int { waiting.count + heldBack.count + underway }

    mutating func add(_ notice: PixNotice, _ fault: PixNoticeFault?) {
        switch fault {
        case .never: return
        case .reordered: return heldBack.append((notice, false))
        case .grouped: return heldBack.append((notice, true))
        case nil, .doubled, .late, .foreignKey: break
        }
        var notice = notice
        if case .late(let milliseconds) = fault { notice.dueAt += milliseconds }
        for held in heldBack.reversed() where held.joins && held.notice.url == notice.url {
            notice.items = held.notice.items + notice.items
            notice.txids = held.notice.txids + notice.txids
        }
        waiting.append(notice)
        if fault == .doubled { waiting.append(notice) }
        waiting += heldBack.filter { !$0.joins || $0.notice.url != notice.url }.map(\.notice)
        heldBack = []
    }

    /// - Returns: what is to be sent now; whoever takes it reports each of them.
    mutating func takeDue(_ now: Int64) -> [PixNotice] {
        let due = waiting.filter { $0.dueAt <= now }
        waiting.removeAll { $0.dueAt <= now }
        underway += due.count
        return due
    }

    /// - Parameters:
    ///   - status: nil: no answer came.
    ///   - failure: why not, in a word.
    /// - Returns: what is remembered of it.
    @discardableResult
    mutating func report(
        _ notice: PixNotice, status: Int?, failure: String?, at now: Int64
    ) -> PixNoticeAttempt {
        underway -= 1
        let number = notice.attempts + 1
        let isTaken = status.map { (200..<300).contains($0) } ?? false
        let attempt = PixNoticeAttempt(
            url: notice.url, body: notice.body.text, key: notice.key, txids: notice.txids, number: number, at: now,
            status: status, failure: failure)
        attempts.append(attempt)
        if attempts.count > Self.attemptsMaximum { attempts.removeFirst() }
        guard !isTaken, number <= Self.delays.count else { return attempt }
        var next = notice
        next.attempts = number
        next.dueAt = now + Self.delays[number - 1]
        waiting.append(next)
        return attempt
    }
}

/// One body for the merchant's webhook endpoint.
struct PixNotice: Sendable {
    let url: String
    let key: String
    var txids: [String]
    /// Payments, as they were when this was written.
    var items: [JSONValue]
    let shape: PixBankConduct.NoticeShape
    var dueAt: Int64
    /// So far.
    var attempts = 0

    var body: JSONValue {
        switch shape {
        case .standard: ["pix": .array(items)]
        case .inter: .array(items)
        }
    }
}

/// One attempt to tell the merchant something.
public struct PixNoticeAttempt: Sendable {
    /// Where it went, with the bank's suffix.
    public let url: String
    /// What was sent.
    public let body: String
    let key: String
    let txids: [String]
    /// Counted from 1; 5 is the last.
    public let number: Int
    /// Milliseconds since 1970 UTC.
    public let at: Int64
    /// The HTTP status; nil: no answer came.
    public let status: Int?
    /// Why no answer came, in a word.
    public let failure: String?

    /// Whether the merchant took it.
    public var isTaken: Bool { status.map { (200..<300).contains($0) } ?? false }
}
