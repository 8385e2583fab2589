import Logging
import Payments
import Specification
import Storage
import Synchronization

/// What is done again and again.
public enum YooKassaJob: String, Sendable, Hashable, CaseIterable {
    /// ``YooKassaPayments/advanceDue()``
    case payments
    /// ``YooKassaNotices/advanceDue()``
    case notices
    /// ``YooKassaRefunds/advanceDue()``
    case refunds
    /// ``YooKassaReceipts/advanceDue()``
    case receipts
    /// ``YooKassaSubscriptions/advanceDue()``
    case subscriptions
    /// ``YooKassaReconciliation/advanceDue()``
    case reconciliation
}

/// What every part of the gateway works with.
struct YooKassaContext: Sendable {
    let configuration: YooKassaConfiguration
    let specification: YooKassaSpecification
    /// Numbers of `transaction.yaml`.
    let reasons: [YooKassaSpecification.Reason: Int64]
    let service: TransactionService
    let store: Store
    let provider: any YooKassaProvider
    let logger: Logger
    /// A pause, and the pause that is made: no two programs come back in the same moment.
    let jitter: @Sendable (Int64) -> Int64
    /// Called when something is due at once.
    let onDue: @Sendable (YooKassaJob) -> Void
    let onChange: @Sendable (String) -> Void
    let onAnomaly: @Sendable (YooKassaAnomaly) -> Void
    let rest = YooKassaRest()

    var now: Int64 { service.clock.now }

    func reason(_ reason: YooKassaSpecification.Reason) -> Int64? { reasons[reason] }

    /// How long a step that began belongs to whoever began it, milliseconds: longer than any call takes.
    static let leaseMilliseconds: Int64 = 120_000
    /// How long nothing is asked after YooKassa refused the key, milliseconds.
    static let refusedKeyMilliseconds: Int64 = 60_000

    /// Keeps it for whoever looks, and tells.
    func raise(_ kind: YooKassaAnomaly, _ subject: String, _ detail: String) async {
        let now = now
        do {
            try await store.engine.write { sql in
                try YooKassaAnomalyRecord.insert(kind, subject, detail, at: now, in: sql)
            }
        } catch {
            logger.error("an anomaly could not be stored", metadata: ["kind": "\(kind.rawValue)"])
        }
        logger.warning(
            "somebody should look at YooKassa",
            metadata: ["kind": "\(kind.rawValue)", "subject": "\(subject)", "detail": "\(detail)"])
        onAnomaly(kind)
    }

    /// The key is not taken: nothing is asked for a minute, and nothing is lost.
    func restAfterRefusedKey() async {
        rest.until(now + Self.refusedKeyMilliseconds)
        await raise(.credentialsRefused, configuration.shopID, "change yookassa.secret_key, or yookassa.shop_id")
    }

    /// What is said of an error: what a hook threw is told by its type alone, for its text may hold what must not be
    /// kept.
    static func cause(_ error: any Error) -> String {
        (error as? YooKassaError)?.description ?? "\(type(of: error))"
    }

    /// When a call is repeated of which nothing is known.
    ///
    /// Source: yookassa.md 17
    func pause(sends: Int64, since first: Int64) -> Int64 {
        let plan = specification.unknownResult
        if sends >= 1, sends <= plan.first.count { return plan.first[Int(sends) - 1] }
        return jitter(now - first < plan.minuteUntil ? plan.minute : plan.late)
    }

    /// A pause that was promised: a little longer for some, and shorter for none, milliseconds.
    func atLeast(_ pause: Int64) -> Int64 { pause + abs(jitter(pause) - pause) }

    /// When what is not final is looked at again, milliseconds.
    func pollPause(_ looks: Int64) -> Int64 {
        let delays = specification.pollDelays
        return delays.isEmpty ? 60_000 : delays[min(Int(max(looks, 0)), delays.count - 1)]
    }
}

/// Until when nothing is asked, because the key was refused.
final class YooKassaRest: Sendable {
    private let end = Mutex<Int64>(0)

    func until(_ moment: Int64) { end.withLock { $0 = max($0, moment) } }

    /// The key was taken again.
    func over() { end.withLock { $0 = 0 } }

    /// How long it lasts, milliseconds; nil: it is over, or the clock was set back.
    func left(at now: Int64) -> Int64? {
        let left = end.withLock { $0 } - now
        return left > 0 && left <= YooKassaContext.refusedKeyMilliseconds ? left : nil
    }
}
