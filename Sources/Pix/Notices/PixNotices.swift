import Logging
import Payments
import Storage
import StrictJSON

/// The webhook: what comes is stored, and then the bank is asked whether it is so.
///
/// Source: pix.md 3.6, 4.4, 5.1
public final class PixNotices: Sendable {
    /// What the bank is answered.
    public struct Answer: Sendable, Hashable {
        /// The HTTP status: 200 also for what is of no concern, 500 only when nothing could be stored.
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

    private let context: PixContext
    private let settlement: PixSettlement
    private let rounds = PixRounds()

    /// How often the bank is asked about a payment that it does not know of.
    private static let searchesMaximum: Int64 = 12

    init(_ context: PixContext, _ settlement: PixSettlement) {
        self.context = context
        self.settlement = settlement
    }

    /// Takes what the bank sent. It is durable when this returns, unless the answer is 500.
    ///
    /// - Parameter bytes: the body; the transport bounds its length.
    public func take(_ bytes: [UInt8]) async -> Answer {
        let notices = PixNotice.all(in: bytes) ?? [PixNotice(unreadable: bytes)]
        let (now, hasBank) = (context.now, context.bank != nil)
        let key = context.configuration.key.text
        do {
            let kinds = try await context.store.engine.write { sql -> [Kind] in
                try notices.compactMap { notice in
                    let kind = try Self.kind(notice, ourKey: key, in: sql)
                    let isNew = try notice.insert(
                        kind == .ours ? .waiting : .ignored, dueAt: kind == .ours && hasBank ? now : nil,
                        note: kind == .ours ? nil : kind.rawValue, at: now, in: sql)
                    return isNew ? kind : nil
                }
            }
            for kind in kinds { announce(kind) }
            if kinds.contains(.ours) { context.onDue(.notices) }
            return Answer(status: 200, items: notices.count, news: kinds.count)
        } catch {
            context.logger.error(
                "a notice of the bank's could not be stored", metadata: ["error": "\(PixContext.cause(error))"])
            return Answer(status: 500, items: notices.count, news: 0)
        }
    }

    private enum Kind: String {
        case ours
        case malformed = "it cannot be read"
        case foreign = "the key is not ours"
        case unknown = "no charge of ours has the txid"
    }

    private static func kind(_ notice: PixNotice, ourKey: String, in sql: any SQLSession) throws -> Kind {
        guard !notice.e2eID.isEmpty else { return .malformed }
        let charge = try notice.txid.flatMap { try PixCharge.find(txid: $0, in: sql) }
        if let key = notice.key, key != (charge?.key ?? ourKey), (try? PixKey(key))?.text != charge?.key ?? ourKey {
            return .foreign
        }
        return charge == nil ? .unknown : .ours
    }

    private func announce(_ kind: Kind) {
        switch kind {
        case .ours: return
        case .malformed: context.onAnomaly(.malformedNotice)
        case .foreign: context.onAnomaly(.foreignKey)
        case .unknown: context.onAnomaly(.unknownCharge)
        }
        context.logger.warning("a notice of the bank's is of no concern", metadata: ["cause": "\(kind.rawValue)"])
    }

    /// Asks the bank about every notice that is due. A second call meanwhile does nothing.
    ///
    /// - Returns: how long nothing will be due, at most a minute, milliseconds.
    public func advanceDue() async -> Int64 {
        await rounds.advance(
            "notices", context, due: { try PixNotice.due(at: $0, limit: 16, in: $1) },
            nextDue: { try PixNotice.nextDue(in: $0) }, step: confirmOrPostpone)
    }

    private func confirmOrPostpone(_ notice: PixNotice, _ bank: any PixBank) async throws -> Int64? {
        do {
            try await confirm(notice, bank)
            return nil
        } catch let failure as StorageFailure {
            throw failure
        } catch PixBankError.busy(let milliseconds) {
            try await set(notice, .waiting, dueAt: context.now + max(1, milliseconds), notice.attempts, nil)
            return milliseconds
        } catch PixBankError.notFound where notice.attempts + 1 >= Self.searchesMaximum {
            context.onAnomaly(.unknownCharge)
            try await set(notice, .ignored, dueAt: nil, notice.attempts, "the bank knows of no such payment")
            return nil
        } catch {
            let pause = PixContext.pause(attempts: notice.attempts, longest: PixNotice.longestPause)
            try await set(
                notice, .waiting, dueAt: context.now + pause, notice.attempts + 1, PixContext.cause(error))
            return nil
        }
    }

    private func confirm(_ notice: PixNotice, _ bank: any PixBank) async throws {
        let payment = try await bank.payment(notice.e2eID)
        // The bank's word on the txid counts, not the notice's.
        let charge = try await context.store.engine.read(.point) { sql in
            try payment.txid.flatMap { try PixCharge.find(txid: $0, in: sql) }
        }
        guard let charge else {
            context.onAnomaly(.unknownCharge)
            return try await set(notice, .ignored, dueAt: nil, notice.attempts, Kind.unknown.rawValue)
        }
        _ = try await settlement.take(payment, charge)
        try await set(notice, .done, dueAt: nil, notice.attempts, nil)
    }

    private func set(
        _ notice: PixNotice, _ state: PixNotice.State, dueAt: Int64?, _ attempts: Int64, _ note: String?
    ) async throws {
        try await context.store.engine.write { sql in
            try notice.set(state, dueAt: dueAt, attempts: attempts, note: note, in: sql)
        }
    }
}
