import StrictJSON

/// What YooKassa wants to tell shops, and how that went.
///
/// Source: yookassa.md 14.
struct YooNoticeQueue: Sendable {
    /// Not yet told.
    private(set) var waiting: [YooNotice] = []
    /// They wait for the next one.
    private var heldBack: [YooNotice] = []
    /// Newest last.
    private(set) var attempts: [YooKassaNoticeAttempt] = []
    /// Being told at this moment.
    private(set) var underway = 0

    private static let attemptsMaximum = 20_000
    /// The real pauses are not published; these grow, and end a day after the event.
    private static let pauses: [Int64] = [10, 30, 60, 300, 900, 3_600, 7_200].map { $0 * 1_000 }
    private static let memoryMilliseconds: Int64 = 24 * 3_600_000

    /// How many the shops have not taken yet.
    var count: Int { waiting.count + heldBack.count + underway }

    mutating func add(_ notice: YooNotice, _ fault: YooKassaNoticeFault?) {
        switch fault {
        case .never: return
        case .reordered: return heldBack.append(notice)
        case nil, .doubled, .late: break
        }
        var notice = notice
        if case .late(let milliseconds) = fault { notice.dueAt += milliseconds }
        waiting.append(notice)
        if fault == .doubled { waiting.append(notice) }
        waiting += heldBack
        heldBack = []
    }

    /// - Returns: what is to be sent now; whoever takes it reports each of them.
    mutating func takeDue(_ now: Int64) -> [YooNotice] {
        let due = waiting.filter { $0.dueAt <= now }
        guard !due.isEmpty else { return [] }
        waiting.removeAll { $0.dueAt <= now }
        underway += due.count
        return due
    }

    /// - Parameters:
    ///   - status: nil: no answer came.
    ///   - failure: why not, in a word.
    /// - Returns: the attempt.
    mutating func report(
        _ notice: YooNotice, status: Int?, failure: String?, at now: Int64
    ) -> YooKassaNoticeAttempt {
        underway -= 1
        let attempt = YooKassaNoticeAttempt(
            url: notice.url, event: notice.event, objectID: notice.objectID, body: notice.body.text,
            number: notice.attempts + 1, at: now, status: status, failure: failure)
        attempts.append(attempt)
        if attempts.count > Self.attemptsMaximum { attempts.removeFirst() }
        var next = notice
        next.attempts += 1
        next.dueAt = now + Self.pauses[min(notice.attempts, Self.pauses.count - 1)]
        if !attempt.isTaken, next.dueAt - notice.at < Self.memoryMilliseconds { waiting.append(next) }
        return attempt
    }
}

/// One notification.
struct YooNotice: Sendable {
    let url: String
    let event: String
    let objectID: String
    /// As it was at the moment of the change.
    let object: JSONValue
    /// When that was.
    let at: Int64
    var dueAt: Int64
    /// So far.
    var attempts = 0

    var body: JSONValue { ["type": "notification", "event": .string(event), "object": object] }
}

/// One attempt to tell a shop something.
public struct YooKassaNoticeAttempt: Sendable {
    /// Where it went.
    public let url: String
    /// As in `payment.succeeded`.
    public let event: String
    /// Of the payment, the refund or the method.
    public let objectID: String
    /// What was sent.
    public let body: String
    /// Counted from 1.
    public let number: Int
    /// Milliseconds since 1970 UTC.
    public let at: Int64
    /// The HTTP status; nil: no answer came.
    public let status: Int?
    /// Why no answer came, in a word.
    public let failure: String?

    /// Whether the shop took it: nothing but 200 says so.
    public var isTaken: Bool { status == 200 }
}
