import Payme
import StrictJSON
import Synchronization
import TestSupport
import Testing

/// Source: payme.md 3.7.
@Suite("ChangePassword")
struct ChangePasswordTests {
    /// Where a shop keeps its key.
    private final class Safe: Sendable {
        let saved = Mutex<[String]>([])
        let isBroken = Mutex(false)

        @Sendable func save(_ key: String) throws {
            if isBroken.withLock({ $0 }) { throw ShopTrouble() }
            saved.withLock { $0.append(key) }
        }
    }

    @Test("does not exist unless the shop wants it")
    func unwanted() async throws {
        try await PaymeShop.with { shop async throws in
            #expect(try await shop.change("new-key-1").short == "MethodNotFound(ChangePassword)")
        }
    }

    @Test("saves the new key, and the old one lets nobody in any more")
    func changes() async throws {
        let safe = Safe()
        try await PaymeShop.with(configuration: .shop { $0.changePassword = safe.save }) { shop async throws in
            #expect(try await shop.change("новый:key#&").text == #"{"jsonrpc":"2.0","result":{"success":true},"id":1}"#)
            #expect(safe.saved.withLock { $0 } == ["новый:key#&"])
            #expect(try await shop.knock(PaymeShop.key) == "Unauthorized")
            #expect(try await shop.knock("новый:key#&") == "TransactionNotFound")
            #expect(try await shop.change("third", key: PaymeShop.key).short == "Unauthorized")
            #expect(try await shop.change("third", key: "новый:key#&").result == ["success": true])
            #expect(try await shop.knock("third") == "TransactionNotFound")
        }
    }

    @Test("that cannot be saved leaves the old key in force")
    func cannotSave() async throws {
        let safe = Safe()
        safe.isBroken.withLock { $0 = true }
        try await PaymeShop.with(configuration: .shop { $0.changePassword = safe.save }) { shop async throws in
            #expect(try await shop.change("new-key").short == "InternalError")
            #expect(try await shop.knock("new-key") == "Unauthorized")
            #expect(try await shop.knock(PaymeShop.key) == "TransactionNotFound")
            safe.isBroken.withLock { $0 = false }
            #expect(try await shop.change("new-key").result == ["success": true])
        }
    }

    @Test("to the key that is in use is refused")
    func sameKey() async throws {
        let safe = Safe()
        try await PaymeShop.with(configuration: .shop { $0.changePassword = safe.save }) { shop async throws in
            #expect(try await shop.change(.string(PaymeShop.key)).short == "Unauthorized")
            #expect(safe.saved.withLock { $0 } == [])
        }
    }

    @Test(
        "without a key to change to is refused",
        arguments: [#"{}"#, #"{"password":""}"#, #"{"password":null}"#, #"{"password":7}"#])
    func missing(params: String) async throws {
        let safe = Safe()
        try await PaymeShop.with(configuration: .shop { $0.changePassword = safe.save }) { shop in
            let answer = try await shop.call("ChangePassword", try JSONValue(parsing: params))
            #expect(answer.short == "PasswordMissing(password)")
            #expect(safe.saved.withLock { $0 } == [])
        }
    }
}

extension PaymeShop {
    fileprivate func change(_ password: JSONValue, key: String = Self.key) async throws -> PaymeAnswer {
        let request: JSONValue = ["method": "ChangePassword", "params": ["password": password], "id": 1]
        return try await send(
            request.serialized(), method: "ChangePassword", authorization: Credentials.header(key))
    }

    /// What a harmless call with that key is answered.
    fileprivate func knock(_ key: String) async throws -> String {
        try await send(
            #"{"method":"CheckTransaction","params":{"id":"nobody"},"id":1}"#.utf8, method: "CheckTransaction",
            authorization: Credentials.header(key)
        ).short
    }
}
