import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import StrictJSON
import Testing

@testable import Conformance

@Suite("YooKassa's API, as the harness plays it")
struct YooKassaAPITests {
    private static let order = "2d8a1b77-000f-5000-9000-100000000001"

    private struct Answer {
        let status: UInt
        let body: JSONValue
    }

    private static func serving<Value>(
        key: String = "", _ body: (String, YooKassaAPI) async throws -> Value
    ) async throws -> Value {
        var configuration = YooKassaConformanceTests.configuration
        configuration.key = key
        configuration.bankMillisecondsMax = 100
        configuration.callMillisecondsMax = 1_000
        let api = YooKassaAPI(configuration)
        return try await api.serving(port: 0) { url in try await body(url, api) }
    }

    private static func call(
        _ url: String, _ method: HTTPMethod = .GET, headers: [(String, String)] = [], _ body: String = ""
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = method
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if method != .GET { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let bytes = Array(try await response.body.collect(upTo: 1 << 20).readableBytesView)
        return Answer(status: response.status.code, body: (try? JSONValue(parsing: bytes)) ?? .null)
    }

    private static func say(_ word: YooKassaWord, at url: String, _ body: String = "{}") async throws -> UInt {
        try await call("\(url)/harness/\(word.rawValue)", .POST, body).status
    }

    @Test("a payment that nobody told it of is pending, and a strange one is not there")
    func pending() async throws {
        try await Self.serving { url, _ in
            let payment = try await Self.call("\(url)/v3/payments/\(Self.order)")
            #expect(payment.status == 200)
            #expect(payment.body["status"] == "pending" && payment.body["paid"] == false)
            #expect(payment.body["amount"]?["value"] == "150.10" && payment.body["test"] == true)
            #expect(payment.body["recipient"]?["account_id"] == "700100")
            // With the version and without it: endpoints differ in what they take for the base URL.
            let unversioned = try await Self.call("\(url)/payments/\(Self.order)")
            #expect(unversioned.status == 200)
            let strange = try await Self.call("\(url)/v3/payments/2d8a1b77-000f-5000-9000-200000000001")
            #expect(strange.status == 404)
            #expect(strange.body["type"] == "error" && strange.body["code"] == "not_found")
        }
    }

    @Test("a refund is found by its id and by its payment's, once it is told of")
    func refunds() async throws {
        try await Self.serving { url, _ in
            let id = YooKassaAPI.newID()
            #expect(YooKassaAPI.isID(id))
            let missing = try await Self.call("\(url)/v3/refunds/\(id)")
            #expect(missing.status == 404)
            let object = #"{"id":"\#(id)","payment_id":"\#(Self.order)","status":"succeeded"}"#
            let told = try await Self.say(.knows, at: url, #"{"event":"refund.succeeded","object":\#(object)}"#)
            #expect(told == 200)
            let found = try await Self.call("\(url)/v3/refunds/\(id)")
            #expect(found.body["status"] == "succeeded")
            let list = try await Self.call("\(url)/v3/refunds?payment_id=\(Self.order)&limit=100")
            #expect(list.body["items"]?[0]?["id"]?.stringValue == id)
            let other = try await Self.call("\(url)/v3/refunds?payment_id=\(id)")
            #expect(other.body["items"]?.arrayValue?.isEmpty == true)
        }
    }

    @Test("only the shop's own credentials are taken, if they are known")
    func credentials() async throws {
        try await Self.serving(key: "test_key") { url, _ in
            let path = "\(url)/v3/payments/\(Self.order)"
            let right = Data("700100:test_key".utf8).base64EncodedString()
            let wrong = Data("700100:test_other".utf8).base64EncodedString()
            let own = try await Self.call(path, headers: [("Authorization", "Basic \(right)")])
            #expect(own.status == 200)
            let known = try await Self.say(.recognised, at: url)
            #expect(known == 200)
            let nobody = try await Self.call(path)
            #expect(nobody.body["code"] == "invalid_credentials")
            let unknown = try await Self.say(.recognised, at: url)
            #expect(unknown == 401)
            let forgotten = try await Self.say(.forget, at: url)
            #expect(forgotten == 200)
            let unasked = try await Self.say(.recognised, at: url)
            #expect(unasked == 408)
            let other = try await Self.call(path, headers: [("Authorization", "Basic \(wrong)")])
            #expect(other.status == 401)
            let stillUnknown = try await Self.say(.recognised, at: url)
            #expect(stillUnknown == 401)
        }
    }

    @Test("a payment is made once for each key, keeps its metadata, and is told of once")
    func payments() async throws {
        try await Self.serving { url, api in
            let body = #"{"amount":{"value":"10.00","currency":"RUB"},"metadata":{"tx":"7"},"description":"A book"}"#
            let key = [("Idempotence-Key", "one")]
            let first = try await Self.call("\(url)/v3/payments", .POST, headers: key, body)
            let again = try await Self.call("\(url)/v3/payments", .POST, headers: key, body)
            #expect(first.status == 200 && first.body == again.body)
            #expect(first.body["confirmation"]?["confirmation_url"]?.stringValue?.hasPrefix("https://") == true)
            #expect(first.body["amount"]?["value"] == "10.00" && first.body["description"] == "A book")
            let id = try #require(first.body["id"]?.stringValue)
            #expect(YooKassaAPI.isID(id))
            #expect(api.metadata(of: id) == ["tx": "7"])
            let taken = [await api.takeCreated(), await api.takeCreated()]
            #expect(taken == [id, nil])
            for (headers, body) in [([], body), ([("Idempotence-Key", "two")], "{}"), (key, "[")] {
                let refused = try await Self.call("\(url)/v3/payments", .POST, headers: headers, body)
                #expect(refused.status == 400)
            }
            let long = [("Idempotence-Key", String(repeating: "a", count: 65))]
            let tooLong = try await Self.call("\(url)/v3/payments", .POST, headers: long, body)
            #expect(tooLong.status == 400)
        }
    }

    @Test("it is out of order as it is told to be, until it is told otherwise or a scenario begins")
    func faults() async throws {
        try await Self.serving { url, api in
            let path = "\(url)/v3/payments/\(Self.order)"
            for (word, status) in [(YooKassaWord.fails, 500), (.refuses, 401), (.busy, 429), (.garbles, 200)] {
                let told = try await Self.say(word, at: url)
                #expect(told == 200)
                let answer = try await Self.call(path)
                #expect(answer.status == UInt(status))
                #expect(answer.body["status"] == nil)
                let mended = try await Self.say(.up, at: url)
                #expect(mended == 200)
                let after = try await Self.call(path)
                #expect(after.body["status"] == "pending")
            }
            let hung = try await Self.say(.hangs, at: url)
            #expect(hung == 200)
            async let hanging = Self.call(path)
            // Waits until the call is there, and lets it go.
            let released = try await Self.say(.up, at: url)
            #expect(released == 200)
            _ = try await hanging
            let failing = try await Self.say(.fails, at: url)
            #expect(failing == 200)
            api.mend()
            let again = try await Self.call(path)
            #expect(again.status == 200)
        }
    }

    @Test(
        "a path that YooKassa does not have is told from one that the harness does not play",
        arguments: [
            ("/v3/payments/a/b", true), ("/v3/../me/x/y", true), ("/evil", true), ("/v3/payments/a?b=c", true),
            ("/v3/me", false), ("/v3/payments?limit=100", false), ("/v3/receipts/rt-1", false),
            ("/v3/payments/..%2Fme", false),
        ])
    func strays(path: String, isStray: Bool) async throws {
        try await Self.serving { url, api in
            let call = PlayedCall(method: "GET", target: path, authorization: nil, idempotenceKey: nil, body: [])
            let status = await api.answer(call).status
            #expect(status == 404)
            let tidy = try await Self.say(.tidy, at: url)
            #expect(tidy == (isStray ? 409 : 200))
            let forgotten = try await Self.say(.forget, at: url)
            #expect(forgotten == 200)
            let tidyAgain = try await Self.say(.tidy, at: url)
            #expect(tidyAgain == 200)
        }
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        let change: @Sendable (inout ConformanceConfiguration) -> Void
        let refusal: String
        var testDescription: String { refusal }
    }

    @Test(
        "arguments that make no sense are refused in a sentence",
        arguments: [
            Mistake(change: { $0.shopID = "shop" }, refusal: "The shop id \"shop\" must be a number."),
            Mistake(change: { $0.shopID = nil }, refusal: "The secret key needs its shop id: give both or neither."),
            Mistake(change: { $0.kind = .cumulative }, refusal: "YooKassa's payments are made once"),
            Mistake(change: { $0.amount = 1 }, refusal: "The amount must be 2 kopecks or more"),
            Mistake(change: { $0.merchantKey = "m" }, refusal: "Payments are made at YooKassa's API, so --api is"),
            Mistake(change: { $0.orders = ["7"] }, refusal: "\"7\" is no payment's id: YooKassa's have 36 characters"),
            Mistake(
                change: { $0.orders = ["2D8A1B77-000F-5000-9000-100000000001"] },
                refusal: "\"2D8A1B77-000F-5000-9000-100000000001\" is no payment's id"),
            Mistake(change: { $0.orders = [] }, refusal: "Orders are needed"),
            Mistake(change: { $0.bankPort = 70_000 }, refusal: "The API's port must be from 0 to 65535."),
        ])
    func arguments(mistake: Mistake) {
        var configuration = YooKassaConformanceTests.configuration
        mistake.change(&configuration)
        #expect {
            try ConformanceRun(configuration)
        } throws: {
            "\($0)".hasPrefix(mistake.refusal)
        }
    }

    @Test("a port that is taken is refused in a sentence")
    func takenPort() async throws {
        try await Self.serving { url, _ in
            var configuration = YooKassaConformanceTests.configuration
            configuration.bankPort = URLComponents(string: url)?.port
            let taken = configuration
            await #expect {
                try await ConformanceRun(taken).run()
            } throws: {
                "\($0)".hasPrefix("YooKassa's API cannot be served on port")
                    && "\($0)".hasSuffix("Give another with --api.")
            }
        }
    }
}
