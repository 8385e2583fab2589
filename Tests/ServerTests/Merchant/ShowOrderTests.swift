import Foundation
import HummingbirdTesting
import Payments
import Server
import Storage
import StrictJSON
import TestSupport
import Testing

@Suite("GET /orders/{id}")
struct ShowOrderTests {
    @Test("tells how the order stands", arguments: Transport.allCases)
    func standing(transport: Transport) async throws {
        try await Desk.with(transport) { desk in
            func standing(_ id: String) async throws -> [String?] {
                let reply = try await desk.get("/orders/\(id)")
                return [
                    reply["status"]?.stringValue, reply["paid"]?["value"]?.stringValue,
                    reply["refunded"]?["value"]?.stringValue,
                ]
            }
            try await desk.add("A")
            #expect(try await standing("A") == ["pending", "0.00", "0.00"])
            try await desk.announce(1, "A")
            #expect(try await standing("A") == ["reserved", "0.00", "0.00"])
            try await desk.cancel(1)
            #expect(try await standing("A") == ["pending", "0.00", "0.00"])
            try await desk.announce(2, "A")
            desk.clock.advance(milliseconds: 43_200_001)
            #expect(try await standing("A") == ["pending", "0.00", "0.00"])
            try await desk.announce(3, "A")
            try await desk.perform(3)
            #expect(try await standing("A") == ["paid", "5000.00", "0.00"])
            try await desk.cancel(3)
            #expect(try await standing("A") == ["refunded", "0.00", "5000.00"])
            try await desk.announce(4, "A")
            #expect(try await standing("A") == ["reserved", "0.00", "5000.00"])
            _ = try await desk.server.store.engine.write { try $0.execute("UPDATE orders SET cancelled_at = 7", []) }
            #expect(try await standing("A").first == "cancelled")
            #expect(try await desk.get("/orders/A")["cancelled_at"] == 7)
            #expect(try await desk.get("/orders/A")["links"] == [:])
        }
    }

    @Test("adds up what an account was topped up with", arguments: Transport.allCases)
    func account(transport: Transport) async throws {
        try await Desk.with(transport) { desk in
            _ = try await desk.post(#"{"id":"P","kind":"cumulative"}"#)
            for number in 1...4 {
                try await desk.announce(number, "P", Int64(number) * 100)
                if number > 1 { try await desk.perform(number) }
            }
            try await desk.cancel(2)
            let reply = try await desk.get("/orders/P")
            #expect(reply["status"] == "pending")
            #expect(reply["paid"]?["value"] == "7.00")
            #expect(reply["refunded"]?["value"] == "2.00")
        }
    }

    /// The query, and the pay link's text behind the merchant and the account; or the answer.
    private static let queries = """
        ORDER                                                   | a=500000
        ORDER?lang=uz                                           | a=500000;l=uz
        ORDER?lang=de                                           | 400 invalid-request(lang)
        ORDER?lang=                                             | 400 invalid-request(lang)
        ORDER?return_url=https://shop.uz/back                   | a=500000;c=https://shop.uz/back
        ORDER?return_url=https%3A%2F%2Fshop.uz%2Fb%3Fa%3D1%26b  | a=500000;c=https://shop.uz/b?a=1&b
        ORDER?return_url=https://shop.uz/?next=%252Fa%2526b     | a=500000;c=https://shop.uz/?next=%2Fa%26b
        ORDER?return_url=https://shop.uz/?q=a+b                 | a=500000;c=https://shop.uz/?q=a+b
        ORDER?return_url=https://shop.uz/:transaction&lang=en   | a=500000;l=en;c=https://shop.uz/:transaction
        ORDER?return_url=shop.uz                                | 400 invalid-request(return_url)
        ORDER?return_url=javascript:alert(1)                    | 400 invalid-request(return_url)
        ORDER?return_url=https://shop.uz/%3Bid                  | 400 invalid-request(return_url)
        ORDER?amount=1.00                                       | 422 unprocessable(amount)
        ORDER?amount=5000.00                                    | 422 unprocessable(amount)
        ORDER?amount=5e3                                        | 400 invalid-request(amount)
        ACCOUNT                                                 | none
        ACCOUNT?amount=12.34                                    | a=1234
        ACCOUNT?amount=0                                        | 400 invalid-request(amount)
        ACCOUNT?amount=1.234                                    | 400 invalid-request(amount)
        LIMITED                                                 | a=1000
        LIMITED?amount=20                                       | a=2000
        LIMITED?amount=10.00                                    | a=1000
        LIMITED?amount=30.00                                    | a=3000
        LIMITED?amount=9.99                                     | 422 unprocessable(amount)
        LIMITED?amount=30.01                                    | 422 unprocessable(amount)
        DOLLARS                                                 | none
        """

    @Test("says where to pay, as the caller wants it", arguments: Transport.allCases)
    func links(transport: Transport) async throws {
        try await Desk.with(transport) { desk in
            try await desk.add("ORDER")
            _ = try await desk.post(#"{"id":"ACCOUNT","kind":"cumulative"}"#)
            let (low, high) = (#"{"value":"10.00","currency":"UZS"}"#, #"{"value":"30.00","currency":"UZS"}"#)
            _ = try await desk.post(#"{"id":"LIMITED","kind":"cumulative","minimum":\#(low),"maximum":\#(high)}"#)
            _ = try await desk.post(#"{"id":"DOLLARS","amount":{"value":"10.00","currency":"USD"}}"#)
            for row in rows(Self.queries) {
                let reply = try await desk.get("/orders/\(row[0])")
                let id = row[0].split(separator: "?")[0]
                let link = reply["links"]?["payme"]?.stringValue
                let said = reply.status == 200 ? link.map { text(of: $0, id) } ?? "none" : reply.short
                #expect(said == row[1], "\(row[0])")
                let form = reply["forms"]?["payme"]?["fields"]
                #expect((form == nil) == (link == nil))
                if row[0].contains("lang=uz") { #expect(form?["lang"] == "uz") }
            }
        }
    }

    private func text(of link: String, _ id: Substring) -> String {
        let encoded = link.replacing("https://checkout.paycom.uz/", with: "")
        let text = Data(base64Encoded: encoded).map { String(decoding: $0, as: UTF8.self) } ?? "no link"
        return text.replacing("m=587f72c72cac0d162c722ae2;ac.order_id=\(id);", with: "")
    }

    @Test("has no links once it is paid, and has them again when the money went back", arguments: Transport.allCases)
    func paidLinks(transport: Transport) async throws {
        try await Desk.with(transport) { desk in
            func hasLinks() async throws -> [Bool] {
                let shown = try await desk.get("/orders/A")
                let listed = try await desk.get("/orders")["items"]?.arrayValue?.first
                return [shown["links"], shown["forms"], listed?["links"], listed?["forms"]].map { $0 != [:] }
            }
            try await desk.add("A")
            try await desk.announce(1, "A")
            #expect(try await hasLinks() == [true, true, true, true])
            try await desk.perform(1)
            #expect(try await hasLinks() == [false, false, false, false])
            let again = try await desk.post(#"{"id":"A","amount":{"value":"5000.00","currency":"UZS"}}"#)
            #expect(again.status == 200 && again["links"] == [:])
            try await desk.cancel(1)
            #expect(try await hasLinks() == [true, true, true, true])
        }
    }

    @Test("has no links without a cashbox id, and other account fields where the shop wants them")
    func otherLinks() async throws {
        final class Hooks: PaymentHooks, @unchecked Sendable {
            override func payLinkAccount(_ order: Order, gateway: String) -> [AdditionalField] {
                [AdditionalField("user", "17"), AdditionalField("order", order.id)]
            }
        }
        try await Desk.with(.router, hooks: Hooks()) { desk in
            try await desk.add("A")
            let reply = try await desk.get("/orders/A")
            #expect(reply["forms"]?["payme"]?["fields"]?["account[user]"] == "17")
            #expect(reply["forms"]?["payme"]?["fields"]?["account[order]"] == "A")
        }
        let (server, clock) = try await Desk.make(["PAYME_MODE": "sandbox", "PAYME_ACCOUNT_FIELD": "contract"])
        try await server.application().test(.router) { client in
            let desk = Desk(client: client, server: server, clock: clock)
            try await desk.add("A")
            let reply = try await desk.get("/orders/A")
            #expect(reply["links"]?["payme"]?.stringValue?.hasPrefix("https://test.paycom.uz/") == true)
            #expect(reply["forms"]?["payme"]?["action"] == "https://test.paycom.uz")
            #expect(reply["forms"]?["payme"]?["fields"]?["account[contract]"] == "A")
        }
    }

    @Test("finds an id that a path cannot carry as it is", arguments: Transport.allCases)
    func encoded(transport: Transport) async throws {
        try await Desk.with(transport) { desk async throws in
            for (id, path) in [
                ("17/A-5", "17%2FA-5"), ("17/A-5", "17%2fA%2D5"), ("a:b", "a:b"), ("a+b", "a+b"), ("a+b", "a%2Bb"),
                ("a_b.c", "a_b.c"),
            ] {
                let body = #"{"id":"\#(id)","amount":{"value":"1.00","currency":"UZS"}}"#
                _ = try await desk.post(body)
                #expect(try await desk.get("/orders/\(path)")["id"] == .string(id), "\(path)")
            }
        }
    }

    @Test("of an order that nobody knows is 404", arguments: Transport.allCases)
    func unknown(transport: Transport) async throws {
        try await Desk.with(transport) { desk async throws in
            for path in ["nobody", "%20", "%zz", "%00", "%FF", "'--", String(repeating: "k", count: 2_000)] {
                #expect(try await desk.get("/orders/\(path)").short == "404 not-found", "\(path.prefix(40))")
            }
        }
    }
}
