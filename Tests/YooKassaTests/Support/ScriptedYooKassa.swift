import Payments
import Specification
import StrictJSON
import Synchronization
import TestSupport
import YooKassa

/// YooKassa as a test plays it: it remembers keys, and loses what it is told to lose.
final class ScriptedYooKassa: YooKassaProvider {
    enum Fault: Sendable {
        /// As it should be.
        case none
        /// It never arrived, and nobody knows.
        case lostCall
        /// It was carried out, and the answer was lost.
        case lostAnswer
        case busy(Int64)
        case notSent
        case unauthorized
        case refused(YooKassaError.Refusal)
        case notFound

        static func forbidden(_ words: String = "") -> Fault {
            .refused(.init(status: 403, code: "forbidden", detail: words))
        }
        static let invalid = Fault.refused(.init(status: 400, code: "invalid_request", parameter: "amount"))
    }

    struct Paid: Sendable {
        var json: JSONObject
        var saves: Bool
        var captures: Bool
    }

    struct Call: Sendable, Hashable {
        var name: String
        var key: String
        var body: String
    }

    struct State: Sendable {
        var payments: [String: Paid] = [:]
        var order: [String] = []
        var refunds: [String: JSONObject] = [:]
        var refundOrder: [String] = []
        var receipts: [String: JSONObject] = [:]
        var methods: [String: JSONObject] = [:]
        var byKey: [String: (call: Call, answer: JSONValue)] = [:]
        var faults: [String: [Fault]] = [:]
        var calls: [Call] = []
        var times: [Int64] = []
        /// What becomes of charges without a payer, in turn; then they succeed.
        var charges: [String] = []
        var refundStatus = "succeeded"
        var savedStatus: String? = "active"
        var isSaved = true
        var number = 0
        var pageSize = 100
    }

    let clock: ManualClock
    let pace: YooKassaPace?
    let specification: YooKassaSpecification
    let state = Mutex(State())
    /// What happens while the next answers about a payment are on their way.
    let onWay = Mutex<(@Sendable () async -> Void)?>(nil)
    /// What happens while the next answer about a new payment is on its way.
    let onCreateWay = Mutex<(@Sendable () async -> Void)?>(nil)

    init(_ clock: ManualClock, _ specification: YooKassaSpecification, pace: YooKassaPace? = nil) {
        self.clock = clock
        self.specification = specification
        self.pace = pace
    }

    // MARK: What a test does

    func edit(_ body: @Sendable (inout State) -> Void) { state.withLock { body(&$0) } }

    func fail(_ name: String, _ faults: Fault...) { state.withLock { $0.faults[name, default: []] += faults } }

    var calls: [String] { state.withLock { $0.calls.map(\.name) } }
    func calls(_ name: String) -> [Call] { state.withLock { $0.calls.filter { $0.name == name } } }
    func forgetCalls() { state.withLock { $0.calls = [] } }
    var refundIDs: [String] { state.withLock { $0.refundOrder } }
    var ids: [String] { state.withLock { $0.order } }

    /// The payer pays, or the hold begins.
    func pay(_ id: String) {
        let now = clock.now
        state.withLock { state in
            guard var paid = state.payments[id] else { return }
            paid.json["paid"] = true
            paid.json["confirmation"] = nil
            if paid.captures {
                Self.succeed(&paid.json, now)
            } else {
                paid.json["status"] = "waiting_for_capture"
                paid.json["expires_at"] = .string(Self.time(now + 7 * 86_400_000))
            }
            if paid.json["payment_method"] == nil { paid.json["payment_method"] = Self.method(state, paid.saves, id) }
            state.payments[id] = paid
        }
    }

    func succeed(_ id: String) {
        let now = clock.now
        state.withLock { state in
            guard state.payments[id] != nil else { return }
            Self.succeed(&state.payments[id]!.json, now)
        }
    }

    func cancel(_ id: String, _ reason: String = "expired_on_confirmation", party: String = "yoo_money") {
        set(id) { json in
            json["status"] = "canceled"
            json["cancellation_details"] = ["party": .string(party), "reason": .string(reason)]
        }
    }

    func set(_ id: String, _ change: @Sendable (inout JSONObject) -> Void) {
        state.withLock { state in
            guard state.payments[id] != nil else { return }
            change(&state.payments[id]!.json)
        }
    }

    func setRefund(_ id: String, _ change: @Sendable (inout JSONObject) -> Void) {
        state.withLock { state in
            guard state.refunds[id] != nil else { return }
            change(&state.refunds[id]!)
        }
    }

    /// Somebody gives money back in the cabinet.
    func refundInCabinet(_ payment: String, _ value: String) -> String {
        let now = clock.now
        return state.withLock { state in
            Self.makeRefund(
                &state, ["payment_id": .string(payment), "amount": ["value": .string(value), "currency": "RUB"]], now)
        }
    }

    /// Two years of another shop's life: an object that has nothing to do with us.
    func addForeign(_ change: @Sendable (inout JSONObject) -> Void = { _ in }) -> String {
        let now = clock.now
        return state.withLock { state in
            let id = Self.newID(&state)
            var json = Self.payment(id, ["amount": ["value": "10.00", "currency": "RUB"]], now)
            Self.succeed(&json, now)
            change(&json)
            state.payments[id] = Paid(json: json, saves: false, captures: true)
            state.order.append(id)
            return id
        }
    }

    static func notice(_ event: String, _ id: String, status: String = "succeeded") -> [UInt8] {
        let object: JSONValue = ["id": .string(id), "status": .string(status)]
        return JSONValue(dictionaryLiteral: ("type", "notification"), ("event", .string(event)), ("object", object))
            .serialized()
    }

    func settleReceipts(_ status: String) {
        edit { state in for id in state.receipts.keys { state.receipts[id]?["status"] = .string(status) } }
    }

    // MARK: What it does

    private static func time(_ moment: Int64) -> String {
        let seconds = moment / 1_000
        let day = seconds / 86_400 - 20_778
        let rest = seconds % 86_400
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        // Days since 2026-11-21, kept within a few months: that is all that tests need.
        var (year, month, date) = (Int64(2026), 11, 21 + day)
        let lengths: [Int: Int64] = [
            1: 31, 2: 28, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31,
        ]
        while date > lengths[month]! {
            date -= lengths[month]!
            month += 1
            if month > 12 { (month, year) = (1, year + 1) }
        }
        while date < 1 {
            month -= 1
            if month < 1 { (month, year) = (12, year - 1) }
            date += lengths[month]!
        }
        let clock = "\(two(rest / 3_600)):\(two(rest / 60 % 60)):\(two(rest % 60))"
        let milliseconds = String(1_000 + moment % 1_000).dropFirst()
        return "\(year)-\(two(Int64(month)))-\(two(date))T\(clock).\(milliseconds)Z"
    }

    private static func newID(_ state: inout State) -> String {
        state.number += 1
        let digits = String(state.number)
        return "2d0f8a1e-000f-5000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    private static func payment(_ id: String, _ body: JSONObject, _ now: Int64) -> JSONObject {
        var json: JSONObject = [
            "id": .string(id), "status": "pending", "paid": false, "test": true, "refundable": false,
            "created_at": .string(time(now)), "recipient": ["account_id": "100500", "gateway_id": "1"],
        ]
        json["amount"] = body["amount"]
        json["metadata"] = body["metadata"]
        if let type = body["confirmation"]?["type"] {
            json["confirmation"] = ["type": type, "confirmation_url": .string("https://yoomoney.test/\(id)")]
        }
        if body["receipt"] != nil { json["receipt_registration"] = "pending" }
        return json
    }

    private static func method(_ state: State, _ saves: Bool, _ id: String) -> JSONValue {
        var method: JSONObject = [
            "type": "bank_card", "id": .string(id), "saved": .bool(saves && state.isSaved),
            "title": "Bank card *4444", "card": ["card_type": "Visa", "last4": "4444"],
        ]
        if let status = state.savedStatus { method["status"] = .string(status) }
        return .object(method)
    }

    private static func succeed(_ json: inout JSONObject, _ now: Int64) {
        json["status"] = "succeeded"
        json["paid"] = true
        json["refundable"] = true
        json["captured_at"] = .string(time(now))
        if json["receipt_registration"] != nil { json["receipt_registration"] = "succeeded" }
    }

    private static func makeRefund(_ state: inout State, _ body: JSONObject, _ now: Int64) -> String {
        let id = newID(&state)
        var json: JSONObject = [
            "id": .string(id), "status": .string(state.refundStatus), "created_at": .string(time(now)),
        ]
        json["payment_id"] = body["payment_id"]
        json["amount"] = body["amount"]
        state.refunds[id] = json
        state.refundOrder.append(id)
        if state.refundStatus == "succeeded" { count(&state, id) }
        return id
    }

    private static func count(_ state: inout State, _ id: String) {
        guard let refund = state.refunds[id], let payment = refund["payment_id"]?.stringValue else { return }
        let sum = state.refunds.values.filter {
            $0["payment_id"]?.stringValue == payment && $0["status"]?.stringValue == "succeeded"
        }.compactMap { Money(decimal: $0["amount"]?["value"]?.stringValue ?? "", currency: .rub)?.minor }.reduce(0, +)
        state.payments[payment]?.json["refunded_amount"] = [
            "value": .string(Money(minor: sum, currency: .rub).decimal), "currency": "RUB",
        ]
    }

    func settleRefund(_ id: String, _ status: String, reason: String? = nil) {
        state.withLock { state in
            state.refunds[id]?["status"] = .string(status)
            if let reason {
                state.refunds[id]?["cancellation_details"] = ["party": "refund_network", "reason": .string(reason)]
            }
            Self.count(&state, id)
        }
    }

    private func call(
        _ name: String, _ posting: YooKassaPosting?, _ urgency: YooKassaUrgency,
        _ work: (inout State) throws(YooKassaError) -> JSONValue
    ) async throws(YooKassaError) -> JSONValue {
        if let pace {
            if let wait = pace.take(urgency) { throw .busy(milliseconds: wait) }
            await Task.yield()
        }
        defer { pace?.done(urgency) }
        let now = clock.now
        let result = state.withLock { state -> Result<JSONValue, YooKassaError> in
            let call = Call(name: name, key: posting?.key ?? "", body: posting?.body ?? "")
            state.calls.append(call)
            state.times.append(now)
            var fault: Fault?
            if state.faults[name]?.isEmpty == false { fault = state.faults[name]?.removeFirst() }
            switch fault {
            case .lostCall: return .failure(.unknown("HTTP 500"))
            case .busy(let wait): return .failure(.busy(milliseconds: wait))
            case .notSent: return .failure(.notSent("nobody answers there"))
            case .unauthorized: return .failure(.unauthorized)
            case .refused(let refusal): return .failure(.refused(refusal))
            case .notFound: return .failure(.notFound)
            case .lostAnswer, .some(.none), nil: break
            }
            if let posting, let known = state.byKey[posting.key] {
                guard known.call == call else {
                    return .failure(
                        .refused(
                            .init(
                                status: 400, code: "invalid_request", detail: "Idempotence key duplicated",
                                parameter: "Idempotence-Key")))
                }
                return .success(known.answer)
            }
            do throws(YooKassaError) {
                let answer = try work(&state)
                if let posting { state.byKey[posting.key] = (call, answer) }
                if case .lostAnswer = fault { return .failure(.unknown("the answer was lost")) }
                return .success(answer)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func read<T>(_ json: JSONValue, _ make: (JSONValue, YooKassaSpecification) -> T?) -> T {
        guard let object = make(json, specification) else { preconditionFailure("the test made no object") }
        return object
    }

    private static let invalid = YooKassaError.refused(.init(status: 400, code: "invalid_request"))

    func createPayment(
        _ posting: YooKassaPosting, _ urgency: YooKassaUrgency
    ) async throws(YooKassaError) -> YooKassaPayment {
        let now = clock.now
        let json = try await call("createPayment", posting, urgency) { state throws(YooKassaError) in
            guard let body = (try? JSONValue(parsing: posting.body))?.objectValue else { throw Self.invalid }
            let id = Self.newID(&state)
            var json = Self.payment(id, body, now)
            let paid = Paid(
                json: json, saves: body["save_payment_method"]?.boolValue ?? false,
                captures: body["capture"]?.boolValue ?? false)
            if let method = body["payment_method_id"]?.stringValue {
                json["payment_method"] = Self.method(state, true, method)
                let outcome = state.charges.isEmpty ? "succeeded" : state.charges.removeFirst()
                switch outcome {
                case "succeeded": Self.succeed(&json, now)
                case "pending": break
                default:
                    json["status"] = "canceled"
                    json["cancellation_details"] = ["party": "payment_network", "reason": .string(outcome)]
                }
            }
            state.payments[id] = Paid(json: json, saves: paid.saves, captures: paid.captures)
            state.order.append(id)
            return .object(json)
        }
        let meanwhile = onCreateWay.withLock { hook in
            defer { hook = nil }
            return hook
        }
        await meanwhile?()
        return read(json, YooKassaPayment.init)
    }

    func payment(_ id: String, _ urgency: YooKassaUrgency) async throws(YooKassaError) -> YooKassaPayment {
        let json = try await call("payment", nil, urgency) { state throws(YooKassaError) in
            guard let paid = state.payments[id] else { throw .notFound }
            return .object(paid.json)
        }
        await onWay.withLock { $0 }?()
        return read(json, YooKassaPayment.init)
    }

    func payments(
        _ query: YooKassaQuery, cursor: String?, _ urgency: YooKassaUrgency
    ) async throws(YooKassaError) -> YooKassaPage<YooKassaPayment> {
        let from = query.createdFrom.map(Self.time) ?? ""
        let json = try await call("payments", nil, urgency) { state throws(YooKassaError) in
            let all = state.order.reversed().compactMap { state.payments[$0]?.json }
                .filter { $0["created_at"]?.stringValue ?? "" >= from }
            let start = cursor.flatMap { Int($0) } ?? 0
            let items = all.dropFirst(start).prefix(state.pageSize)
            let next = start + items.count
            return [
                "items": .array(items.map { .object($0) }), "next": next < all.count ? .string(String(next)) : .null,
            ]
        }
        return YooKassaPage(
            items: (json["items"]?.arrayValue ?? []).map { read($0, YooKassaPayment.init) },
            nextCursor: json["next"]?.stringValue)
    }

    func capturePayment(
        _ id: String, _ posting: YooKassaPosting, _ urgency: YooKassaUrgency
    ) async throws(YooKassaError) -> YooKassaPayment {
        let now = clock.now
        let json = try await call("capture", posting, urgency) { state throws(YooKassaError) in
            guard var paid = state.payments[id], paid.json["status"]?.stringValue == "waiting_for_capture" else {
                throw Self.invalid
            }
            if let part = (try? JSONValue(parsing: posting.body))?["amount"] { paid.json["amount"] = part }
            Self.succeed(&paid.json, now)
            state.payments[id] = paid
            return .object(paid.json)
        }
        return read(json, YooKassaPayment.init)
    }

    func cancelPayment(
        _ id: String, _ posting: YooKassaPosting, _ urgency: YooKassaUrgency
    ) async throws(YooKassaError) -> YooKassaPayment {
        let json = try await call("cancel", posting, urgency) { state throws(YooKassaError) in
            guard var paid = state.payments[id], paid.json["status"]?.stringValue == "waiting_for_capture" else {
                throw Self.invalid
            }
            paid.json["status"] = "canceled"
            paid.json["cancellation_details"] = ["party": "merchant", "reason": "canceled_by_merchant"]
            state.payments[id] = paid
            return .object(paid.json)
        }
        return read(json, YooKassaPayment.init)
    }

    func createRefund(
        _ posting: YooKassaPosting, _ urgency: YooKassaUrgency
    ) async throws(YooKassaError) -> YooKassaRefund {
        let now = clock.now
        let json = try await call("createRefund", posting, urgency) { state throws(YooKassaError) in
            guard let body = (try? JSONValue(parsing: posting.body))?.objectValue,
                let payment = body["payment_id"]?.stringValue,
                state.payments[payment]?.json["status"]?.stringValue == "succeeded"
            else { throw Self.invalid }
            return .object(state.refunds[Self.makeRefund(&state, body, now)] ?? [:])
        }
        return read(json, YooKassaRefund.init)
    }

    func refund(_ id: String, _ urgency: YooKassaUrgency) async throws(YooKassaError) -> YooKassaRefund {
        let json = try await call("refund", nil, urgency) { state throws(YooKassaError) in
            guard let refund = state.refunds[id] else { throw .notFound }
            return .object(refund)
        }
        return read(json, YooKassaRefund.init)
    }

    func refunds(
        _ query: YooKassaQuery, cursor: String?, _ urgency: YooKassaUrgency
    ) async throws(YooKassaError) -> YooKassaPage<YooKassaRefund> {
        let json = try await call("refunds", nil, urgency) { state throws(YooKassaError) in
            let items = state.refundOrder.reversed().compactMap { state.refunds[$0] }.filter {
                query.paymentID == nil || $0["payment_id"]?.stringValue == query.paymentID
            }
            return ["items": .array(items.map { .object($0) })]
        }
        return YooKassaPage(
            items: (json["items"]?.arrayValue ?? []).map { read($0, YooKassaRefund.init) }, nextCursor: nil)
    }

    func createMethod(
        _ posting: YooKassaPosting, _ urgency: YooKassaUrgency
    ) async throws(YooKassaError) -> YooKassaMethod {
        let json = try await call("createMethod", posting, urgency) { state throws(YooKassaError) in
            let id = Self.newID(&state)
            let place: JSONValue = ["type": "redirect", "confirmation_url": .string("https://yoomoney.test/\(id)")]
            state.methods[id] = [
                "id": .string(id), "type": "bank_card", "saved": false, "status": "pending", "confirmation": place,
            ]
            return .object(state.methods[id] ?? [:])
        }
        return read(json, YooKassaMethod.init)
    }

    func method(_ id: String, _ urgency: YooKassaUrgency) async throws(YooKassaError) -> YooKassaMethod {
        let json = try await call("method", nil, urgency) { state throws(YooKassaError) in
            guard let method = state.methods[id] else { throw .notFound }
            return .object(method)
        }
        return read(json, YooKassaMethod.init)
    }

    /// The payer confirms a card that is saved without a payment, or it is not taken.
    func settleMethods(_ status: String) {
        edit { state in
            for id in state.methods.keys {
                state.methods[id]?["status"] = .string(status)
                state.methods[id]?["saved"] = .bool(status == "active")
                state.methods[id]?["title"] = "Bank card *4444"
                state.methods[id]?["confirmation"] = nil
            }
        }
    }
    func createReceipt(
        _ posting: YooKassaPosting, _ urgency: YooKassaUrgency
    ) async throws(YooKassaError) -> YooKassaReceipt {
        let json = try await call("createReceipt", posting, urgency) { state throws(YooKassaError) in
            let id = "rt-" + Self.newID(&state)
            state.receipts[id] = ["id": .string(id), "status": "pending"]
            return .object(state.receipts[id] ?? [:])
        }
        return read(json, YooKassaReceipt.init)
    }

    func receipt(_ id: String, _ urgency: YooKassaUrgency) async throws(YooKassaError) -> YooKassaReceipt {
        let json = try await call("receipt", nil, urgency) { state throws(YooKassaError) in
            guard let receipt = state.receipts[id] else { throw .notFound }
            return .object(receipt)
        }
        return read(json, YooKassaReceipt.init)
    }
    func receipts(
        _: YooKassaQuery, cursor: String?, _: YooKassaUrgency
    ) async throws(YooKassaError) -> YooKassaPage<YooKassaReceipt> { throw .notFound }
    func shop(_: YooKassaUrgency) async throws(YooKassaError) -> YooKassaShop { throw .notFound }
}
