import StrictJSON
import Synchronization

/// YooKassa, simulated: it keeps payments, refunds, receipts and saved methods as API v3 has them, tells shops of them,
/// and lets somebody pay as the customer.
///
/// ```swift
/// let yookassa = YooKassaSandbox([YooKassaShop(id: "100500", secretKey: "test_key")]) { clock.now }
/// try await yookassa.serving { url in
///     … // the merchant's server calls `url` + "/v3"
///     try yookassa.pay(id, by: .card("5555555555554444"))
///     await yookassa.deliverDue()
/// }
/// ```
///
/// Source: yookassa.md.
public final class YooKassaSandbox: Sendable {
    let clock: @Sendable () -> Int64
    private let books: Mutex<YooBooks>
    private let observer = Mutex<(@Sendable (YooKassaExchange) -> Void)?>(nil)
    private let noticeObserver = Mutex<(@Sendable (YooKassaNoticeAttempt, Int64) -> Void)?>(nil)
    private let standIn = Mutex<YooStandIn?>(nil)

    /// - Parameters:
    ///   - shops: each with an id of its own.
    ///   - clock: milliseconds since 1970 UTC.
    public init(_ shops: [YooKassaShop], clock: @escaping @Sendable () -> Int64) {
        self.clock = clock
        books = Mutex(YooBooks(shops))
    }

    func change<T: Sendable, E: Error>(_ body: (inout YooBooks) throws(E) -> sending T) throws(E) -> T {
        try books.withLock { books throws(E) in try body(&books) }
    }

    /// As ``change(_:)``, after everything that time has brought.
    func settled<T: Sendable, E: Error>(
        _ body: (inout YooBooks, Int64) throws(E) -> sending T
    ) throws(E) -> T {
        let now = clock()
        return try books.withLock { books throws(E) in
            books.settle(now)
            return try body(&books, now)
        }
    }

    /// Is told of every call from now on.
    public func observe(_ observer: @escaping @Sendable (YooKassaExchange) -> Void) {
        self.observer.withLock { $0 = observer }
    }

    /// Is told of every attempt to tell a shop something, and how long it took, microseconds.
    func observeNotices(_ observer: @escaping @Sendable (YooKassaNoticeAttempt, Int64) -> Void) {
        noticeObserver.withLock { $0 = observer }
    }

    func tellObserver(of attempt: YooKassaNoticeAttempt, microseconds: Int64) {
        noticeObserver.withLock { $0 }?(attempt, microseconds)
    }

    /// Has another API answer for what this one does not know; nil: nobody does any more.
    func setStandIn(_ other: YooStandIn?) { standIn.withLock { $0 = other } }

    var hasStandIn: Bool { standIn.withLock { $0 != nil } }

    /// Who answers in its place; nil: it does itself.
    func standIn(for call: YooCall) -> YooStandIn? {
        guard let other = standIn.withLock({ $0 }) else { return nil }
        return change { other.isFor(call, $0) } ? other : nil
    }

    func answer(_ call: YooCall) -> YooReply {
        let now = clock()
        let (operation, reply) = change { $0.answer(call, at: now) }
        if let observer = observer.withLock({ $0 }) {
            observer(
                YooKassaExchange(
                    operation: operation, line: "\(call.method) /v3/\(call.path.joined(separator: "/"))", key: call.key,
                    request: String(decoding: call.body, as: UTF8.self), status: reply.status,
                    answer: reply.body.text, fault: reply.fault, at: now))
        }
        return reply
    }

    // MARK: Conduct

    /// How it behaves.
    public var conduct: YooKassaConduct {
        get { change { $0.conduct } }
        set { change { $0.conduct = newValue } }
    }

    /// What goes wrong with the next calls of a kind, one each.
    public func fail(_ operation: YooKassaOperation, with faults: YooKassaFault...) {
        change { $0.faults[operation] = faults }
    }

    /// What goes wrong with the next call that changes something, whatever it is; nil: nothing does.
    public var nextFault: YooKassaFault? {
        get { change { $0.nextFault } }
        set { change { $0.nextFault = newValue } }
    }

    /// What goes wrong with the next notifications, one each.
    public func failNotices(with faults: YooKassaNoticeFault...) {
        change { $0.noticeFaults = faults }
    }

    /// Why the next charges of a saved method are refused, one each; nil: that one succeeds.
    public func refuseCharges(of method: String, with reasons: YooKassaReason?...) {
        change { $0.chargeRefusals[method] = reasons }
    }

    // MARK: The customer

    /// Pays.
    ///
    /// - Parameters:
    ///   - id: of the payment.
    ///   - instrument: a test card's number decides what becomes of it.
    ///   - isCodeRight: what the payer answers to 3-D Secure, if the card asks.
    /// - Returns: the payment, which may have been refused.
    /// - Throws: ``YooKassaPayRefusal``.
    @discardableResult
    public func pay(
        _ id: String, by instrument: YooKassaInstrument = .card("5555555555554444"), isCodeRight: Bool = true
    ) throws(YooKassaPayRefusal) -> YooKassaPayment {
        let now = clock()
        return try change { books throws(YooKassaPayRefusal) in
            try books.pay(id, by: instrument, isCodeRight: isCodeRight, now)
        }
    }

    /// Ends a payment that a payer should confirm, for any reason, even one that no test card has.
    ///
    /// - Throws: ``YooKassaPayRefusal``.
    @discardableResult
    public func decline(
        _ id: String, _ reason: YooKassaReason = .generalDecline
    ) throws(YooKassaPayRefusal) -> YooKassaPayment {
        let now = clock()
        return try change { books throws(YooKassaPayRefusal) in try books.decline(id, reason, now) }
    }

    /// Confirms a card that is to be saved without a payment.
    ///
    /// - Parameters:
    ///   - id: of the method.
    ///   - number: of a test card; one that pays is saved.
    ///   - isCodeRight: what the payer answers to 3-D Secure, if the card asks.
    /// - Throws: ``YooKassaPayRefusal``.
    @discardableResult
    public func confirmMethod(
        _ id: String, card number: String = "5555555555554444", isCodeRight: Bool = true
    ) throws(YooKassaPayRefusal) -> YooKassaMethod {
        let now = clock()
        return try change { books throws(YooKassaPayRefusal) in
            try books.confirm(method: id, card: number, isCodeRight: isCodeRight, now)
        }
    }

    /// Takes back the permission to charge a saved method. Nobody is told.
    /// - Returns: false if there is none.
    @discardableResult
    public func revoke(method id: String) -> Bool {
        change { books in
            guard books.methods[id] != nil else { return false }
            books.methods[id]?.isRevoked = true
            return true
        }
    }
}
