import StrictJSON

/// A Payme merchant in memory: right in everything, unless a fault is switched on.
actor Merchant {
    static let login = "Paycom"
    static let key = "Test#Key&With?Odd@Signs$0123456789abc"
    static let merchantKey = "merchant-api-key-0123456789"
    static let accountField = "order_id"
    static let expiryMilliseconds: Int64 = 43_200_000

    let faults: Set<Fault>
    let clock: MerchantClock
    /// Whether performed transactions can be cancelled.
    let refunds: Bool
    /// Whether SetFiscalData is known.
    let takesFiscalData: Bool

    var orders: [String: MerchantOrder] = [:]
    var transactions: [String: MerchantTransaction] = [:]
    /// The keys of `transactions`, in the order of their arrival.
    var arrivals: [String] = []

    // What some faults remember.
    var counters: [String: Int] = [:]
    var hasSeenLargeBody = false
    var isStunned = false
    private(set) var isSilent = false

    init(faults: Set<Fault> = [], clock: MerchantClock, refunds: Bool = true, takesFiscalData: Bool = true) {
        self.faults = faults
        self.clock = clock
        self.refunds = refunds
        self.takesFiscalData = takesFiscalData
    }

    func has(_ fault: Fault) -> Bool { faults.contains(fault) }

    func add(_ order: MerchantOrder) { orders[order.id] = order }

    /// Counts calls of one kind, for faults that depend on how often something was asked.
    func count(_ name: String) -> Int {
        counters[name, default: 0] += 1
        return counters[name] ?? 0
    }

    /// Lets others in between a look and a deed, which is what makes a race.
    func linger() async {
        try? await Task.sleep(for: .milliseconds(200))
    }

    /// From now on no request is answered.
    func fallSilent() { isSilent = true }

    // MARK: Orders

    /// The order that an account names.
    func order(in account: JSONValue) throws(MerchantError) -> MerchantOrder {
        guard let object = account.objectValue else { throw .invalidRequest }
        if object.isEmpty, has(.accountEmpty) { throw .failure }
        if object.count > 1, has(.accountExtraField) { throw .invalidRequest }
        guard let value = object[Self.accountField] else { throw .orderNotFound }
        if value == "", has(.accountValueEmpty) { return MerchantOrder(id: "?", amount: 500_000, isOneTime: true) }
        if value.objectValue != nil, has(.accountValueWrongType) {
            return MerchantOrder(id: "?", amount: 500_000, isOneTime: true)
        }
        if value.integerValue != nil, has(.accountValueNumber) { throw .cannotPerform }
        let id = value.stringValue ?? value.numberText ?? ""
        if has(.accountValueOddText), id.contains(where: { !$0.isASCII }) { throw .failure }
        if has(.accountValueOverflow), id.count > 10, Int64(id) ?? 0 > Int64(Int32.max) || UInt64(id) != nil {
            throw .failure
        }
        if has(.accountValueControl), id.contains("\u{0}") { throw .failure }
        if has(.accountValueLong), id.count > 1000 { throw .failure }
        guard let order = orders[id] else { throw .orderNotFound }
        return order
    }

    /// The transactions of an order.
    func attempts(at order: MerchantOrder) -> [MerchantTransaction] {
        transactions.values.filter { $0.orderID == order.id }
    }

    func isExpired(_ transaction: MerchantTransaction) -> Bool {
        transaction.state == 1 && clock.now() - transaction.time > Self.expiryMilliseconds
    }

    func expire(_ id: String) {
        transactions[id]?.state = -1
        transactions[id]?.reason = 4
        transactions[id]?.cancelTime = clock.now()
    }

    /// Cancels the order's expired attempts and refuses it if a live one is left.
    func checkFree(_ order: MerchantOrder, otherThan id: String? = nil) throws(MerchantError) {
        for attempt in attempts(at: order) where isExpired(attempt) && !has(.expiryFreesOrder) {
            expire(attempt.paymeID)
        }
        let live = attempts(at: order).filter { $0.paymeID != id }
        if has(.retryAfterCancelledAttempt), id == nil, live.contains(where: { $0.state == -1 }) { throw .orderBusy }
        guard order.isOneTime else { return }
        if live.contains(where: { $0.state == 2 }) { throw .orderPaid }
        if live.contains(where: { $0.state == 1 }) { throw .orderBusy }
    }
}
