import Foundation
public import Payments
import ProviderHTTP
public import Specification
import StrictJSON

/// Banco Inter: the central bank's API Pix, and payouts by its own. Each call has the client's certificate and a token.
///
/// Source: pix.md 3, 4
public final class InterBank: PixBank {
    private let configuration: InterConfiguration
    private let specification: PixSpecification
    private let wire: InterWire
    private let tokens: InterTokens
    private let reading: InterReading
    /// What one token is asked for: receiving, or sending money, which an application may not be allowed.
    private let receiveScopes: [String]
    private let payoutScopes: [String]
    private let webhookScopes: [String]
    private let statementScopes: [String]

    /// Nothing is called yet. ``shutdown()`` closes its connections.
    public init(_ configuration: InterConfiguration, specification: PixSpecification, clock: TimeSource) {
        self.configuration = configuration
        self.specification = specification
        let wire = InterWire(configuration, specification, clock: clock)
        self.wire = wire
        reading = InterReading(specification)
        receiveScopes = specification.scopes(of: [
            .createCharge, .reviseCharge, .findCharge, .listCharges, .findPayment, .listPayments, .giveBack,
            .findRefund,
        ])
        payoutScopes = specification.scopes(of: [.pay, .findPayout])
        webhookScopes = specification.scopes(of: [.registerWebhook, .findWebhook])
        statementScopes = specification.scopes(of: [.statement])
        tokens = InterTokens(clock: clock) { scopes in
            await Self.token(scopes, wire, configuration, specification)
        }
    }

    /// How many calls about charges and payments it takes in a minute.
    public var callsPerMinute: Int64 { specification.rate(.receive, in: configuration.environment) }

    /// Closes its connections; later calls fail.
    public func shutdown() async { await wire.caller.close() }

    private static func token(
        _ scopes: [String], _ wire: InterWire, _ configuration: InterConfiguration, _ specification: PixSpecification
    ) async -> Result<(text: String, seconds: Int64), PixBankError> {
        let form = [
            ("client_id", configuration.clientID), ("client_secret", configuration.clientSecret),
            ("grant_type", specification.tokenGrant), ("scope", scopes.joined(separator: " ")),
        ].map { "\($0)=\(encoded($1))" }.joined(separator: "&")
        do throws(PixBankError) {
            try await wire.turn(.token)
            let value = try await wire.send(
                "POST", specification.tokenPath, rate: .token, headers: [], body: Array(form.utf8),
                contentType: "application/x-www-form-urlencoded")
            guard let text = value["access_token"]?.stringValue, !text.isEmpty,
                text.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
            else { return .failure(.notSent("the bank's answer has no token")) }
            if let granted = value["scope"]?.stringValue?.split(separator: " ").map(String.init),
                let missing = scopes.first(where: { !granted.contains($0) })
            {
                return .failure(.notSent("the bank does not grant \(missing): add it to the application in its portal"))
            }
            return .success((text, max(1, value["expires_in"]?.integerValue ?? 3_600)))
        } catch {
            // Without a token no call was made, whatever became of the question for it.
            switch error {
            case .busy: return .failure(error)
            case .refused(let status, _, _):
                return .failure(
                    .notSent(
                        "the bank gives no token: HTTP \(status); look at inter.client_id, its secret, and whether the "
                            + "application may \(scopes.joined(separator: ", "))"))
            default: return .failure(.notSent("no token: \(error)"))
            }
        }
    }

    private static let unreserved = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)

    private static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            if unreserved.contains(byte) {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }

    /// Sends a call, with a new token if the bank does not take the one we have.
    func call(
        _ name: PixSpecification.CallName, _ parts: [String: String] = [:], query: [(String, String)] = [],
        headers: [(String, String)] = [], _ body: JSONObject? = nil
    ) async throws(PixBankError) -> JSONValue {
        let call = specification.call(name)
        var path = call.path
        for (part, value) in parts { path = path.replacing("{\(part)}", with: Self.encoded(value)) }
        if !query.isEmpty {
            path += "?" + query.map { "\($0)=\(Self.encoded($1))" }.joined(separator: "&")
        }
        let scopes = [payoutScopes, webhookScopes, statementScopes].first { $0.contains(call.scope) } ?? receiveScopes
        let bytes = body.map { JSONValue.object($0).serialized() }
        // What changes something is never put off for the sake of a look.
        let priority = call.method == "GET" ? PixCallPriority.current : .foreground
        let token = try await tokens.token(for: scopes).get()
        try await wire.turn(call.rate, priority)
        do throws(PixBankError) {
            return try await wire.send(
                call.method, path, rate: call.rate, headers: headers + [("authorization", "Bearer \(token)")],
                body: bytes)
        } catch {
            guard case .refused(status: 401, _, _) = error else { throw error }
        }
        let fresh = try await tokens.token(for: scopes, insteadOf: token).get()
        try await wire.turn(call.rate, priority)
        return try await wire.send(
            call.method, path, rate: call.rate, headers: headers + [("authorization", "Bearer \(fresh)")], body: bytes)
    }

    public func create(_ offer: PixOffer) async throws(PixBankError) -> PixBankCharge {
        var body: JSONObject = [
            "calendario": ["expiracao": .integer(offer.expirySeconds)],
            // A fixed price: the payer's bank lets nobody change it.
            "valor": ["original": .string(PixWireMoney.text(offer.amount)), "modalidadeAlteracao": 0],
            "chave": .string(offer.key),
        ]
        if let note = offer.payerNote { body["solicitacaoPagador"] = .string(note) }
        return try reading.charge(try await call(.createCharge, ["txid": offer.txid], body))
    }

    public func charge(_ txid: String) async throws(PixBankError) -> PixBankCharge {
        try reading.charge(try await call(.findCharge, ["txid": txid]))
    }

    public func remove(_ txid: String) async throws(PixBankError) -> PixBankCharge {
        try reading.charge(
            try await call(.reviseCharge, ["txid": txid], ["status": .string(specification.removal)]))
    }

    public func revise(_ txid: String, expirySeconds: Int64) async throws(PixBankError) -> PixBankCharge {
        try reading.charge(
            try await call(
                .reviseCharge, ["txid": txid], ["calendario": ["expiracao": .integer(expirySeconds)]]))
    }

    public func charges(
        _ period: ClosedRange<Int64>, page: Int64
    ) async throws(PixBankError) -> PixPage<PixBankCharge> {
        let value = try await call(.listCharges, query: query(period, page))
        return try reading.page(value, "cobs", page) { item throws(PixBankError) in try reading.charge(item) }
    }

    public func payment(_ e2eID: String) async throws(PixBankError) -> PixPayment {
        try reading.payment(try await call(.findPayment, ["e2eid": e2eID]))
    }

    public func payments(_ period: ClosedRange<Int64>, page: Int64) async throws(PixBankError) -> PixPage<PixPayment> {
        let value = try await call(.listPayments, query: query(period, page))
        return try reading.page(value, "pix", page) { item throws(PixBankError) in try reading.payment(item) }
    }

    public func paymentsGivenBack(
        _ period: ClosedRange<Int64>, page: Int64
    ) async throws(PixBankError) -> PixPage<PixPayment> {
        let value = try await call(.listPayments, query: query(period, page) + [("devolucaoPresente", "true")])
        return try reading.page(value, "pix", page) { item throws(PixBankError) in try reading.payment(item) }
    }

    private func query(_ period: ClosedRange<Int64>, _ page: Int64) -> [(String, String)] {
        [
            ("inicio", PixTime.text(period.lowerBound)), ("fim", PixTime.text(period.upperBound)),
            ("paginacao.paginaAtual", "\(page)"), ("paginacao.itensPorPagina", "\(specification.limits.pageSize)"),
        ]
    }

    public func giveBack(
        _ amount: Int64, of e2eID: String, id: String, description: String?
    ) async throws(PixBankError) -> PixReturn {
        var body: JSONObject = ["valor": .string(PixWireMoney.text(amount))]
        if let description { body["descricao"] = .string(description) }
        return try reading.giveBack(try await call(.giveBack, ["e2eid": e2eID, "id": id], body))
    }

    public func refund(_ id: String, of e2eID: String) async throws(PixBankError) -> PixReturn {
        try reading.giveBack(try await call(.findRefund, ["e2eid": e2eID, "id": id]))
    }

    public func pay(_ order: PixPayoutOrder) async throws(PixBankError) -> PixBankPayout {
        var body: JSONObject = [
            // A number, written from the integer.
            "valor": .number(PixWireMoney.text(order.amount)),
            "destinatario": ["tipo": "CHAVE", "chave": .string(order.key)],
        ]
        if let description = order.description { body["descricao"] = .string(description) }
        return try reading.accepted(try await call(.pay, headers: [("x-id-idempotente", order.requestKey)], body))
    }

    public func payout(_ code: String) async throws(PixBankError) -> PixBankPayout {
        try reading.payout(try await call(.findPayout, ["codigoSolicitacao": code]))
    }

    public func statement(
        _ period: ClosedRange<Int64>, page: Int64
    ) async throws(PixBankError) -> PixPage<PixMovement> {
        let query = [
            ("dataInicio", PixTime.localDay(period.lowerBound)), ("dataFim", PixTime.localDay(period.upperBound)),
            ("pagina", "\(page)"), ("tamanhoPagina", "\(specification.limits.pageSize)"),
        ]
        return try reading.statement(try await call(.statement, query: query), page)
    }
}
