import Payments
import Synchronization

/// A shop that writes down what it is told, in the payment's own storage transaction.
final class Recorder: PaymentHooks, @unchecked Sendable {
    private let list = Mutex<[String]>([])
    private let trouble = Mutex(false)
    private let words = Mutex<Refusal?>(nil)
    private let refundWords = Mutex<Refusal?>(nil)
    private let troublesome = Mutex<String?>(nil)

    struct Trouble: Error {}

    var heard: [String] { list.withLock { $0 } }

    /// Throws when a payment is performed.
    var failing: Bool {
        get { trouble.withLock { $0 } }
        set { trouble.withLock { $0 = newValue } }
    }

    /// Refuses every payment.
    var refusal: Refusal? {
        get { words.withLock { $0 } }
        set { words.withLock { $0 = newValue } }
    }

    /// Refuses every refund.
    var refundRefusal: Refusal? {
        get { refundWords.withLock { $0 } }
        set { refundWords.withLock { $0 = newValue } }
    }

    /// Throws when the payment of that attempt is given back.
    var failingRefundOf: String? {
        get { troublesome.withLock { $0 } }
        set { troublesome.withLock { $0 = newValue } }
    }

    override func mayPay(_ order: Order, _ question: AccountQuestion) async throws -> Verdict {
        refusal.map { .refuse($0) } ?? .allow
    }

    override func mayRefund(_ transaction: Transaction) async throws -> Verdict {
        refundRefusal.map { .refuse($0) } ?? .allow
    }

    override func recordCreated(_ transaction: Transaction, in session: any SQLSession) throws {
        note("created", transaction)
    }

    override func recordPerformed(_ transaction: Transaction, in session: any SQLSession) throws {
        if failing { throw Trouble() }
        note("performed", transaction)
    }

    override func recordCancelled(
        _ transaction: Transaction, _ change: TransactionChange, in session: any SQLSession
    ) throws {
        if change == .refunded, transaction.key.externalID == failingRefundOf { throw Trouble() }
        note(change.rawValue, transaction)
    }

    override func recordDuplicate(
        _ transaction: Transaction, _ change: TransactionChange, in session: any SQLSession
    ) throws {
        note(change.rawValue, transaction)
    }

    private func note(_ change: String, _ transaction: Transaction) {
        list.withLock { $0.append("\(change) \(transaction.key.externalID)") }
    }
}
