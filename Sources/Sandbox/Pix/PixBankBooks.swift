import StrictJSON

/// Everything that the simulated bank remembers, and its answers. It does no I/O; who holds it has a lock.
struct PixBankBooks: Sendable {
    struct Token: Sendable {
        let scopes: Set<String>
        let expiresAt: Int64
    }

    struct Webhook: Sendable {
        let url: String
        let registeredAt: Int64
    }

    let configuration: PixBankConfiguration
    var conduct = PixBankConduct()
    /// One for each next call of a kind.
    var faults: [PixBankOperation: [PixBankFault]] = [:]
    /// For the next call about a charge, a payment or a payout.
    var nextFault: PixBankFault?
    /// One for each next notice.
    var noticeFaults: [PixNoticeFault] = []
    /// How often each call came.
    var calls: [PixBankOperation: Int] = [:]
    var tokensIssued = 0
    var tokens: [String: Token] = [:]
    var callTimes: [PixBankLimits.Pool: [Int64]] = [:]

    var charges: [String: PixBankCharge] = [:]
    /// In the order in which they were made.
    var chargeIDs: [String] = []
    var receipts: [String: PixBankReceipt] = [:]
    /// In the order in which they came.
    var receiptIDs: [String] = []
    /// Payments of which something is being given back.
    var refundsUnderway: [String] = []
    var webhooks: [String: Webhook] = [:]
    var notices = PixNoticeQueue()
    var payouts: [String: PixBankPayout] = [:]
    /// In the order in which they were asked for.
    var payoutIDs: [String] = []
    /// Those that will be something else yet.
    var payoutsUnderway: [String] = []
    /// By `x-id-idempotente`.
    var payoutByKey: [String: String] = [:]

    static let chargesMaximum = 200_000

    init(_ configuration: PixBankConfiguration) {
        self.configuration = configuration
    }

    // MARK: Calls

    /// Answers one call.
    /// - Parameter now: milliseconds since 1970 UTC.
    mutating func answer(_ call: PixBankCall, at now: Int64) -> (PixBankOperation?, PixBankReply) {
        settle(now)
        guard let (operation, values) = PixBankOperation.find(call.method, call.path) else {
            return (nil, PixBankReply(PixBankProblem(.naoEncontrado, "não há tal recurso")))
        }
        calls[operation, default: 0] += 1
        let fault = take(operation)
        if let fault, let reply = refusal(fault, operation, call) { return (operation, reply) }
        var reply = judged(operation, call, values, now)
        reply.fault = fault
        if case .failedAfter(let status) = fault { reply = Self.failure(status, operation) }
        if fault == .noCode || fault == .wrongCode { reply.spoilCode(keeping: fault == .wrongCode) }
        settle(now)
        return (operation, reply)
    }

    private mutating func take(_ operation: PixBankOperation) -> PixBankFault? {
        // Nobody sees a token, or a comparison of everything.
        if ![.token, .listCharges, .listReceipts].contains(operation), let fault = nextFault {
            nextFault = nil
            return fault
        }
        guard let next = faults[operation]?.first else { return conduct.faults[operation] }
        faults[operation]?.removeFirst()
        return next
    }

    /// The answer of a bank that does nothing; nil: it does what was asked.
    private mutating func refusal(
        _ fault: PixBankFault, _ operation: PixBankOperation, _ call: PixBankCall
    ) -> PixBankReply? {
        switch fault {
        case .refused(let status): return Self.failure(status, operation)
        case .tooMany: return Self.failure(429, operation)
        case .dropped:
            var reply = PixBankReply(200, [:])
            reply.fault = fault
            return reply
        case .tokenForgotten:
            if let token = Self.token(of: call) { tokens[token] = nil }
            return Self.failure(401, operation)
        case .failedAfter, .lost, .slow, .noCode, .wrongCode, .broken, .redirect: return nil
        }
    }

    private mutating func judged(
        _ operation: PixBankOperation, _ call: PixBankCall, _ values: [String], _ now: Int64
    ) -> PixBankReply {
        do throws(PixBankProblem) {
            if let scope = operation.scope {
                guard let token = Self.token(of: call).flatMap({ tokens[$0] }), token.expiresAt > now else {
                    return Self.failure(401, operation)
                }
                guard token.scopes.contains(scope) else {
                    throw PixBankProblem(.acessoNegado, "o token não tem o escopo \(scope)")
                }
                try checkAccount(call.account)
            }
            let pool = PixBankLimits.pool(of: operation)
            guard conduct.limits.admits(pool, &callTimes[pool, default: []], at: now) else {
                return Self.failure(429, operation)
            }
            return try carryOut(operation, call, values, now)
        } catch {
            return operation.isBanking ? error.banking() : PixBankReply(error)
        }
    }

    /// Source: pix.md 4.1.
    private func checkAccount(_ account: String?) throws(PixBankProblem) {
        guard let account else {
            guard configuration.accounts.count < 2 else {
                throw PixBankProblem(.requisicaoInvalida, "falta o cabeçalho x-conta-corrente", at: "x-conta-corrente")
            }
            return
        }
        guard configuration.accounts.contains(account) else {
            throw PixBankProblem(.acessoNegado, "a conta não pertence à aplicação")
        }
    }

    private static func token(of call: PixBankCall) -> String? {
        guard let text = call.authorization, text.lowercased().hasPrefix("bearer ") else { return nil }
        return String(text.dropFirst(7))
    }

    /// In the form of error that belongs to the call.
    static func failure(_ status: Int, _ operation: PixBankOperation) -> PixBankReply {
        let kind: PixBankProblem.Kind =
            switch status {
            case 500: .erroInterno
            case 504: .tempoEsgotado
            case 502...599: .indisponivel
            case 403: .acessoNegado
            case 404: .naoEncontrado
            default: .requisicaoInvalida
            }
        let problem = PixBankProblem(kind, PixBankProblem.title(status))
        // The central bank's table has no 401 and no 429.
        if operation.isBanking || kind.status != status { return problem.banking(status) }
        return PixBankReply(problem)
    }

    private mutating func carryOut(
        _ operation: PixBankOperation, _ call: PixBankCall, _ values: [String], _ now: Int64
    ) throws(PixBankProblem) -> PixBankReply {
        switch operation {
        case .token: issueToken(call, now)
        case .putCharge: try putCharge(values[0], call, now)
        case .createCharge: try createCharge(call, now)
        case .patchCharge: try patchCharge(values[0], call)
        case .readCharge: try readCharge(values[0], call)
        case .listCharges: try listCharges(call)
        case .payCharge: try payCharge(values[0], call, now)
        case .readReceipt: try readReceipt(values[0])
        case .listReceipts: try listReceipts(call)
        case .requestRefund: try requestRefund(values[0], values[1], call, now)
        case .readRefund: try readRefund(values[0], values[1])
        case .putWebhook: try putWebhook(values[0], call, now)
        case .readWebhook: try readWebhook(values[0])
        case .deleteWebhook: try deleteWebhook(values[0])
        case .listNotices: try listNotices(call)
        case .retryNotices: try retryNotices(call, now)
        case .sendPayout: try sendPayout(call, now)
        case .readPayout: try readPayout(values[0], now)
        case .listStatement: try listStatement(call)
        }
    }
}

extension PixBankReply {
    /// Takes the code away, or the end of it.
    fileprivate mutating func spoilCode(keeping isKept: Bool) {
        guard case .object(var object)? = body, let code = object["pixCopiaECola"]?.stringValue else { return }
        object["pixCopiaECola"] = isKept ? .string(code.dropLast() + (code.hasSuffix("0") ? "1" : "0")) : nil
        body = .object(object)
    }
}
