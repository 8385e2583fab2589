import Logging
import Payments
import Storage
import StrictJSON
import Synchronization

/// The webhook: what comes is stored, and then the bank is asked whether it is so.
///
/// Source: pix.md 3.6, 4.4, 5.1
public final class PixNotices: Sendable {
    /// What the bank is answered.
    public struct Answer: Sendable, Hashable {
        /// The HTTP status: 200 also for what is of no concern, 500 only when nothing could be stored, 413 for more items
        /// than ``PixNotices/itemsMaximum``.
        public var status: Int
        /// How many items came.
        public var items: Int
        /// How many of them had not come before.
        public var news: Int

        public init(status: Int, items: Int, news: Int) {
            self.status = status
            self.items = items
            self.news = news
        }
    }

    let context: PixContext
    let settlement: PixSettlement
    let rounds = PixRounds()
    let prunedAt = Mutex<Int64>(0)
    private let strays: Mutex<StrayAllowance> = Mutex(StrayAllowance())

    /// How many payments one body may tell of. A longer one is refused whole, so that the bank sends shorter ones, and
    /// none of them is lost in silence.
    public static let itemsMaximum = 1_000
    /// How many of them are stored by one transaction, so that others can write in between.
    private static let batch = 100
    /// How many notices of one charge wait that nobody vouches for. The bank is asked about the charge itself then.
    static let unvouchedMaximum: Int64 = 8

    init(_ context: PixContext, _ settlement: PixSettlement) {
        self.context = context
        self.settlement = settlement
    }

    /// Takes what the bank sent. It is durable when this returns, unless the answer is 500 or 413.
    ///
    /// - Parameters:
    ///   - bytes: the body; the transport bounds its length.
    ///   - isAuthenticated: whether the bank sent it for sure. What anybody may have sent decides nothing: not even which
    ///     id a payment has, or when it came.
    public func take(_ bytes: [UInt8], isAuthenticated: Bool = false) async -> Answer {
        var notices = PixNotice.all(in: bytes) ?? [PixNotice(unreadable: bytes)]
        guard notices.count <= Self.itemsMaximum else {
            context.logger.warning(
                "a body with too many notices was refused", metadata: ["items": "\(notices.count)"])
            return Answer(status: 413, items: notices.count, news: 0)
        }
        for index in notices.indices { notices[index].isAuthenticated = isAuthenticated }
        var kinds: [Kind: Int] = [:]
        do {
            for start in stride(from: 0, to: notices.count, by: Self.batch) {
                let part = Array(notices[start..<min(start + Self.batch, notices.count)])
                for kind in try await store(part) { kinds[kind, default: 0] += 1 }
            }
        } catch {
            context.logger.error(
                "a notice of the bank's could not be stored", metadata: ["error": "\(PixContext.cause(error))"])
            return Answer(status: 500, items: notices.count, news: 0)
        }
        announce(kinds)
        return Answer(status: 200, items: notices.count, news: kinds.values.reduce(0, +))
    }

    /// - Returns: what the new ones are.
    private func store(_ notices: [PixNotice]) async throws -> [Kind] {
        let (now, hasBank) = (context.now, context.bank != nil)
        let key = context.configuration.key.text
        let hasSecret = context.configuration.webhookSecret != nil
        // The closure may run twice: what it takes of the allowance is given back then.
        let allowance = strays.withLock { $0.left(at: now) }
        let (kinds, count) = try await context.store.engine.write { sql -> ([Kind], Int) in
            var stored = 0
            var kinds: [Kind] = []
            for notice in notices {
                let kind = try Self.kind(
                    notice, ourKey: key, hasBank: hasBank, hasSecret: hasSecret, in: sql)
                if kind == .surplus, let txid = notice.txid, let charge = try PixCharge.find(txid: txid, in: sql) {
                    _ = try PixCharge.hasten(charge.transactionID, at: now, in: sql)
                    kinds.append(kind)
                    continue
                }
                let isStray = !kind.isWaiting && !notice.isAuthenticated
                if isStray, stored >= allowance {
                    kinds.append(kind)
                    continue
                }
                let isNew = try notice.insert(
                    kind.isWaiting ? .waiting : .ignored, dueAt: kind == .ours ? now : nil,
                    note: kind.isWaiting ? nil : kind.rawValue, at: now, in: sql)
                guard isNew else { continue }
                if isStray { stored += 1 }
                kinds.append(kind)
            }
            return (kinds, stored)
        }
        strays.withLock { $0.take(count, at: now) }
        return kinds
    }

    /// One line for a body, however many items it has.
    private func announce(_ kinds: [Kind: Int]) {
        for kind in Kind.allCases {
            guard let anomaly = kind.anomaly else { continue }
            for _ in 0..<kinds[kind, default: 0] { context.onAnomaly(anomaly) }
        }
        if kinds[.ours] != nil { context.onDue(.notices) }
        if kinds[.surplus] != nil { context.onDue(.charges) }
        let causes = Kind.allCases.compactMap { kind in
            kind.isStrange ? kinds[kind].map { "\(kind.rawValue): \($0)" } : nil
        }
        guard !causes.isEmpty else { return }
        context.logger.warning(
            "notices of the bank's are of no concern", metadata: ["causes": "\(causes.joined(separator: ", "))"])
    }
}

/// How many notices of no concern are stored in an hour if anybody may send them: the rest is counted, and forgotten.
private struct StrayAllowance {
    private static let maximum = 1_000
    private static let hour: Int64 = 3_600_000
    private var since: Int64 = 0
    private var taken = 0

    func left(at now: Int64) -> Int { isOver(now) ? Self.maximum : max(0, Self.maximum - taken) }

    mutating func take(_ count: Int, at now: Int64) {
        if isOver(now) { (since, taken) = (now, 0) }
        taken += count
    }

    private func isOver(_ now: Int64) -> Bool { now < since || now - since >= Self.hour }
}
