import Payments
import Specification
import Storage
import StrictJSON

/// Click's Advanced Shop: Getinfo, Prepare, Complete, Check and Compare, as JSON.
///
/// What Click's page leaves open is decided for the side on which no money is lost: a new attempt at a payment is the
/// same payment, an attempt that nobody knows is "not processed", and the two calls without a signature are answered
/// only where the operator has said who may ask.
///
/// Source: click.md 1.13.
struct ClickAdvancedShop: Sendable {
    /// What both contracts have in common.
    let shop: ClickShop
    let store: Store

    var configuration: ClickConfiguration { shop.configuration }
    private var specification: ClickSpecification { shop.specification }
    private var service: TransactionService { shop.service }

    /// - Throws: what the service throws; nothing is known to be stored then.
    func reply(to call: AdvancedCall) async throws -> AdvancedReply {
        guard call.serviceID == configuration.serviceID else { return AdvancedReply(.signCheckFailed) }
        if AdvancedCall.isSigned(call.action) {
            let isRight = shop.signature.admits(
                call.text("sign_string") ?? "", specification.advancedSignature, params: call.signedParams,
                text: { call.text($0) })
            guard isRight, try await isFirstReading(call) else { return AdvancedReply(.signCheckFailed) }
        } else if configuration.advancedShop != .all {
            return AdvancedReply(.actionNotFound)
        }
        switch call.action {
        case "getinfo": return try await getinfo(call)
        case "prepare": return try await prepare(call)
        case "complete": return try await complete(call)
        case "check": return try await check(call)
        case "compare": return try await compare(call)
        default: return AdvancedReply(.actionNotFound)
        }
    }

    /// Whether the numbers of a signed call are those with which these digits first came: the signature puts them
    /// together without a separator, so a recorded call could be read as another payment's.
    private func isFirstReading(_ call: AdvancedCall) async throws -> Bool {
        let digits = call.signedNumbers
        let paydocID = call.paydocID ?? 0
        let first: Int64?
        // Only Prepare begins something. Without a row the others find nothing.
        if call.action == "prepare" {
            first = try await store.engine.write { sql in
                try sql.execute(
                    "INSERT INTO click_attempts (digits, click_paydoc_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                    [.text(digits), .integer(paydocID)])
                return try Self.owner(digits, in: sql)
            }
        } else {
            first = try await store.engine.read(.point) { try Self.owner(digits, in: $0) }
        }
        return first == nil || first == paydocID
    }

    private static func owner(_ digits: String, in sql: any SQLSession) throws -> Int64? {
        try sql.first("SELECT click_paydoc_id FROM click_attempts WHERE digits = $1", [.text(digits)]) {
            $0.integer(0)
        } ?? nil
    }

    private func question(_ call: AdvancedCall, _ purpose: AccountQuestion.Purpose) -> AccountQuestion {
        var fields: [String: String] = [:]
        for name in call.params.keys { fields[name] = call.param(name) }
        return AccountQuestion(
            gateway: ClickGateway.name, purpose: purpose, fields: fields,
            reference: fields[configuration.advancedAccount], amount: call.amount)
    }

    /// Our order, as Click calls it; empty if it does not.
    private func order(_ call: AdvancedCall) -> String { call.param(configuration.advancedAccount) ?? "" }

    /// What the payer sees before paying. Nothing changes.
    private func getinfo(_ call: AdvancedCall) async throws -> AdvancedReply {
        var question = question(call, .check)
        let order: Order
        switch try await service.order(of: question) {
        case .failure(let rejection): return AdvancedReply(ClickShop.reply(rejection))
        case .success(let found): order = found
        }
        // An account that is topped up has no amount yet; whether it can be paid is looked at when it has.
        question.amount = order.amount ?? order.minimum.map { Money(minor: $0, currency: order.currency) }
        var shown = call.params
        if question.amount != nil {
            switch try await service.check(question) {
            case .failure(let rejection): return AdvancedReply(ClickShop.reply(rejection))
            case .success(let outcome):
                for field in outcome.additional { shown[field.name] = .string(field.value) }
            }
        }
        if let amount = order.amount { shown["amount"] = .sums(amount) }
        return AdvancedReply(.success, params: shown)
    }

    private func prepare(_ call: AdvancedCall) async throws -> AdvancedReply {
        let account = ClickAccount(order(call), paydocID: call.paydocID ?? 0)
        var reply = AdvancedReply(try await shop.open(call.key, account, question(call, .create)))
        if reply.reply.word == .success { reply.params = call.params }
        return reply
    }

    private func complete(_ call: AdvancedCall) async throws -> AdvancedReply {
        var reply = try await decideComplete(call)
        reply.reply = reply.reply.flaggingDebit
        return reply
    }

    private func decideComplete(_ call: AdvancedCall) async throws -> AdvancedReply {
        guard let stored = try await service.find(call.key), ClickAccount.isSame(stored.account, order(call)),
            call.prepareID == nil || call.prepareID == stored.id
        else { return AdvancedReply(.transactionNotFound) }
        guard stored.state == .created else { return AdvancedReply(ClickShop.reply(stored.state)) }
        guard call.amount == stored.amount else { return AdvancedReply(.incorrectAmount) }
        var reply = AdvancedReply(
            try await shop.perform(
                stored, paydocID: call.paydocID ?? 0, completeTransID: call.attemptID, signTime: call.text("sign_time"))
        )
        reply.params = call.params
        return reply
    }

    /// How a payment stands. An attempt that never came here is not processed, and Click tries it.
    private func check(_ call: AdvancedCall) async throws -> AdvancedReply {
        let stored = try await service.find(call.key)
        let stage =
            switch stored?.state {
            case nil, .created: "waiting"
            case .performed: "done"
            case .cancelled, .cancelledAfterPerform: "failed"
            }
        var reply = AdvancedReply(.success, params: call.params)
        reply.status = specification.checkStatuses[stage]
        if stored?.state == .performed { reply.transactionID = stored?.id }
        return reply
    }
}

/// An answer of the Advanced Shop before it is written.
struct AdvancedReply: Sendable {
    var reply: ClickReply
    var params: JSONObject?
    /// One of `x-check-statuses`; Check only.
    var status: Int64?
    /// The payments of a period by their numbers; Compare only.
    var requests: JSONObject?

    init(_ reply: ClickReply) {
        self.reply = reply
    }

    init(_ word: ClickWord, transactionID: Int64? = nil, params: JSONObject? = nil) {
        reply = ClickReply(word, transactionID: transactionID)
        self.params = params
    }

    var transactionID: Int64? {
        get { reply.transactionID }
        set { reply.transactionID = newValue }
    }
}
