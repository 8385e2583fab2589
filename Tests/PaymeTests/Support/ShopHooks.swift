import Payments
import Synchronization

/// A shop's own code, as a test wants it. What is not set does what every shop's does.
final class ShopHooks: PaymentHooks, @unchecked Sendable {
    typealias Question<Answer> = @Sendable (Order, AccountQuestion) async throws -> Answer

    var onAccount: (@Sendable (AccountQuestion) async throws -> AccountAnswer)?
    var onMayPay: Question<Verdict>?
    var onAdditional: Question<[AdditionalField]>?
    var onFiscalDetail: Question<String?>?
    var onReceivers: Question<[Receiver]>?
    var onMayRefund: (@Sendable (Transaction) async throws -> Verdict)?
    var onRecord: (@Sendable (Transaction, TransactionChange, any SQLSession) throws -> Void)?
    /// What the observers saw, in order.
    let observed = Mutex<[String]>([])

    /// - Parameter set: sets what the test wants.
    init(_ set: (ShopHooks) -> Void) {
        super.init()
        set(self)
    }

    override func account(_ question: AccountQuestion) async throws -> AccountAnswer {
        guard let onAccount else { return try await super.account(question) }
        return try await onAccount(question)
    }

    override func mayPay(_ order: Order, _ question: AccountQuestion) async throws -> Verdict {
        try await onMayPay?(order, question) ?? .allow
    }

    override func additional(_ order: Order, _ question: AccountQuestion) async throws -> [AdditionalField] {
        try await onAdditional?(order, question) ?? []
    }

    override func fiscalDetail(_ order: Order, _ question: AccountQuestion) async throws -> String? {
        guard let onFiscalDetail else { return try await super.fiscalDetail(order, question) }
        return try await onFiscalDetail(order, question)
    }

    override func receivers(_ order: Order, _ question: AccountQuestion) async throws -> [Receiver] {
        try await onReceivers?(order, question) ?? []
    }

    override func mayRefund(_ transaction: Transaction) async throws -> Verdict {
        try await onMayRefund?(transaction) ?? .allow
    }

    override func recordCreated(_ transaction: Transaction, in session: any SQLSession) throws {
        try onRecord?(transaction, .created, session)
    }

    override func recordPerformed(_ transaction: Transaction, in session: any SQLSession) throws {
        try onRecord?(transaction, .performed, session)
    }

    override func recordCancelled(
        _ transaction: Transaction, _ change: TransactionChange, in session: any SQLSession
    ) throws {
        try onRecord?(transaction, change, session)
    }

    override func observedRepeat(_ transaction: Transaction) { note("repeat \(transaction.id)") }

    override func observedCheck(_ transaction: Transaction) { note("check \(transaction.id)") }

    override func observedStatement(gateway: String, from: Int64, to: Int64) { note("statement \(from)...\(to)") }

    private func note(_ text: String) { observed.withLock { $0.append(text) } }
}

/// A network that is down, a table that is locked: something a shop's code throws.
struct ShopTrouble: Error {}
