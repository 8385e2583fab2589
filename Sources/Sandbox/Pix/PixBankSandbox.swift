import Synchronization

/// A bank, simulated: it keeps charges as the central bank's API has them, sends payouts as Banco Inter's does, tells
/// the merchant of payments, and lets somebody pay as the customer.
///
/// ```swift
/// let bank = PixBankSandbox(PixBankConfiguration(clientID: "c", clientSecret: "s", keys: [key])) { clock.now }
/// try await bank.serving { url in
///     … // the merchant's server calls `url`
///     try bank.pay(txid: txid)
///     await bank.deliverDue()
/// }
/// ```
///
/// Source: pix.md 3 and 4.
public final class PixBankSandbox: Sendable {
    /// The merchant as it knows it.
    public let configuration: PixBankConfiguration
    let clock: @Sendable () -> Int64
    private let books: Mutex<PixBankBooks>
    private let observer = Mutex<(@Sendable (PixBankExchange) -> Void)?>(nil)
    private let noticeObserver = Mutex<(@Sendable (PixNoticeAttempt, Int64) -> Void)?>(nil)
    private let standIn = Mutex<PixBankStandIn?>(nil)

    /// - Parameters:
    ///   - configuration: the merchant as the bank knows it.
    ///   - clock: milliseconds since 1970 UTC.
    public init(_ configuration: PixBankConfiguration, clock: @escaping @Sendable () -> Int64) {
        self.configuration = configuration
        self.clock = clock
        books = Mutex(PixBankBooks(configuration))
    }

    func change<T: Sendable, E: Error>(_ body: (inout PixBankBooks) throws(E) -> sending T) throws(E) -> T {
        try books.withLock { books throws(E) in try body(&books) }
    }

    /// Is told of every call from now on.
    func observe(_ observer: @escaping @Sendable (PixBankExchange) -> Void) {
        self.observer.withLock { $0 = observer }
    }

    /// Is told of every attempt to tell the merchant something, and how long it took, microseconds.
    func observeNotices(_ observer: @escaping @Sendable (PixNoticeAttempt, Int64) -> Void) {
        noticeObserver.withLock { $0 = observer }
    }

    func tellObserver(of attempt: PixNoticeAttempt, microseconds: Int64) {
        noticeObserver.withLock { $0 }?(attempt, microseconds)
    }

    /// Has another bank answer for some charges; nil: nobody does any more.
    func setStandIn(_ other: PixBankStandIn?) { standIn.withLock { $0 = other } }

    /// Who answers in its place; nil: it does itself.
    func standIn(for call: PixBankCall) -> PixBankStandIn? {
        guard let other = standIn.withLock({ $0 }),
            let (operation, values) = PixBankOperation.find(call.method, call.path)
        else { return nil }
        switch operation {
        case .readCharge: return other.txids.contains(values[0]) ? other : nil
        case .readReceipt: return change { $0.receipts[values[0]] == nil } ? other : nil
        default: return nil
        }
    }

    func answer(_ call: PixBankCall) -> PixBankReply {
        let now = clock()
        let (operation, reply) = change { $0.answer(call, at: now) }
        if let observer = observer.withLock({ $0 }) {
            observer(PixBankExchange(operation: operation, call: call, reply: reply, at: now))
        }
        return reply
    }

    // MARK: Conduct

    /// How it behaves.
    public var conduct: PixBankConduct {
        get { change { $0.conduct } }
        set { change { $0.conduct = newValue } }
    }

    /// What goes wrong with the next calls of a kind, one each.
    public func fail(_ operation: PixBankOperation, with faults: PixBankFault...) {
        change { $0.faults[operation] = faults }
    }

    /// What goes wrong with the next call about a charge, a payment or a payout; nil: nothing does.
    public var nextFault: PixBankFault? {
        get { change { $0.nextFault } }
        set { change { $0.nextFault = newValue } }
    }

    /// Has notices of a key sent there from now on, as the merchant would by `PUT /webhook/{chave}`.
    ///
    /// - Parameters:
    ///   - url: the bank adds `/pix`.
    ///   - key: one of the merchant's.
    public func register(webhookURL url: String, for key: String) {
        let now = clock()
        change { $0.webhooks[key] = PixBankBooks.Webhook(url: url, registeredAt: now) }
    }

    /// What goes wrong with the next notices, one each.
    public func failNotices(with faults: PixNoticeFault...) {
        change { $0.noticeFaults = faults }
    }

    // MARK: The customer

    /// Pays a charge.
    ///
    /// - Parameters:
    ///   - txid: of the charge.
    ///   - amount: centavos; nil: what the charge says.
    ///   - note: what the payer writes.
    ///   - slips: the banks let through what they should refuse: another amount, a second payment, one that comes
    ///     after the time or after the charge was taken back.
    /// - Throws: ``PixPayRefusal``.
    @discardableResult
    public func pay(
        txid: String, amount: Int64? = nil, note: String? = nil, slips: Bool = false
    ) throws(PixPayRefusal) -> PixBankReceipt {
        try pay(.txid(txid), amount, note, slips)
    }

    /// Pays what stands in a code, dynamic or static.
    ///
    /// - Parameters:
    ///   - code: copy and paste.
    ///   - amount: centavos; nil: what the code or its charge says.
    ///   - note: what the payer writes.
    ///   - slips: as for ``pay(txid:amount:note:slips:)``.
    /// - Throws: ``PixPayRefusal``.
    @discardableResult
    public func pay(
        code: String, amount: Int64? = nil, note: String? = nil, slips: Bool = false
    ) throws(PixPayRefusal) -> PixBankReceipt {
        try pay(.code(code), amount, note, slips)
    }

    private func pay(
        _ bill: PixBankBooks.Bill, _ amount: Int64?, _ note: String?, _ slips: Bool
    ) throws(PixPayRefusal) -> PixBankReceipt {
        let now = clock()
        return try change { books throws(PixPayRefusal) in
            try books.pay(bill, amount: amount, note: note, slips: slips, now)
        }
    }
}
