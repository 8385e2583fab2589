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
