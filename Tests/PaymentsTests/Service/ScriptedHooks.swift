import Payments
import Synchronization

/// A shop whose every answer is set by the test, and which keeps a list of what it was asked.
final class ScriptedHooks: PaymentHooks, @unchecked Sendable {
    struct Script: Sendable {
        var account: (@Sendable (AccountQuestion) throws -> AccountAnswer)?
        var mayPay: (@Sendable (Order) throws -> Verdict) = { _ in .allow }
        var additional: [AdditionalField] = []
        var fiscalDetail: String?
        var receivers: (@Sendable (Order) throws -> [Receiver]) = { _ in [] }
        var mayRefund: (@Sendable (Transaction) async throws -> Verdict) = { _ in .allow }
        /// Runs inside the storage transaction of every change.
        var record: (@Sendable (Transaction, TransactionChange, any SQLSession) throws -> Void) = { _, _, _ in }
    }

    private let script: Mutex<Script>
    private let heard = Mutex<[String]>([])

    init(_ script: Script = Script()) {
        self.script = Mutex(script)
    }

    convenience init(_ change: (inout Script) -> Void) {
        var script = Script()
        change(&script)
        self.init(script)
    }

    /// Changes the shop's mind.
    func now(_ change: (inout Script) -> Void) { script.withLock { change(&$0) } }

    /// What was asked and told since the last look.
    func takeHeard() -> [String] {
        heard.withLock { list in
            defer { list = [] }
            return list
        }
    }

    private func hear(_ line: String) { heard.withLock { $0.append(line) } }
    private var current: Script { script.withLock { $0 } }

    override func account(_ question: AccountQuestion) async throws -> AccountAnswer {
        hear("account")
        if let account = current.account { return try account(question) }
        return try await super.account(question)
    }

    override func mayPay(_ order: Order, _ question: AccountQuestion) async throws -> Verdict {
        hear("mayPay")
        return try current.mayPay(order)
    }

    override func additional(_ order: Order, _ question: AccountQuestion) async throws -> [AdditionalField] {
        hear("additional")
        return current.additional
    }

    override func fiscalDetail(_ order: Order, _ question: AccountQuestion) async throws -> String? {
        hear("fiscalDetail")
        return current.fiscalDetail ?? order.fiscal
    }

    override func receivers(_ order: Order, _ question: AccountQuestion) async throws -> [Receiver] {
        hear("receivers")
        return try current.receivers(order)
    }

    override func mayRefund(_ transaction: Transaction) async throws -> Verdict {
        hear("mayRefund")
        return try await current.mayRefund(transaction)
    }

    override func recordCreated(_ transaction: Transaction, in session: any SQLSession) throws {
        hear("recordCreated")
        try current.record(transaction, .created, session)
    }

    override func recordPerformed(_ transaction: Transaction, in session: any SQLSession) throws {
        hear("recordPerformed")
        try current.record(transaction, .performed, session)
    }

    override func recordCancelled(
        _ transaction: Transaction, _ change: TransactionChange, in session: any SQLSession
    ) throws {
        hear("recordCancelled \(change.rawValue)")
        try current.record(transaction, change, session)
    }

    override func recordDuplicate(
        _ transaction: Transaction, _ change: TransactionChange, in session: any SQLSession
    ) throws {
        hear("recordDuplicate \(change.rawValue)")
        try current.record(transaction, change, session)
    }

    override func observedRepeat(_ transaction: Transaction) { hear("observedRepeat") }
}

/// What a hook throws in these tests.
struct Trouble: Error, Equatable {}
