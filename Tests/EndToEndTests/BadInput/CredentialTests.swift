import Foundation
import NIOCore
import StrictJSON
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Wrong credentials")
    struct WrongCredentials {
        /// What stands after `Authorization: `; nil: the header is missing.
        private static func wrong(_ key: String) -> [(String, String?)] {
            func basic(_ text: String) -> String { "Basic " + Data(text.utf8).base64EncodedString() }
            let right = basic("Paycom:\(key)")
            return [
                ("none", nil), ("empty", ""), ("a word", "Basic"), ("a word and a space", "Basic "),
                ("no base64", "Basic !!!"), ("half a base64", String(right.dropLast(4))), ("the key alone", key),
                ("the bare pair", "Basic Paycom:\(key)"), ("Bearer", "Bearer \(key)"),
                ("Digest", "Digest " + right.dropFirst(6)),
                ("nothing encoded", basic("")), ("a colon", basic(":")), ("no colon", basic("Paycom\(key)")),
                ("an empty key", basic("Paycom:")), ("an empty login", basic(":\(key)")),
                ("another login", basic("Merchant:\(key)")), ("the login in small letters", basic("paycom:\(key)")),
                ("a login with a space", basic("Paycom :\(key)")), ("another key", basic("Paycom:wrong")),
                ("the key in capitals", basic("Paycom:\(key.uppercased())")),
                ("a key cut short", basic("Paycom:\(key.dropLast())")), ("a longer key", basic("Paycom:\(key)x")),
                ("the key twice", basic("Paycom:\(key)\(key)")), ("a line break", basic("Paycom:\(key)\n")),
                ("a zero byte", basic("Paycom:\(key)\u{0}")), ("two in one line", "\(right), \(right)"),
                ("something after it", right + " x"), ("in base64 twice", basic(String(right.dropFirst(6)))),
                ("40 kilobytes less a bit", "Basic " + String(repeating: "A", count: 7_000)),
            ]
        }

        @Test("are answered alike by every method, whatever the body is, and with its id")
        func everyMethod() async throws {
            try await Victim.with { victim in
                for (what, value) in Self.wrong(victim.key) {
                    for method in PaymeDocument.methodNames + ["NoSuchMethod"] {
                        let request = Victim.create(["method": .string(method)])
                        let answer = try await Self.send(request.serialized(), value, victim)
                        victim.expect(answer, .unauthorized, id: 7, method: method, "\(what), \(method)")
                    }
                    for body in ["", "[]", "{", #"{"id":[]}"#, "\u{FEFF}{}"] {
                        let answer = try await Self.send(Array(body.utf8), value, victim)
                        victim.expect(answer, .unauthorized, "\(what), body \(body)")
                    }
                }
            }
        }

        @Test("two headers are refused, whichever of them is right")
        func twoHeaders() async throws {
            try await Victim.with { victim in
                let (right, wrong) = (RawRequest.authorization(victim.key), RawRequest.authorization("wrong"))
                for (first, second) in [(right, wrong), (wrong, right), (right, right), (right, "")] {
                    // The second stands on a line of its own.
                    let both = first + "\r\nAuthorization: " + second
                    let answer = try await Self.send(Victim.create().serialized(), both, victim)
                    victim.expect(answer, .unauthorized, id: 7, "\(first), then \(second)")
                }
            }
        }

        @Test("the merchant's key is no cashbox key, and the other way round")
        func keysAreApart() async throws {
            try await Victim.with { victim in
                let basic = RawRequest.authorization(victim.running.merchantKey)
                let answer = try await Self.send(Victim.create().serialized(), basic, victim)
                victim.expect(answer, .unauthorized, id: 7, "the merchant's key")
                var shop = victim.running.shop
                shop.key = victim.key
                let refused = try await shop.post("/orders", ["amount": ["value": "1", "currency": "UZS"]])
                #expect(refused.status == 401)
                #expect(refused.header("content-type") == "application/problem+json")
            }
        }

        @Test("the right ones are taken with `basic` in any case")
        func schemeInAnyCase() async throws {
            try await Victim.with { victim in
                let token = RawRequest.authorization(victim.key).dropFirst(6)
                for scheme in ["Basic ", "basic ", "BASIC ", "Basic  "] {
                    let call: JSONValue = [
                        "method": "CheckTransaction", "params": ["id": .string(Victim.created)], "id": 1,
                    ]
                    let answer = try await Self.send(call.serialized(), scheme + token, victim)
                    #expect(answer.state == 1, "'\(scheme)'")
                }
            }
        }

        private static func send(
            _ body: [UInt8], _ authorization: String?, _ victim: Victim
        ) async throws -> PaymeClient.Answer {
            let line = authorization.map { ["Authorization: \($0)"] } ?? []
            let lines =
                ["POST \(RawRequest.path) HTTP/1.1", "Host: shop.example", "Content-Length: \(body.count)"] + line
            let response = try await RawConnection.with(port: victim.port) { connection in
                await connection.send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)
                return await connection.response()
            }
            let found = try #require(response)
            return PaymeClient.Answer(status: found.status, bytes: found.body, value: try #require(found.json))
        }
    }
}
