import Foundation
import NIOHTTP1
import Sandbox
import StrictJSON
import TestSupport
import Testing

@testable import Server

extension PayerVisit {
    /// A charge that a bank keeps.
    struct BankCharge: Sendable {
        /// The page's id.
        let id: String
        let txid: String
        let transaction: String
    }

    private static let key = "loja@example.com"

    /// As ``with(_:tolerating:sourceLocation:_:)``, with a simulated bank that keeps the charges.
    static func atBank(
        tolerating excuses: [String] = [], sourceLocation: SourceLocation = #_sourceLocation,
        _ body: (PayerVisit, PixBankSandbox) async throws -> Void
    ) async throws {
        let clock = ManualClock(Int64(Date().timeIntervalSince1970 * 1_000))
        let bank = PixBankSandbox(
            PixBankConfiguration(clientID: "loja", clientSecret: "segredo-da-loja", keys: [key])
        ) { clock.now }
        try await bank.serving { url in
            let environment = [
                "PIX_PROVIDER": "inter", "PIX_KEY": key, "INTER_CLIENT_ID": "loja",
                "INTER_CLIENT_SECRET": "segredo-da-loja", "INTER_BASE_URL": url,
                "PIX_WEBHOOK_SECRET": "webhook-secret-of-the-tests",
            ]
            try await with(environment, clock: clock, tolerating: excuses, sourceLocation: sourceLocation) { visit in
                try await body(visit, bank)
            }
        }
    }

    func bankCharge() async throws -> BankCharge {
        let body: JSONValue = ["amount": "1234.56", "description": "Caneca azul", "expiry": 600]
        let answer = try await running.merchant(.POST, "/payments/pix", body).body
        let payment = try #require(answer["payment"], "\(answer.text)")
        return BankCharge(
            id: try #require(payment["id"]?.stringValue), txid: try #require(payment["txid"]?.stringValue),
            transaction: try #require(payment["transaction_id"]?.stringValue))
    }

    /// How the merchant sees it.
    func status(_ charge: BankCharge) async throws -> String? {
        let answer = try await running.merchant(
            .GET, "/payments/pix/\(charge.id)", headers: [("accept", "application/json")])
        return answer.body["status"]?.stringValue
    }

    /// Lets time go by until a charge stands so.
    private func goOn(_ charge: BankCharge, until wanted: String) async throws {
        let isSo = try await eventually {
            if try await status(charge) == wanted { return true }
            running.clock.advance(milliseconds: 5_000)
            running.server.wakeJobs()
            return false
        }
        try #require(isSo, "\(wanted)")
    }

    /// The customer pays at the bank, and the server finds it by asking.
    func payAtBank(_ charge: BankCharge, _ bank: PixBankSandbox) async throws {
        try bank.pay(txid: charge.txid)
        try await goOn(charge, until: "paid")
    }

    /// The merchant gives all of it back.
    func refund(_ charge: BankCharge) async throws {
        let answer = try await running.merchant(.POST, "/transactions/\(charge.transaction)/refund", [:])
        try #require((200...202).contains(answer.status), "\(answer.body.text)")
        try await goOn(charge, until: "refunded")
    }

    /// The merchant calls it off.
    func cancel(_ charge: BankCharge) async throws {
        let answer = try await running.merchant(.POST, "/payments/pix/\(charge.id)/cancel", [:])
        try #require((200...202).contains(answer.status), "\(answer.body.text)")
        try await goOn(charge, until: "cancelled")
    }

    /// Nobody pays it in time.
    func expire(_ charge: BankCharge) async throws {
        running.clock.advance(milliseconds: 600_001)
        try await goOn(charge, until: "expired")
    }
}
