import StrictJSON

/// Everything that the simulated YooKassa remembers, and its answers. It does no I/O; who holds it has a lock.
struct YooBooks: Sendable {
    /// By id.
    var shops: [String: YooKassaShop]
    /// Where payers confirm; known when it is served.
    var page = ""
    var conduct = YooKassaConduct()
    /// One for each next call of a kind.
    var faults: [YooKassaOperation: [YooKassaFault]] = [:]
    /// Of the next call that changes something, whatever it is.
    var nextFault: YooKassaFault?
    /// One for each next notification.
    var noticeFaults: [YooKassaNoticeFault] = []
    /// How often each call came.
    var calls: [YooKassaOperation: Int] = [:]
    var callTimes: [String: [Int64]] = [:]
    var idempotence = YooIdempotence()
    var notices = YooNoticeQueue()

    var payments: [String: YooKassaPayment] = [:]
    var refunds: [String: YooKassaRefund] = [:]
    var receipts: [String: YooKassaReceipt] = [:]
    var methods: [String: YooKassaMethod] = [:]
    /// In the order in which they were made.
    var paymentIDs: [String] = []
    var refundIDs: [String] = []
    var receiptIDs: [String] = []
    var methodIDs: [String] = []
    /// Money that payers were debited, oldest first.
    var charges: [YooKassaCharge] = []
    /// Why the next charges of a saved method are refused, one each; nil in it: one that succeeds.
    var chargeRefusals: [String: [YooKassaReason?]] = [:]
    /// Those that will change by themselves.
    var open = YooDeadlines()

    static let objectsMaximum = 200_000

    init(_ shops: [YooKassaShop]) {
        self.shops = Dictionary(shops.map { ($0.id, $0) }) { _, last in last }
    }

    /// Answers one call.
    /// - Parameter now: milliseconds since 1970 UTC.
    mutating func answer(_ call: YooCall, at now: Int64) -> (YooKassaOperation?, YooReply) {
        settle(now)
        let found = YooKassaOperation.find(call.method, call.path)
        guard let operation = found.operation else {
            return (nil, YooProblem(status: found.isPath ? 405 : 404).reply(id: Self.id(now)))
        }
        calls[operation, default: 0] += 1
        let fault = take(operation)
        if let fault, let problem = refusal(fault) {
            // What is asked for under a key is remembered though nothing is done: the result is unknown.
            if problem.status >= 500 { _ = try? admit(operation, call, now) }
            var reply = problem.reply(id: Self.id(now))
            reply.fault = fault
            return (operation, reply)
        }
        var reply = judged(operation, found.id, call, now)
        if case .failedAfter(let status) = fault { reply = YooProblem(status: status).reply(id: Self.id(now)) }
        if fault == .strange { reply.makeStrange() }
        reply.fault = fault
        settle(now)
        return (operation, reply)
    }

    private mutating func take(_ operation: YooKassaOperation) -> YooKassaFault? {
        if operation.isPost, let next = nextFault {
            nextFault = nil
            return next
        }
        guard let next = faults[operation]?.first else { return conduct.faults[operation] }
        faults[operation]?.removeFirst()
        return next
    }

    /// The answer of one who does nothing; nil: it does what was asked.
    private func refusal(_ fault: YooKassaFault) -> YooProblem? {
        switch fault {
        case .refused(let status): return YooProblem(status: status)
        case .dropped, .stalled: return YooProblem(status: 500)
        case .tooMany(let milliseconds): return Self.tooMany(milliseconds)
        case .processing(let milliseconds):
            var problem = YooProblem(status: 202, "The request is being processed")
            problem.retryAfter = milliseconds
            return problem
        case .failedAfter, .lost, .slow, .broken, .redirect, .afterNotice, .strange: return nil
        }
    }

    private mutating func judged(
        _ operation: YooKassaOperation, _ id: String, _ call: YooCall, _ now: Int64
    ) -> YooReply {
        var name: String?
        var reply: YooReply
        do throws(YooProblem) {
            let shop = try authenticated(call)
            try countCall(shop.id, now)
            let request = try admit(operation, call, now)
            if let stored = request.stored { return stored }
            name = request.name
            reply = YooReply(200, try carryOut(operation, id, request, shop, call.query, now))
        } catch {
            reply = error.reply(id: Self.id(now))
        }
        if let name { idempotence.store(name, reply) }
        return reply
    }

    private func authenticated(_ call: YooCall) throws(YooProblem) -> YooKassaShop {
        guard let (login, password) = call.credentials, let shop = shops[login], shop.secretKey == password else {
            throw YooProblem(status: 401)
        }
        return shop
    }

    private mutating func countCall(_ shop: String, _ now: Int64) throws(YooProblem) {
        guard let limit = conduct.callsPerSecond else { return }
        callTimes[shop, default: []].removeAll { $0 <= now - 1_000 }
        guard callTimes[shop, default: []].count < limit else { throw Self.tooMany(conduct.retryAfterMilliseconds) }
        callTimes[shop, default: []].append(now)
    }

    private static func tooMany(_ milliseconds: Int64) -> YooProblem {
        var problem = YooProblem(status: 429)
        problem.retryAfter = milliseconds
        return problem
    }

    private mutating func carryOut(
        _ operation: YooKassaOperation, _ id: String, _ request: YooRequest, _ shop: YooKassaShop,
        _ query: [String: String], _ now: Int64
    ) throws(YooProblem) -> JSONValue {
        switch operation {
        case .createPayment: try createPayment(request, shop, now)
        case .capturePayment: try capture(id, request, shop, now)
        case .cancelPayment: try cancel(id, shop, now)
        case .createRefund: try createRefund(request, shop, now)
        case .createReceipt: try createReceipt(request, shop, now)
        case .createMethod: try createMethod(request, shop, now)
        case .readPayment: json(try payment(id, shop))
        case .readRefund: try refund(id, shop).json
        case .readReceipt: try receipt(id, shop).json
        case .readMethod: try method(id, shop).detailed(page: page)
        case .listPayments: try listPayments(query, shop)
        case .listRefunds: try listRefunds(query, shop)
        case .listReceipts: try listReceipts(query, shop)
        case .me: Self.me(shop, isTest: conduct.testFlag ?? shop.isTest)
        case .webhooks:
            throw YooProblem(.forbidden, "Webhooks are set in the cabinet; here they need an OAuth token")
        }
    }
}
