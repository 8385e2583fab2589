import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Payments
import Pix
import Storage
import StrictJSON
import TestSupport
import Testing

@testable import Sandbox
@testable import Server

/// The whole server, and Banco Inter as the sandbox plays it, over real HTTP.
@Suite("The server at the simulated bank")
struct PixServerTests {
    private static let key = "123e4567-e12b-12d1-a456-426655440000"
    private static let secret = "a-path-that-the-bank-knows"

    private func with(
        _ body: @Sendable (RunningServer, PixBankSandbox, ManualClock) async throws -> Void
    ) async throws {
        let clock = ManualClock()
        let bank = PixBankSandbox(
            PixBankConfiguration(clientID: "app", clientSecret: "s3cret", keys: [Self.key]), clock: { clock.now })
        try await bank.serving { url in
            let environment = [
                "PIX_KEY": Self.key, "PIX_MERCHANT_NAME": "Loja", "PIX_MERCHANT_CITY": "Recife",
                "PIX_PROVIDER": "inter", "PIX_WEBHOOK_SECRET": Self.secret, "INTER_BASE_URL": url,
                "INTER_CLIENT_ID": "app", "INTER_CLIENT_SECRET": "s3cret", "INTER_ACCOUNT": "123456789",
            ]
            try await RunningServer.with(environment, clock: clock) { try await body($0, bank, clock) }
        }
    }

    private func show(_ running: RunningServer, _ id: String) async throws -> JSONValue {
        try await running.merchant(.GET, "/payments/pix/\(id)", headers: [("accept", "application/json")]).body
    }

    @Test("offers a charge, hears of its payment, asks the bank, and the payer's page says so; then gives it back")
    func whole() async throws {
        try await with { running, bank, clock in
            let made = try await running.merchant(
                .POST, "/payments/pix", ["amount": .number("10.50"), "description": "Caneca"])
            #expect(made.status == 200, "\(made.body.text)")
            let payment = made.body["payment"]
            let id = try #require(payment?["id"]?.stringValue)
            let txid = try #require(payment?["txid"]?.stringValue)
            let code = try #require(payment?["copia_e_cola"]?.stringValue)
            let paid = try bank.pay(code: code)
            // What the bank sends, told by somebody who knows the path: only the bank's own word counts.
            let notice = #"[{"endToEndId":"\#(paid.endToEndID)","txid":"\#(txid)","valor":"10.50"}]"#
            var request = HTTPClientRequest(url: running.url + "/payments/pix/confirm/\(Self.secret)/pix")
            request.method = .POST
            request.body = .bytes(ByteBuffer(string: notice))
            let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
            #expect(answer.status == .ok)
            #expect(try await eventually { try await show(running, id)["status"] == "paid" })
            let transaction = try #require(made.body["payment"]?["transaction_id"]?.stringValue)
            let back = try await running.merchant(
                .POST, "/transactions/\(transaction)/refund", ["amount": ["value": "0.50", "currency": "BRL"]])
            #expect(back.status == 202, "\(back.body.text)")
            let isBack = try await eventually {
                clock.advance(milliseconds: 60_000)
                _ = await running.server.pix?.gateway.advance(.refunds)
                return try await show(running, id)["refunded"] == .number("0.50")
            }
            #expect(isBack)
            #expect(try await show(running, id)["status"] == "paid")
            // Equal parts under two keys are two, under one key they are one.
            for key in ["a", "b", "a"] {
                let more = try await running.merchant(
                    .POST, "/transactions/\(transaction)/refund", ["amount": ["value": "1.00", "currency": "BRL"]],
                    headers: [("idempotency-key", key)])
                #expect(more.status == 202, "\(more.body.text)")
            }
            let isTwice = try await eventually {
                clock.advance(milliseconds: 60_000)
                _ = await running.server.pix?.gateway.advance(.refunds)
                return try await show(running, id)["refunded"] == .number("2.50")
            }
            #expect(isTwice)
            #expect(bank.receipts.first?.refunds.count == 3)
        }
    }

    @Test("believes no notice of a payment that the bank does not know")
    func forged() async throws {
        try await with { running, bank, _ in
            let made = try await running.merchant(.POST, "/payments/pix", ["amount": "10.50"])
            let txid = try #require(made.body["payment"]?["txid"]?.stringValue)
            let id = try #require(made.body["payment"]?["id"]?.stringValue)
            let notice: JSONValue = [
                "pix": [["endToEndId": "E00000000202611211200aaaaaaaaaaa", "txid": .string(txid), "valor": "10.50"]]
            ]
            let path = "/payments/pix/confirm/\(Self.secret)"
            #expect(try await running.merchant(.POST, path, notice).status == 200)
            #expect(await eventually { bank.callCount(.readReceipt) > 0 })
            #expect(try await show(running, id)["status"] == "pending")
            // Nor does the merchant's word do without the bank's.
            let word = try await running.merchant(
                .POST, "/payments/pix/confirm", ["bank_payment_id": .string(txid), "amount": "10.50"])
            #expect(word.status == 202)
            #expect(try await show(running, id)["paid"] == false)
        }
    }

    @Test("calls a charge off at the bank too when the merchant calls the payment off")
    func withdrawn() async throws {
        try await with { running, bank, _ in
            let made = try await running.merchant(.POST, "/payments/pix", ["amount": "10.50"])
            let payment = made.body["payment"]
            let txid = try #require(payment?["txid"]?.stringValue)
            let id = try #require(payment?["id"]?.stringValue)
            let transaction = try #require(payment?["transaction_id"]?.stringValue)
            for _ in 0..<2 {
                let answer = try await running.merchant(.POST, "/transactions/\(transaction)/cancel", [:])
                #expect(answer.status == 200)
                #expect(answer.body["state"] == -1, "\(answer.body.text)")
            }
            #expect(try await show(running, id)["status"] == "cancelled")
            #expect(throws: PixPayRefusal.self) { try bank.pay(txid: txid) }
        }
    }

    @Test("sends money once, whatever is asked twice, and only by the owner's word")
    func payouts() async throws {
        try await with { running, bank, _ in
            let wish: JSONValue = [
                "valor": "10.00", "chave": "chave@pix.com.br", "descricao": "Pagamento automático",
                "txid": "0a1b2c3d-0a1b-4c3d-8a1b-0a1b2c3d0a1",
            ]
            for _ in 0..<3 {
                let sent = try await running.merchant(.POST, "/pix/payments", wish)
                #expect([200, 202].contains(sent.status), "\(sent.body.text)")
            }
            #expect(bank.payouts.count == 1)
            let reference = try #require(wish["txid"]?.stringValue)
            let found = try await running.merchant(.GET, "/pix/payments/\(reference)")
            #expect(found.status == 200)
            #expect(found.body["valor"] == "10.00")
            var other = try #require(wish.objectValue)
            other["valor"] = "11.00"
            #expect(try await running.merchant(.POST, "/pix/payments", .object(other)).status == 409)
            #expect(found.body["needs_attention"] == .null)
            _ = try await running.server.store.engine.write { sql in
                try sql.execute("UPDATE pix_payouts SET attention = 'outcome_unknown'", [])
            }
            let doubtful = try await running.merchant(.GET, "/pix/payments/\(reference)")
            #expect(doubtful.body["needs_attention"] == "outcome_unknown")
        }
    }
}
