import NIOHTTP1
import Payments
import Storage
import StrictJSON
import TestSupport
import Testing

@testable import Server

@Suite("POST /transactions/{id}/refund")
struct RefundTests {
    private static func with(_ body: (RunningServer, _ path: String) async throws -> Void) async throws {
        // Nobody answers there: the request is stored, and waits.
        let environment = [
            "CLICK_SERVICE_ID": String(SentCall.defaultService), "CLICK_SECRET_KEY": SentCall.defaultSecret,
            "CLICK_MERCHANT_ID": "12345", "CLICK_MERCHANT_USER_ID": "7", "CLICK_API_URL": "http://127.0.0.1:9",
        ]
        try await RunningServer.with(environment) { running in
            let url = running.url + "/payments/click/webhook"
            try await running.addOrder("A")
            let id = try #require(
                try await SentCall.prepare("A", 1).post(to: url).value["merchant_prepare_id"]?.integerValue)
            _ = try await SentCall.complete("A", 1, id).post(to: url)
            try await body(running, "/transactions/\(id)/refund")
        }
    }

    /// What is asked of a payment of 5000.00 at Click, and the answer.
    private static let table = #"""
        {"amount":{"value":"0","currency":"UZS"}}                   | 400 invalid-request amount.value
        {"amount":{"value":"0.00","currency":"UZS"}}                | 400 invalid-request amount.value
        {"amount":{"value":"-1.00","currency":"UZS"}}               | 400 invalid-request amount.value
        {"amount":{"value":"1.005","currency":"UZS"}}               | 400 invalid-request amount.value
        {"amount":{"value":1,"currency":"UZS"}}                     | 400 invalid-request amount
        {"amount":"1.00"}                                           | 400 invalid-request amount
        {"amount":null}                                             | 400 invalid-request amount
        {"reason":5}                                                | 400 invalid-request reason
        {"amount":{"value":"5000.01","currency":"UZS"}}             | 409 wrong-amount amount.value
        {"amount":{"value":"1.00","currency":"USD"}}                | 409 wrong-amount amount.currency
        {"amount":{"value":"4999.99","currency":"UZS"}}             | 409 partial-refund-unsupported amount
        {"amount":{"value":"99999999999999999","currency":"UZS"}}   | 422 unprocessable amount.value
        {"amount":{"value":"5000","currency":"UZS"}}                | 202
        {}                                                          | 202
        """#

    @Test("asks for the whole, also where its amount is named, and for a part only where that can be")
    func table() async throws {
        try await Self.with { running, path async throws in
            for row in rows(Self.table) {
                let answer = try await running.merchant(.POST, path, try JSONValue(parsing: row[0]))
                let type = answer.body["type"]?.stringValue?.replacing("urn:tiyin:problem:", with: "")
                let said = ["\(answer.status)", type, answer.body["field"]?.stringValue].compactMap { $0 }
                #expect(said.joined(separator: " ") == row[1], "\(row[0])")
                if answer.status == 202 { #expect(answer.body["phase"] == "refund_pending") }
            }
        }
    }

    @Test("stores the answer together with the intent: repeated, it is the same, although time went on")
    func repeated() async throws {
        try await Self.with { running, path async throws in
            let headers = [("idempotency-key", "refund-1")]
            let first = try await running.merchant(.POST, path, [:], headers: headers)
            #expect(first.status == 202)
            running.clock.advance(hours: 1)
            let again = try await running.merchant(.POST, path, [:], headers: headers)
            #expect(again.status == 202 && again.body == first.body)
            #expect(again.headers.first(name: "idempotency-replayed") == "true")
            let empty = try await running.merchant(.POST, path, nil, headers: headers)
            #expect(empty.body["type"] == "urn:tiyin:problem:idempotency-key-reused")
            let intents = try await running.server.store.engine.read(.scan) { sql in
                try sql.first("SELECT count(*) FROM click_reversals", []) { $0.integer(0) ?? 0 }
            }
            #expect(intents == 1)
        }
    }

    /// A gateway that gives back parts, as the next ones will.
    private struct Generous: RefundGateway {
        var givesBackParts: Bool { true }
        func canGiveBack(_ transaction: Transaction) -> Bool { true }
        func request(
            _ transaction: Transaction, amount: Money?, actor: String, alongside: Alongside?
        ) async throws -> ServiceAnswer { .failure(.wrongAmount) }
    }

    @Test(
        "of what is left of a payment, a part is a part and all of it is the whole",
        arguments: [("1999.99", 199_999), ("0.01", 1), ("2000.00", nil), ("2000", nil)] as [(String, Int64?)])
    func parts(value: String, part: Int64?) throws {
        var transaction = Transaction(
            key: TransactionKey(gateway: "g", cashbox: "", externalID: "1"), externalTime: 0, orderID: "A",
            account: "{}", amount: Money(minor: 500_000, currency: .uzs), state: .performed, createTime: 0,
            isOneTime: true, holdsOrder: true)
        transaction.refundedAmount = 300_000
        let request = try RefundRequest(Array(#"{"amount":{"value":"\#(value)","currency":"UZS"}}"#.utf8))
        #expect(try request.part(of: transaction, Generous())?.minor == part)
        let more = try RefundRequest(Array(#"{"amount":{"value":"2000.01","currency":"UZS"}}"#.utf8))
        #expect(throws: Problem.self) { try more.part(of: transaction, Generous()) }
    }
}
