import Crypto
import StrictJSON

/// A Click merchant in memory: right in everything, unless a fault is switched on.
actor ClickMerchant {
    static let key = "k3y/Example+0123456789"
    static let merchantKey = "merchant-api-key-0123456789"
    static let serviceID: Int64 = 54321

    let faults: Set<ClickFault>
    let policy: ClickPolicy
    /// The call whose answer is -7 instead of the right one, counted from 0; what it does is done all the same.
    let misansweredCall: Int?

    var orders: [String: MerchantOrder] = [:]
    var payments: [Int64: ClickPayment] = [:]
    /// Numbers of payments by Click's ids.
    var attempts: [String: Int64] = [:]
    var lockedOrders: Set<String> = []
    private var calls = 0
    private var isStunned = false
    var busy = 0

    init(faults: Set<ClickFault> = [], policy: ClickPolicy = .suiteCompatible, misansweredCall: Int? = nil) {
        self.faults = faults
        self.policy = policy
        self.misansweredCall = misansweredCall
    }

    func has(_ fault: ClickFault) -> Bool { faults.contains(fault) }

    func add(_ order: MerchantOrder) { orders[order.id] = order }

    /// Lets others in between a look and a deed, which is what makes a race.
    func linger(_ milliseconds: Int = 200) async { try? await Task.sleep(for: .milliseconds(milliseconds)) }

    // MARK: Calls

    func answer(_ body: [UInt8], contentType: String?) async -> MerchantResponse {
        let call = calls
        calls += 1
        do {
            if isStunned { throw ClickCrash() }
            if body.count > 1 << 20, has(.largeBodyStuns) { isStunned = true }
            if body.split(separator: UInt8(ascii: "&")).count > 1000, has(.manyFieldsStun) { isStunned = true }
            let reply = try await reply(body, contentType)
            return response(call == misansweredCall ? reply.with(.failure) : reply)
        } catch {
            return MerchantResponse(status: 500, text: "<h1>Internal Server Error</h1>")
        }
    }

    private func reply(_ body: [UInt8], _ contentType: String?) async throws -> ClickReply {
        if body.isEmpty, has(.emptyBodyCrashes) { throw ClickCrash() }
        guard contentType?.hasPrefix("application/x-www-form-urlencoded") == true else {
            if has(.jsonCrashes) { throw ClickCrash() }
            return ClickReply(.request)
        }
        guard let form = ClickFormReader(body, decodesPercent20: !has(.decodesPlusOnly)) else {
            if has(.brokenPercentCrashes), String(decoding: body, as: UTF8.self).contains("%zz") { throw ClickCrash() }
            if has(.brokenTextCrashes) { throw ClickCrash() }
            return ClickReply(.request)
        }
        if form.hasDuplicates, has(.duplicatesCrash) { throw ClickCrash() }
        if has(.arraysCrash), form.fields.contains(where: { $0.name.hasSuffix("]") }) { throw ClickCrash() }
        var reply = ClickReply(.success)
        do {
            let call = try ClickCall(form, faults)
            reply.echo(call)
            try checkSignature(call)
            switch call.action {
            case 0: reply.prepareID = try await prepare(call)
            case 1: try await complete(call)
            default:
                guard has(.unknownActionPrepares) else { throw ClickCode.action }
                reply.prepareID = try await prepare(call)
            }
            if call.action == 1 { reply.confirmID = call.prepareID }
            return reply
        } catch let code as ClickCode {
            return reply.with(code)
        }
    }

    // MARK: Signature

    private func checkSignature(_ call: ClickCall) throws {
        if has(.looksBeforeSignature), orders[call.order] == nil { throw ClickCode.order }
        if has(.forgedCancelCounts), call.error < 0, let id = call.prepareID, try !admits(call) {
            payments[id]?.state = .cancelled
        }
        if call.service != Self.serviceID, !has(.takesAnyService) { throw ClickCode.signature }
        if has(.refusesOldTimes), call.form["sign_time"]?.hasPrefix("2020") == true { throw ClickCode.signature }
        guard try admits(call) else { throw ClickCode.signature }
    }

    private func admits(_ call: ClickCall) throws -> Bool {
        let sent = call.form["sign_string"] ?? ""
        let right = digest(call, key: Self.key)
        if has(.upperCaseCrashes), sent != sent.lowercased() { throw ClickCode.failure }
        if has(.takesAnySignature) || has(.skipsMissingSignature) && sent.isEmpty { return true }
        if has(.takesEmptyKey), sent == digest(call, key: "") { return true }
        if has(.comparesBeginnings) { return sent.prefix(31) == right.prefix(31) }
        if has(.takesPrefixes) { return right.hasPrefix(sent) }
        return sent == right
    }

    private func digest(_ call: ClickCall, key: String) -> String {
        func text(_ name: String) -> String { call.form[name] ?? "" }
        var amount = text("amount")
        if has(.signsReformattedAmount), let tiyin = ClickAmount.exact(amount) {
            amount = "\(tiyin / 100).\(tiyin % 100 < 10 ? "0" : "")\(tiyin % 100)"
        }
        let hasID = has(.signsPrepareIDAlways) || call.action == 1
        let parts =
            text("click_trans_id") + text("service_id") + key + text("merchant_trans_id")
            + (hasID ? text("merchant_prepare_id") : "") + amount + text("action") + text("sign_time")
        return Insecure.MD5.hash(data: Array(parts.utf8)).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
    }

    // MARK: Answers

    private func response(_ reply: ClickReply) -> MerchantResponse {
        var object = reply.object(faults)
        if has(.nestsErrors), reply.code != .success { object = ["error": .object(object)] }
        var response = MerchantResponse(.object(object))
        if has(.answersHTML) { response.contentType = "text/html" }
        return response
    }
}
